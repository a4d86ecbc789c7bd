// Default encryption as a client asks for it. This store does not encrypt what lies on its disks: these are the words
// of the question, so that it can be answered, and never a promise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace atelier::object_store {

enum class EncryptionAlgorithm { kAes256, kKms, kKmsTwice };

struct DefaultEncryption {
  EncryptionAlgorithm algorithm = EncryptionAlgorithm::kAes256;
  std::string kms_key;               // empty: none named
  std::string kms_project;           // OBS: the project of the key
  std::optional<bool> bucket_key{};  // S3: one key for the bucket's objects

  bool operator==(const DefaultEncryption&) const = default;
};

// S3's word, which is the stored one too. OBS says "kms" for "aws:kms".
constexpr std::string_view WordOf(EncryptionAlgorithm algorithm) {
  switch (algorithm) {
    case EncryptionAlgorithm::kAes256:
      return "AES256";
    case EncryptionAlgorithm::kKms:
      return "aws:kms";
    case EncryptionAlgorithm::kKmsTwice:
      return "aws:kms:dsse";
  }
  return "";
}

constexpr std::optional<EncryptionAlgorithm> EncryptionAlgorithmOf(std::string_view word) {
  if (word == "kms") return EncryptionAlgorithm::kKms;
  for (EncryptionAlgorithm algorithm :
       {EncryptionAlgorithm::kAes256, EncryptionAlgorithm::kKms, EncryptionAlgorithm::kKmsTwice}) {
    if (WordOf(algorithm) == word) return algorithm;
  }
  return std::nullopt;
}

}  // namespace atelier::object_store
