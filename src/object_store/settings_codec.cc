#include "object_store/settings_codec.h"

#include <fmt/format.h>

#include "object_store/stored_document.h"

namespace atelier::object_store {
namespace {

json::object RuleObject(const CorsRule& rule) {
  json::object object;
  PutText(object, "id", rule.id);
  PutTexts(object, "origins", rule.origins);
  PutTexts(object, "methods", rule.methods);
  PutTexts(object, "headers", rule.headers);
  PutTexts(object, "exposed", rule.exposed);
  Put(object, "max_age", rule.max_age_seconds);
  return object;
}

Result<CorsRule> RuleOf(const json::object& object) {
  CorsRule rule;
  ATELIER_TRY(rule.id, GetText(object, "id"));
  ATELIER_TRY(rule.origins, GetTexts(object, "origins"));
  ATELIER_TRY(rule.methods, GetTexts(object, "methods"));
  ATELIER_TRY(rule.headers, GetTexts(object, "headers"));
  ATELIER_TRY(rule.exposed, GetTexts(object, "exposed"));
  ATELIER_TRY(rule.max_age_seconds, GetNumber<std::int32_t>(object, "max_age"));
  return rule;
}

// A word that one of the enumerations knows.
template <class Of>
auto GetWord(const json::object& from, std::string_view name, Of of)
    -> Result<typename decltype(of(std::string_view()))::value_type> {
  ATELIER_TRY(std::string word, GetText(from, name));
  if (auto value = of(word)) return *value;
  return InvalidArgument(fmt::format("'{}' is \"{}\", which is not known", name, word));
}

}  // namespace

std::string EncodeTags(const Tags& tags) {
  json::object members;
  PutTags(members, "tags", tags);
  return WriteDocument(std::move(members));
}

Result<Tags> DecodeTags(std::string_view text) {
  return ReadDocument("tagging", text, [](const json::object& members) { return GetTags(members, "tags"); });
}

std::string EncodeCors(const CorsRules& rules) {
  json::array list;
  list.reserve(rules.size());
  for (const CorsRule& rule : rules) list.emplace_back(RuleObject(rule));
  return WriteDocument({{"rules", std::move(list)}});
}

Result<CorsRules> DecodeCors(std::string_view text) {
  return ReadDocument("CORS configuration", text,
                      [](const json::object& members) { return GetList<CorsRule>(members, "rules", RuleOf); });
}

std::string EncodeEncryption(const DefaultEncryption& encryption) {
  json::object members{{"algorithm", WordOf(encryption.algorithm)}};
  PutText(members, "kms_key", encryption.kms_key);
  PutText(members, "kms_project", encryption.kms_project);
  Put(members, "bucket_key", encryption.bucket_key);
  return WriteDocument(std::move(members));
}

Result<DefaultEncryption> DecodeEncryption(std::string_view text) {
  return ReadDocument("default encryption", text, [](const json::object& members) -> Result<DefaultEncryption> {
    DefaultEncryption encryption;
    ATELIER_TRY(encryption.algorithm, GetWord(members, "algorithm", EncryptionAlgorithmOf));
    ATELIER_TRY(encryption.kms_key, GetText(members, "kms_key"));
    ATELIER_TRY(encryption.kms_project, GetText(members, "kms_project"));
    ATELIER_TRY(encryption.bucket_key, ReadBool(members, "bucket_key"));
    return encryption;
  });
}

std::string EncodeQuota(const Quota& quota) { return WriteDocument({{"bytes", quota.bytes}}); }

Result<Quota> DecodeQuota(std::string_view text) {
  return ReadDocument("quota", text, [](const json::object& members) -> Result<Quota> {
    ATELIER_TRY(std::int64_t bytes, GetInt(members, "bytes"));
    if (bytes < 0) return InvalidArgument(fmt::format("'bytes' is {}", bytes));
    return Quota{bytes};
  });
}

}  // namespace atelier::object_store
