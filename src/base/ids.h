// Random identifiers. All randomness comes from the system's cryptographic generator.
#pragma once

#include <cstddef>
#include <string>

namespace atelier {

std::string RandomBytes(std::size_t count);
std::string RandomHex(std::size_t characters);           // lower-case hex, for ids: project ids have 32
std::string RandomAlphanumeric(std::size_t characters);  // A-Za-z0-9, for keys and passwords
std::string NewUuid();                                   // version 4, with dashes

}  // namespace atelier
