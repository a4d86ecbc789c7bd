#include "object_store/listing.h"

namespace atelier::object_store {

std::optional<std::string> PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty()) {
    auto last = static_cast<unsigned char>(end.back());
    if (last != 0xFF) {
      end.back() = static_cast<char>(last + 1);
      return end;
    }
    end.pop_back();
  }
  return std::nullopt;
}

std::optional<std::string> CommonPrefix(std::string_view key, std::string_view prefix, std::string_view delimiter) {
  if (delimiter.empty()) return std::nullopt;
  auto found = key.find(delimiter, prefix.size());
  if (found == key.npos) return std::nullopt;
  return std::string(key.substr(0, found + delimiter.size()));
}

}  // namespace atelier::object_store
