// What the audit log says about one request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace atelier::audit {

enum class SignedInBy { kNothing, kToken, kAccessKey };
std::string_view ToString(SignedInBy by);  // "nothing", "token", "access key"

struct Entry {
  std::int64_t id = 0;  // given by the repository, rising
  TimePoint time;
  std::string project_id;  // empty where a request has none, such as a sign-in that failed
  std::string user_id, user_name;
  SignedInBy signed_in_by = SignedInBy::kNothing;
  std::string access_key;
  std::string action, method;
  std::string resource;  // "job_id=1 version_id=2": the arguments of the path, percent-encoded
  int status = 0;
  std::string remote_address, request_id;
};
inline bool Failed(const Entry& entry) { return entry.status >= 400; }

// "a=1 b=x%20y", cut at 512 bytes.
std::string ResourceText(const std::vector<std::pair<std::string, std::string>>& arguments);

// Which entries; newest first. Empty and absent members choose nothing.
struct Query {
  std::vector<std::string> projects = {};  // of these; "" are those without a project
  std::string user = {};                   // name or id
  std::string action = {};
  std::optional<int> status = {};
  std::optional<TimePoint> from = {}, before = {};
  std::optional<std::int64_t> older_than = {};  // id
  std::size_t limit = 100;
};
bool Matches(const Entry& entry, const Query& query);

}  // namespace atelier::audit
