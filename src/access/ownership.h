// Who owns the objects that other projects upload, and whether ACLs count at all: a bucket's ownership controls.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace atelier::access {

enum class Ownership {
  kObjectWriter,          // who uploads an object owns it
  kBucketOwnerPreferred,  // the bucket's owner, when it was uploaded with bucket-owner-full-control
  kBucketOwnerEnforced,   // always the bucket's owner; ACLs do not count
};

// S3's words: "BucketOwnerEnforced".
std::string_view ToString(Ownership ownership);
std::optional<Ownership> ParseOwnership(std::string_view word);

// Who writes an object, and to whose bucket.
struct Upload {
  std::string writer_project;
  std::string bucket_project;
  bool full_control = false;  // the writer sends the canned ACL bucket-owner-full-control
};
// The project that will own it.
const std::string& OwnerOf(const Upload& upload, Ownership ownership);

}  // namespace atelier::access
