#include "iam/names.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::iam {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestDescription = 255;
constexpr std::size_t kShortestPassword = 8;
constexpr std::size_t kLongestPassword = 128;

bool IsPlainText(std::string_view text) {
  return IsValidUtf8(text) && std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

Result<void> CheckName(std::string_view what, std::string_view name) {
  bool fits = !name.empty() && name.size() <= kLongestName;
  if (fits && IsPlainText(name) && Trim(name) == name) return {};
  return InvalidArgument("The " + std::string(what) +
                         " must be 1 to 64 bytes of UTF-8 without control characters and without a space at either "
                         "end; got " +
                         std::to_string(name.size()) + " bytes" + (fits ? ": '" + std::string(name) + "'." : "."));
}

Result<void> CheckDescription(std::string_view description) {
  if (description.size() <= kLongestDescription && IsPlainText(description)) return {};
  return InvalidArgument("A description must be 0 to 255 bytes of UTF-8 without control characters; got " +
                         std::to_string(description.size()) + " bytes.");
}

Result<void> CheckPassword(std::string_view password) {
  if (password.size() >= kShortestPassword && password.size() <= kLongestPassword) return {};
  return InvalidArgument("A password must have 8 to 128 bytes; got " + std::to_string(password.size()) + ".");
}

std::unexpected<Error> NameTaken(std::string_view what, std::string_view name) {
  return AlreadyExists("There is a " + std::string(what) + " named '" + std::string(name) +
                       "' already: choose another name.");
}

}  // namespace atelier::iam
