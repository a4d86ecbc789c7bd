#include "api/modelarts/training_request_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "api/modelarts/paging.h"
#include "api/modelarts/training_fields.h"
#include "api/modelarts/training_list_query.h"
#include "base/json.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using training::RunRequest;

// A text, or a number as some clients send it; nothing or an empty text is the one that is always there.
Result<void> ReadWorkspace(const json::object& from, std::string& to) {
  const auto* value = from.if_contains("workspace_id");
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_string() && !value->is_int64() && !value->is_uint64())
    return RefuseField("workspace_id", "a text", CompactJson(*value));
  auto text = value->is_string() ? std::string(value->get_string()) : CompactJson(*value);
  if (!text.empty()) to = std::move(text);
  return {};
}

// data_url, or the one entry of data_source.
Result<void> ReadData(const json::object& config, RunRequest& run) {
  ATELIER_CHECK(Assign(run.data_url, config, "data_url"));
  std::string dataset;
  ATELIER_CHECK(AssignId(dataset, config, "dataset_id"));
  bool names_dataset = !dataset.empty();
  ATELIER_TRY(const auto* sources, Coded(ReadArray(config, "data_source")));
  if (run.data_url.empty() && sources != nullptr && !sources->empty()) {
    if (sources->size() > 1)
      return MakeError(ErrorKind::kUnimplemented,
                       fmt::format("config.data_source: jobs of this server read one folder, got {} entries; put the "
                                   "data below one folder and give that",
                                   sources->size()),
                       {}, "config.data_source");
    const auto* source = sources->front().if_object();
    if (source == nullptr)
      return RefuseField("config.data_source", "an object as entry", CompactJson(sources->front()));
    std::string type;
    ATELIER_CHECK(Assign(type, *source, "type"));
    ATELIER_CHECK(Assign(run.data_url, *source, "data_url"));
    ATELIER_CHECK(AssignId(dataset, *source, "dataset_id"));
    names_dataset = !dataset.empty() || type == "dataset";
  }
  run.wants_dataset = run.data_url.empty() && names_dataset;
  return {};
}

// What names the machine. A dedicated pool beside a flavor is what some clients always send: the flavor counts.
Result<void> ReadFlavor(const json::object& config, RunRequest& run) {
  ATELIER_TRY(run.spec_id, Coded(ReadInt(config, "spec_id")));
  ATELIER_TRY(const auto* flavor, Coded(ReadObject(config, "flavor")));
  if (flavor != nullptr) ATELIER_CHECK(Assign(run.flavor_code, *flavor, "code"));
  std::string pool;
  ATELIER_CHECK(AssignId(pool, config, "pool_id"));
  run.wants_pool = !pool.empty() && !run.spec_id && run.flavor_code.empty();
  return {};
}

Result<RunRequest> ReadRun(const json::object& config) {
  RunRequest run;
  ATELIER_CHECK(Assign(run.app_url, config, "app_url"));
  ATELIER_CHECK(Assign(run.boot_file_url, config, "boot_file_url"));
  ATELIER_CHECK(Assign(run.train_url, config, "train_url"));
  ATELIER_CHECK(Assign(run.log_url, config, "log_url"));
  ATELIER_CHECK(ReadData(config, run));
  ATELIER_TRY(run.engine_id, Coded(ReadInt(config, "engine_id")));
  ATELIER_CHECK(Assign(run.engine_name, config, "engine_version"));
  ATELIER_CHECK(ReadFlavor(config, run));
  ATELIER_TRY(auto workers, Coded(ReadInt(config, "worker_server_num")));
  run.worker_count = workers.value_or(1);
  ATELIER_TRY(auto model, Coded(ReadInt(config, "model_id")));
  run.model_id = model.value_or(0);
  ATELIER_TRY(auto previous, Coded(ReadInt(config, "pre_version_id")));
  run.pre_version_id = previous.value_or(0);
  ATELIER_TRY(run.parameters, ReadParameters(config, "config.parameter"));
  std::string image;
  ATELIER_CHECK(Assign(image, config, "user_image_url"));
  run.wants_image = !image.empty();
  ATELIER_TRY(const auto* volumes, Coded(ReadArray(config, "volumes")));
  run.wants_volumes = volumes != nullptr && !volumes->empty();
  return run;
}

Result<const json::object*> NeedConfig(const json::object& body) {
  ATELIER_TRY(const auto* config, Coded(ReadObject(body, "config")));
  if (config == nullptr) return RefuseField("config", "an object that says what to run", "nothing");
  return config;
}

}  // namespace

Result<training::JobRequest> ParseCreateJob(std::string_view body) {
  ATELIER_TRY(auto object, Coded(ParseJsonObject(body)));
  training::JobRequest request;
  ATELIER_TRY(auto name, Coded(ReadString(object, "job_name")));
  if (!name) return RefuseField("job_name", "1-64 letters, digits, '_' or '-'", "nothing");
  request.name = *std::move(name);
  ATELIER_CHECK(Assign(request.description, object, "job_desc"));
  ATELIER_CHECK(ReadWorkspace(object, request.workspace_id));
  ATELIER_TRY(const auto* config, NeedConfig(object));
  ATELIER_TRY(request.run, ReadRun(*config));
  ATELIER_TRY(auto create_version, Coded(ReadBool(*config, "create_version")));
  request.create_version = create_version.value_or(true);
  return request;
}

Result<CreateVersionBody> ParseCreateVersion(std::string_view body) {
  ATELIER_TRY(auto object, Coded(ParseJsonObject(body)));
  CreateVersionBody parsed;
  ATELIER_CHECK(Assign(parsed.description, object, "job_desc"));
  ATELIER_TRY(const auto* config, NeedConfig(object));
  ATELIER_TRY(parsed.run, ReadRun(*config));
  return parsed;
}

Result<std::string> ParseDescription(std::string_view body) {
  ATELIER_TRY(auto object, Coded(ParseJsonObject(body)));
  ATELIER_TRY(auto text, Coded(ReadString(object, "job_desc")));
  if (!text) return RefuseField("job_desc", "a text of 0-256 characters", "nothing");
  return *std::move(text);
}

Result<std::vector<training::Status>> ParseStatuses(const http::Query& query) {
  std::vector<training::Status> statuses;
  for (auto list : query.GetAll("status"))
    for (auto piece : Split(list, ',')) {
      if (Trim(piece).empty()) continue;
      auto number = ParseNumber<int>(Trim(piece));
      if (!number || *number < 0 || *number > 22)
        return RefuseField("status", "status numbers from 0 to 22", fmt::format("'{}'", piece));
      statuses.push_back(static_cast<training::Status>(*number));
    }
  return statuses;
}

Result<training::JobQuery> ParseJobQuery(const http::Query& query) {
  training::JobQuery parsed;
  ATELIER_TRY(parsed.statuses, ParseStatuses(query));
  parsed.workspace_id = QueryText(query, "workspace_id");
  ATELIER_CHECK(ReadListQuery(query, training::ParseJobOrder, /*ascending=*/true, parsed));
  return parsed;
}

Result<PageQuery> ParseVersionQuery(const http::Query& query) {
  ATELIER_TRY(auto page, QueryNumber(query, "page", 0, 0, 65535));
  ATELIER_TRY(auto per_page, QueryNumber(query, "per_page", 10, 1, 1000));
  return PageQuery{.page = static_cast<int>(page), .per_page = static_cast<int>(per_page)};
}

Result<CatalogueQuery> ParseCatalogueQuery(const http::Query& query) {
  auto type = QueryText(query, "job_type");
  if (!type.empty() && type != "train" && type != "inference")
    return RefuseField("job_type", "train or inference", fmt::format("'{}'", type));
  constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
  ATELIER_TRY(auto engine, QueryNumber(query, "engine_id", 0, 0, kMost));
  ATELIER_CHECK(QueryNumber(query, "project_type", 0, 0, kMost));
  return CatalogueQuery{.engine_id = static_cast<int>(engine)};
}

Result<LogRequest> ParseLogQuery(const http::Query& query) {
  LogRequest parsed;
  auto file = query.Get("log_file");
  if (!file || file->empty()) return RefuseField("log_file", "a name of log/file-names", "nothing");
  parsed.file = *file;
  ATELIER_TRY(parsed.query.cursor, training::ParseCursor(query.Get("base_line").value_or("")));
  ATELIER_TRY(parsed.query.lines, QueryNumber(query, "lines", 50, 0, 500));
  // desc asks for the lines after the cursor, asc for those before it.
  ATELIER_TRY(bool ascending, QueryAscending(query, false));
  parsed.query.forward = !ascending;
  return parsed;
}

}  // namespace atelier::api
