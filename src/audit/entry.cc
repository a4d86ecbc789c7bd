#include "audit/entry.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::audit {

std::string_view ToString(SignedInBy by) {
  switch (by) {
    case SignedInBy::kNothing:
      return "nothing";
    case SignedInBy::kToken:
      return "token";
    case SignedInBy::kAccessKey:
      return "access key";
  }
  return "nothing";
}

std::string ResourceText(const std::vector<std::pair<std::string, std::string>>& arguments) {
  constexpr std::size_t kMost = 512;
  std::string text;
  for (const auto& [name, value] : arguments) text += (text.empty() ? "" : " ") + name + "=" + PercentEncode(value);
  return text.substr(0, kMost);
}

bool Matches(const Entry& entry, const Query& query) {
  return std::ranges::find(query.projects, entry.project_id) != query.projects.end() &&
         (query.user.empty() || entry.user_name == query.user || entry.user_id == query.user) &&
         (query.action.empty() || entry.action == query.action) && (!query.status || entry.status == *query.status) &&
         (!query.from || entry.time >= *query.from) && (!query.before || entry.time < *query.before) &&
         (!query.older_than || entry.id < *query.older_than);
}

}  // namespace atelier::audit
