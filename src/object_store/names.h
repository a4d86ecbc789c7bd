// Names of buckets and objects, parsed once at the edge.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::object_store {

// 3..63 of [a-z0-9.-], begins and ends alphanumeric, no "..", not shaped like an IPv4 address (obs-s3-api section 1.1).
class BucketName {
 public:
  static Result<BucketName> Parse(std::string_view text);  // InvalidArgument, code InvalidBucketName
  const std::string& text() const { return text_; }
  auto operator<=>(const BucketName&) const = default;

 private:
  explicit BucketName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// 1..1024 bytes of UTF-8 without NUL, kept byte for byte. "a//b", "/a", "a/../b", "." are valid and distinct.
class ObjectKey {
 public:
  static Result<ObjectKey> Parse(std::string_view bytes);  // InvalidArgument, code KeyTooLongError or InvalidArgument
  const std::string& bytes() const { return bytes_; }
  auto operator<=>(const ObjectKey&) const = default;

 private:
  explicit ObjectKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace atelier::object_store
