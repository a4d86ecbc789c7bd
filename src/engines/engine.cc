#include "engines/engine.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::engines {

std::string InterpreterNeed::ToText() const { return "Python " + python + (ucs4 ? " (UCS4)" : ""); }

std::size_t Engine::PackageCount() const {
  auto lines = Split(packages, '\n');
  return static_cast<std::size_t>(std::ranges::count_if(lines, [](std::string_view line) {
    auto text = Trim(line);
    return !text.empty() && !text.starts_with('#');
  }));
}

std::string_view ToString(Hook hook) {
  switch (hook) {
    case Hook::kNone:
      return "none";
    case Hook::kTf1:
      return "tf1";
    case Hook::kOptional:
      return "optional";
  }
  return "none";
}

}  // namespace atelier::engines
