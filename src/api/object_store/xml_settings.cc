#include "api/object_store/xml_settings.h"

#include <fmt/format.h>

#include "api/object_store/errors.h"
#include "api/object_store/storage_class_words.h"
#include "api/object_store/xml_strict.h"

namespace atelier::api::s3 {

using access::Ownership;
using object_store::DefaultEncryption;
using object_store::EncryptionAlgorithm;
using object_store::Quota;

Result<DefaultEncryption> ParseEncryption(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "ServerSideEncryptionConfiguration", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"Rule", Occurs::kOnce}}));
  pugi::xml_node rule = ChildOf(root, "Rule");
  ATELIER_CHECK(CheckChildren(
      rule, {{"ApplyServerSideEncryptionByDefault", Occurs::kOnce}, {"BucketKeyEnabled", Occurs::kAtMostOnce}}));
  pugi::xml_node by_default = ChildOf(rule, "ApplyServerSideEncryptionByDefault");
  ATELIER_CHECK(CheckChildren(
      by_default,
      {{"SSEAlgorithm", Occurs::kOnce}, {"KMSMasterKeyID", Occurs::kAtMostOnce}, {"ProjectID", Occurs::kAtMostOnce}}));
  ATELIER_TRY(std::string word, ReadText(by_default, "SSEAlgorithm"));
  auto algorithm = object_store::EncryptionAlgorithmOf(word);
  if (!algorithm) {
    return MalformedXml(fmt::format("<SSEAlgorithm> must be AES256, aws:kms, aws:kms:dsse or kms, not \"{}\"", word));
  }
  DefaultEncryption encryption;
  encryption.algorithm = *algorithm;
  ATELIER_TRY(encryption.kms_key, ReadText(by_default, "KMSMasterKeyID"));
  ATELIER_TRY(encryption.kms_project, ReadText(by_default, "ProjectID"));
  ATELIER_TRY(encryption.bucket_key, ReadFlag(rule, "BucketKeyEnabled"));
  if (*algorithm == EncryptionAlgorithm::kAes256 && !encryption.kms_key.empty()) {
    return InvalidArgument("a <KMSMasterKeyID> goes with aws:kms only, not with AES256", "InvalidArgument");
  }
  return encryption;
}

XmlDocument RenderEncryption(auth::Dialect dialect, const std::string& region, const DefaultEncryption& encryption) {
  XmlDocument document("ServerSideEncryptionConfiguration", dialect, region);
  pugi::xml_node rule = AddElement(document.root(), "Rule");
  pugi::xml_node by_default = AddElement(rule, "ApplyServerSideEncryptionByDefault");
  bool obs_kms = dialect == auth::Dialect::kObs && encryption.algorithm == EncryptionAlgorithm::kKms;
  AddText(by_default, "SSEAlgorithm", obs_kms ? "kms" : WordOf(encryption.algorithm));
  if (!encryption.kms_key.empty()) AddText(by_default, "KMSMasterKeyID", encryption.kms_key);
  if (!encryption.kms_project.empty()) AddText(by_default, "ProjectID", encryption.kms_project);
  if (encryption.bucket_key) AddBool(rule, "BucketKeyEnabled", *encryption.bucket_key);
  return document;
}

Result<Ownership> ParseOwnership(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "OwnershipControls", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"Rule", Occurs::kOnce}}));
  pugi::xml_node rule = ChildOf(root, "Rule");
  ATELIER_CHECK(CheckChildren(rule, {{"ObjectOwnership", Occurs::kOnce}}));
  ATELIER_TRY(std::string word, ReadText(rule, "ObjectOwnership"));
  if (auto ownership = access::ParseOwnership(word)) return *ownership;
  return MalformedXml(fmt::format(
      "<ObjectOwnership> must be BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter, not \"{}\"", word));
}

XmlDocument RenderOwnership(auth::Dialect dialect, const std::string& region, Ownership ownership) {
  XmlDocument document("OwnershipControls", dialect, region);
  AddText(AddElement(document.root(), "Rule"), "ObjectOwnership", ToString(ownership));
  return document;
}

Result<Quota> ParseQuota(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "Quota", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"StorageQuota", Occurs::kOnce}}));
  ATELIER_TRY(std::optional<std::int64_t> bytes, ReadNumber<std::int64_t>(root, "StorageQuota"));
  if (bytes.value_or(-1) >= 0) return Quota{*bytes};
  return InvalidArgument("<StorageQuota> is a number of bytes, 0 for none, and not negative", "InvalidArgument");
}

XmlDocument RenderQuota(auth::Dialect dialect, const std::string& region, const Quota& quota) {
  XmlDocument document("Quota", dialect, region);
  AddNumber(document.root(), "StorageQuota", static_cast<std::uint64_t>(quota.bytes));
  return document;
}

Result<std::string> ParseBucketStorageClass(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "StorageClass", document));
  ATELIER_TRY(std::string word, ReadLeaf(document.document_element()));
  return ParseStorageClass(Trim(word));
}

XmlDocument RenderBucketStorageClass(auth::Dialect dialect, const std::string& region,
                                     const std::string& storage_class) {
  XmlDocument document("StorageClass", dialect, region);
  document.root().text().set(StorageClassFor(dialect, storage_class).c_str());
  return document;
}

Result<std::string> ParseStoragePolicy(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "StoragePolicy", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"DefaultStorageClass", Occurs::kOnce}}));
  ATELIER_TRY(std::string word, ReadText(root, "DefaultStorageClass"));
  return ParseStorageClass(Trim(word));
}

XmlDocument RenderStoragePolicy(auth::Dialect dialect, const std::string& region, const std::string& storage_class) {
  XmlDocument document("StoragePolicy", dialect, region);
  AddText(document.root(), "DefaultStorageClass", StorageClassFor(dialect, storage_class));
  return document;
}

Result<Payer> ParseRequestPayment(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "RequestPaymentConfiguration", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"Payer", Occurs::kOnce}}));
  ATELIER_TRY(std::string word, ReadText(root, "Payer"));
  if (word == "BucketOwner") return Payer::kBucketOwner;
  if (word == "Requester") return Payer::kRequester;
  return MalformedXml(fmt::format("<Payer> must be BucketOwner or Requester, not \"{}\"", word));
}

XmlDocument RenderRequestPayment(auth::Dialect dialect, const std::string& region, Payer payer) {
  XmlDocument document("RequestPaymentConfiguration", dialect, region);
  AddText(document.root(), "Payer", payer == Payer::kRequester ? "Requester" : "BucketOwner");
  return document;
}

Result<void> ParseLoggingOff(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "BucketLoggingStatus", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"LoggingEnabled", Occurs::kAtMostOnce}, {"Agency", Occurs::kAtMostOnce}}));
  if (ChildOf(root, "LoggingEnabled")) return NotServed("logging of a bucket's requests into a bucket");
  return {};
}

Result<void> ParseNotificationOff(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "NotificationConfiguration", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"TopicConfiguration", Occurs::kAnyTimes},
                                     {"QueueConfiguration", Occurs::kAnyTimes},
                                     {"CloudFunctionConfiguration", Occurs::kAnyTimes},
                                     {"EventBridgeConfiguration", Occurs::kAtMostOnce},
                                     {"FunctionGraphConfiguration", Occurs::kAnyTimes},
                                     {"EventGridConfiguration", Occurs::kAnyTimes}}));
  for (pugi::xml_node child : root.children()) {
    if (child.type() != pugi::node_element) continue;
    return NotServed(fmt::format("notification of events (<{}>)", LocalName(child)));
  }
  return {};
}

}  // namespace atelier::api::s3
