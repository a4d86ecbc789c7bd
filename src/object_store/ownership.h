// Ownership controls of a bucket: who owns the objects that others put into it, and whether ACLs count.
#pragma once

#include <optional>
#include <string_view>

namespace atelier::object_store {

enum class ObjectOwnership {
  kBucketOwnerEnforced,   // the bucket's owner; ACLs are off
  kBucketOwnerPreferred,  // the bucket's owner when the object's ACL says so
  kObjectWriter,          // who wrote it
};

// The word of the protocol, which is the stored one too.
constexpr std::string_view WordOf(ObjectOwnership ownership) {
  switch (ownership) {
    case ObjectOwnership::kBucketOwnerEnforced:
      return "BucketOwnerEnforced";
    case ObjectOwnership::kBucketOwnerPreferred:
      return "BucketOwnerPreferred";
    case ObjectOwnership::kObjectWriter:
      return "ObjectWriter";
  }
  return "";
}

constexpr std::optional<ObjectOwnership> OwnershipOf(std::string_view word) {
  for (ObjectOwnership ownership : {ObjectOwnership::kBucketOwnerEnforced, ObjectOwnership::kBucketOwnerPreferred,
                                    ObjectOwnership::kObjectWriter}) {
    if (WordOf(ownership) == word) return ownership;
  }
  return std::nullopt;
}

}  // namespace atelier::object_store
