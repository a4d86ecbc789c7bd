// The keys that V4 derives from a secret for one date and region: four MACs that are the same for a day.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace atelier::auth {

// Thread-safe. Holds `limit` keys at most. By secret, not by access key: a replaced secret finds nothing stale.
class SigningKeyCache {
 public:
  explicit SigningKeyCache(std::size_t limit = 1024) : limit_(limit) {}

  // The kept key, or a newly derived one, which is not kept yet.
  std::string Get(std::string_view secret_key, std::string_view date, std::string_view region,
                  std::string_view service) const;
  // To be called once a signature was right, so that who lacks the secret cannot crowd others out.
  void Keep(std::string_view secret_key, std::string_view date, std::string_view region, std::string_view service,
            const std::string& key);
  std::size_t size() const;

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;  // guards:
  std::map<std::string, std::string> keys_;
};

}  // namespace atelier::auth
