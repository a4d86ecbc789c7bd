// Text helpers that every room needs: encodings, splitting, constant-time comparison.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace atelier {

std::string ToLower(std::string_view text);  // ASCII only
std::string ToUpper(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix);
std::string_view Trim(std::string_view text);                                // spaces and tabs, CR, LF at both ends
std::vector<std::string_view> Split(std::string_view text, char separator);  // keeps empty pieces
std::string Join(std::span<const std::string> pieces, std::string_view separator);

std::string HexEncode(std::string_view bytes);  // lower case
std::optional<std::string> HexDecode(std::string_view text);
std::string Base64Encode(std::string_view bytes);
std::optional<std::string> Base64Decode(std::string_view text);  // strict: padding and alphabet are checked

// Percent-encoding with the unreserved set A-Za-z0-9-._~ ; upper-case hex. `keep_slash` leaves '/' as it is.
std::string PercentEncode(std::string_view bytes, bool keep_slash = false);
// Decodes %XX; with `plus_is_space` also '+'. nullopt on a truncated or non-hex escape.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);

// True when equal; takes the same time whatever the contents are (the lengths may leak).
bool EqualsConstantTime(std::string_view a, std::string_view b);

bool IsValidUtf8(std::string_view text);

// The whole text as a decimal number, or nullopt (no sign for unsigned types, no spaces, no overflow).
template <class Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

// "1.5 GiB", "512 B".
std::string HumanBytes(std::uint64_t bytes);

}  // namespace atelier
