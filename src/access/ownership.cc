#include "access/ownership.h"

#include <array>

namespace atelier::access {

std::string_view ToString(Ownership ownership) {
  switch (ownership) {
    case Ownership::kObjectWriter:
      return "ObjectWriter";
    case Ownership::kBucketOwnerPreferred:
      return "BucketOwnerPreferred";
    case Ownership::kBucketOwnerEnforced:
      return "BucketOwnerEnforced";
  }
  return "";
}

std::optional<Ownership> ParseOwnership(std::string_view word) {
  for (Ownership ownership :
       {Ownership::kObjectWriter, Ownership::kBucketOwnerPreferred, Ownership::kBucketOwnerEnforced}) {
    if (word == ToString(ownership)) return ownership;
  }
  return std::nullopt;
}

const std::string& OwnerOf(const Upload& upload, Ownership ownership) {
  switch (ownership) {
    case Ownership::kBucketOwnerEnforced:
      return upload.bucket_project;
    case Ownership::kBucketOwnerPreferred:
      return upload.full_control ? upload.bucket_project : upload.writer_project;
    case Ownership::kObjectWriter:
      break;
  }
  return upload.writer_project;
}

}  // namespace atelier::access
