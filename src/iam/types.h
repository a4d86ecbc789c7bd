// Who exists and who is asking.
#pragma once

#include <string>

#include "base/clock.h"

namespace atelier::iam {

struct Domain {
  std::string id;  // 32 hex
  std::string name;
};

struct Project {
  std::string id;    // 32 hex
  std::string name;  // normally the region's name
  std::string domain_id;
  bool enabled = true;
};

struct User {
  std::string id;
  std::string name;
  std::string domain_id;
  std::string password_salt;  // random bytes
  std::string password_hash;  // DerivePassword(password, salt)
  bool enabled = true;
};

struct AccessKey {
  std::string access_key;  // 20 characters
  std::string secret_key;  // 40 characters; needed in clear to verify HMACs; the database file is 0600
  std::string user_id;
  std::string project_id;
  bool enabled = true;
  TimePoint created;
};

// Who a request speaks for, once verified. Handlers receive it and cannot forge it.
struct Principal {
  std::string user_id;
  std::string user_name;
  std::string domain_id;
  std::string domain_name;
  std::string project_id;
  std::string project_name;
  std::string access_key;  // empty when a token was used
};

}  // namespace atelier::iam
