#include "tenancy/workspace.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace atelier::tenancy {
namespace {

constexpr std::size_t kLeastName = 4;
constexpr std::size_t kMostName = 64;
constexpr std::size_t kMostDescription = 256;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Of valid UTF-8.
std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !Continues(c); }));
}

// What is not ASCII counts as a letter: names are shown, never parsed.
bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

}  // namespace

Result<void> CheckWorkspaceName(std::string_view name) {
  auto count = IsValidUtf8(name) ? CountCharacters(name) : 0;
  if (count < kLeastName || count > kMostName || !std::ranges::all_of(name, IsNameByte))
    return InvalidArgument(fmt::format("name: expected {} to {} letters, digits, '-' or '_', got '{}'", kLeastName,
                                       kMostName, IsValidUtf8(name) ? name : "bytes that are no UTF-8"),
                           "ModelArts.0104", "name");
  if (name == kDefaultWorkspaceName)
    return InvalidArgument("name: 'default' is the name of the workspace 0; choose another one", "ModelArts.0104",
                           "name");
  return {};
}

Result<void> CheckWorkspaceDescription(std::string_view description) {
  if (IsValidUtf8(description) && CountCharacters(description) <= kMostDescription) return {};
  return InvalidArgument(fmt::format("description: expected UTF-8 of at most {} characters", kMostDescription),
                         "ModelArts.0104", "description");
}

}  // namespace atelier::tenancy
