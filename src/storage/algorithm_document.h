// The JSON documents of the algorithm table: what a user says of an algorithm, and who made it.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "training/algorithm.h"

namespace atelier::storage {

std::string AlgorithmDocument(const training::Algorithm& algorithm);
Result<training::Algorithm> ParseAlgorithmDocument(std::string_view text);

}  // namespace atelier::storage
