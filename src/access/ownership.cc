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

}  // namespace atelier::access
