// The stored form of settings: compact JSON with the number of its form, one document a setting. What a newer server
// has written, or what was damaged, is an Internal error that names the setting.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "object_store/cors.h"
#include "object_store/encryption.h"
#include "object_store/lifecycle.h"
#include "object_store/quota.h"
#include "object_store/tags.h"

namespace atelier::object_store {

std::string EncodeTags(const Tags& tags);
Result<Tags> DecodeTags(std::string_view text);

std::string EncodeCors(const CorsRules& rules);
Result<CorsRules> DecodeCors(std::string_view text);

std::string EncodeLifecycle(const LifecycleRules& rules);
Result<LifecycleRules> DecodeLifecycle(std::string_view text);

std::string EncodeEncryption(const DefaultEncryption& encryption);
Result<DefaultEncryption> DecodeEncryption(std::string_view text);

std::string EncodeQuota(const Quota& quota);
Result<Quota> DecodeQuota(std::string_view text);

}  // namespace atelier::object_store
