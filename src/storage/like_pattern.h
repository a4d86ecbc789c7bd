// Patterns for SQL's LIKE ... ESCAPE '\'.
#pragma once

#include <string>
#include <string_view>

namespace atelier::storage {

inline std::string LikeExactly(std::string_view text) {
  std::string pattern;
  for (char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

inline std::string LikeContaining(std::string_view text) { return "%" + LikeExactly(text) + "%"; }

}  // namespace atelier::storage
