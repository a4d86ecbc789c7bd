#include "object_store/names.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::object_store {
namespace {

constexpr std::size_t kMaxKeyBytes = 1024;

bool IsAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool LooksLikeIpv4(std::string_view text) {
  auto pieces = Split(text, '.');
  return pieces.size() == 4 && std::ranges::all_of(pieces, [](std::string_view piece) {
           auto number = ParseNumber<unsigned>(piece);
           return number && piece.size() <= 3 && *number <= 999;
         });
}

}  // namespace

Result<BucketName> BucketName::Parse(std::string_view text) {
  bool fits = text.size() >= 3 && text.size() <= 63 &&
              std::ranges::all_of(text, [](char c) { return IsAlphanumeric(c) || c == '.' || c == '-'; }) &&
              IsAlphanumeric(text.front()) && IsAlphanumeric(text.back()) && text.find("..") == text.npos &&
              !LooksLikeIpv4(text);
  if (!fits)
    return InvalidArgument("'" + std::string(text) +
                               "' is no bucket name: 3 to 63 characters of a-z, 0-9, '.' and '-', "
                               "beginning and ending with a letter or digit, without '..', not like an IP address",
                           "InvalidBucketName", std::string(text));
  return BucketName(std::string(text));
}

Result<ObjectKey> ObjectKey::Parse(std::string_view bytes) {
  if (bytes.empty()) return InvalidArgument("an object key has 1 to 1024 bytes; this one is empty", "InvalidArgument");
  if (bytes.size() > kMaxKeyBytes)
    return InvalidArgument("an object key has 1 to 1024 bytes; this one has " + std::to_string(bytes.size()),
                           "KeyTooLongError");
  if (!IsValidUtf8(bytes) || bytes.find('\0') != bytes.npos)
    return InvalidArgument("an object key is UTF-8 text without NUL; this one is not", "InvalidArgument");
  return ObjectKey(std::string(bytes));
}

}  // namespace atelier::object_store
