#include "boards/event_source.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::boards {
namespace {

constexpr std::size_t kMostPath = 2048;
constexpr std::size_t kMostName = 255;

}  // namespace

bool IsEventFile(std::string_view path) {
  auto slash = path.rfind('/');
  auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return name.find("tfevents") != std::string_view::npos;
}

bool IsSafePath(std::string_view path) {
  if (path.size() > kMostPath || path.find('\0') != std::string_view::npos) return false;
  return std::ranges::all_of(Split(path, '/'), [](std::string_view piece) {
    return !piece.empty() && piece != "." && piece != ".." && piece.size() <= kMostName;
  });
}

}  // namespace atelier::boards
