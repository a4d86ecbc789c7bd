// Entries for tests.
#pragma once

#include <string>

#include "audit/entry.h"

namespace atelier::audit {

inline Entry MakeEntry(const std::string& action, std::int64_t millis, int status = 200) {
  return {.time = FromUnixMillis(millis),
          .project_id = "p1",
          .user_id = "u1",
          .user_name = "o'brien",
          .signed_in_by = SignedInBy::kAccessKey,
          .access_key = "AK1",
          .action = action,
          .method = "POST",
          .resource = "job_id=1",
          .status = status,
          .remote_address = "127.0.0.1",
          .request_id = "r-" + action};
}

}  // namespace atelier::audit
