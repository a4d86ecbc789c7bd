#include "auth/signing_key_cache.h"

#include "auth/canonical.h"

namespace atelier::auth {
namespace {

// A line feed is in none of the parts that come from a credential scope; the secret is last.
std::string NameOf(std::string_view secret_key, std::string_view date, std::string_view region,
                   std::string_view service) {
  std::string name;
  for (auto part : {date, region, service}) name.append(part).append("\n");
  return name.append(secret_key);
}

}  // namespace

std::string SigningKeyCache::Get(std::string_view secret_key, std::string_view date, std::string_view region,
                                 std::string_view service) const {
  {
    std::lock_guard lock(mutex_);
    if (auto found = keys_.find(NameOf(secret_key, date, region, service)); found != keys_.end()) return found->second;
  }
  return SigningKeyV4(secret_key, date, region, service);
}

void SigningKeyCache::Keep(std::string_view secret_key, std::string_view date, std::string_view region,
                           std::string_view service, const std::string& key) {
  auto name = NameOf(secret_key, date, region, service);
  std::lock_guard lock(mutex_);
  if (keys_.contains(name)) return;
  if (keys_.size() >= limit_) keys_.clear();
  keys_.emplace(std::move(name), key);
}

std::size_t SigningKeyCache::size() const {
  std::lock_guard lock(mutex_);
  return keys_.size();
}

}  // namespace atelier::auth
