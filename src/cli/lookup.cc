#include "cli/lookup.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::cli {

std::string Text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return {};
  return value->is_string() ? std::string(value->as_string()) : CompactJson(*value);
}

std::int64_t Number(const json::object& object, std::string_view key) {
  auto number = ReadInt(object, key);
  return number ? number->value_or(0) : 0;
}

namespace {

const json::array& Items(const json::object& page, std::string_view key) {
  static const json::array kNone;
  const auto* items = page.if_contains(key);
  return items != nullptr && items->is_array() ? items->as_array() : kNone;
}

Result<json::object> FindJob(PlatformClient& client, const std::string& job) {
  bool by_id = ParseNumber<std::int64_t>(job).has_value();
  for (int page = 1;; ++page) {
    auto search = by_id ? "" : "&search_content=" + PercentEncode(job);
    ATELIER_TRY(auto answer,
                client.Call("GET", fmt::format("v1:/training-jobs?per_page=1000&page={}{}", page, search)));
    const auto& jobs = Items(answer, "jobs");
    for (const auto& item : jobs)
      if (Text(item.as_object(), by_id ? "job_id" : "job_name") == job) return item.as_object();
    if (jobs.size() < 1000)
      return NotFound(fmt::format("there is no training job '{}'; 'atelier job list' shows what there is", job));
  }
}

}  // namespace

Result<JobVersionRef> FindJobVersion(PlatformClient& client, const std::string& job, const std::string& version) {
  ATELIER_TRY(auto found, FindJob(client, job));
  JobVersionRef ref{Number(found, "job_id"), Number(found, "version_id"), Text(found, "job_name"), ""};
  ATELIER_TRY(auto answer, client.Call("GET", fmt::format("v1:/training-jobs/{}/versions", ref.job_id)));
  std::string wanted = version;
  if (auto number = ParseNumber<int>(version)) wanted = fmt::format("V{:04}", *number);
  for (const auto& item : Items(answer, "versions")) {
    const auto& object = item.as_object();
    if (wanted.empty() ? Number(object, "version_id") == ref.version_id : Text(object, "version_name") == wanted) {
      ref.version_id = Number(object, "version_id");
      ref.version_name = Text(object, "version_name");
      return ref;
    }
  }
  return NotFound(fmt::format("job {} has no version {}", ref.job_name, wanted.empty() ? "at all" : wanted));
}

Result<json::object> FindModel(PlatformClient& client, const std::string& model) {
  auto colon = model.find(':');
  auto name = model.substr(0, colon);
  auto query = "v1:/models?exact_match=true&model_name=" + PercentEncode(name);
  if (colon != std::string::npos) query += "&model_version=" + PercentEncode(model.substr(colon + 1));
  ATELIER_TRY(auto answer, client.Call("GET", query));
  const auto& models = Items(answer, "models");
  if (!models.empty()) return models[0].as_object();  // newest first
  auto by_id = client.Call("GET", "v1:/models/" + PercentEncode(model));
  if (by_id) return by_id;
  return NotFound(fmt::format("there is no model '{}'; 'atelier model list' shows what there is", model));
}

Result<json::object> FindService(PlatformClient& client, const std::string& service) {
  ATELIER_TRY(auto answer, client.Call("GET", "v1:/services?service_name=" + PercentEncode(service)));
  for (const auto& item : Items(answer, "services"))
    if (Text(item.as_object(), "service_name") == service)
      return client.Call("GET", "v1:/services/" + Text(item.as_object(), "service_id"));
  auto by_id = client.Call("GET", "v1:/services/" + PercentEncode(service));
  if (by_id) return by_id;
  return NotFound(fmt::format("there is no service '{}'; 'atelier service list' shows what there is", service));
}

Result<json::object> FindBoard(PlatformClient& client, const std::string& board) {
  if (ParseNumber<std::int64_t>(board)) {
    auto by_id = client.Call("GET", "v1:/visualization-jobs/" + board);
    if (by_id || by_id.error().kind != ErrorKind::kNotFound) return by_id;
  }
  auto path = "v1:/visualization-jobs?per_page=1000&search_content=" + PercentEncode(board);
  ATELIER_TRY(auto answer, client.Call("GET", path));
  for (const auto& item : Items(answer, "jobs"))
    if (Text(item.as_object(), "job_name") == board) return item.as_object();
  return NotFound(fmt::format("there is no board '{}'; 'atelier board list' shows what there is", board));
}

}  // namespace atelier::cli
