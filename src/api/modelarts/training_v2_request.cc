#include "api/modelarts/training_v2_request.h"

#include <fmt/format.h>

#include "api/modelarts/training_v2_fields.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using training::AccessMethod;
using training::Channel;
using training::ContainerRequest;

constexpr std::size_t kMostEntries = 1000;  // of any list; the domain's own limits are below

Result<AccessMethod> ReadAccess(const Fields& from) {
  ATELIER_TRY(auto text, from.Text("access_method"));
  if (text.empty() || text == "parameter" || text == "argument") return AccessMethod::kArgument;
  if (text == "env") return AccessMethod::kEnvironment;
  return RefuseV2(from.PathOf("access_method"), "parameter or env", fmt::format("'{}'", text));
}

Result<std::vector<Channel>> ReadChannels(const Fields& algorithm, std::string_view key, bool& dataset) {
  std::vector<Channel> channels;
  ATELIER_TRY(const auto* entries, algorithm.Array(key, kMostEntries));
  if (entries == nullptr) return channels;
  for (const auto& entry : *entries) {
    if (!entry.is_object()) return RefuseV2(algorithm.PathOf(key), "objects with name and remote", "something else");
    Fields fields(&entry.get_object(), algorithm.PathOf(key));
    Channel channel;
    ATELIER_TRY(channel.name, fields.Text("name"));
    ATELIER_TRY(channel.description, fields.Text("description"));
    ATELIER_TRY(channel.access, ReadAccess(fields));
    ATELIER_TRY(auto remote, fields.Object("remote"));
    ATELIER_TRY(auto obs, remote.Object("obs"));
    ATELIER_TRY(channel.url, obs.Text("obs_url"));
    dataset = dataset || (channel.url.empty() && remote.Has("dataset"));
    channels.push_back(std::move(channel));
  }
  return channels;
}

Result<void> ReadParameters(const Fields& algorithm, ContainerRequest& run) {
  ATELIER_TRY(const auto* entries, algorithm.Array("parameters", kMostEntries));
  if (entries == nullptr) return {};
  for (const auto& entry : *entries) {
    if (!entry.is_object()) return RefuseV2("algorithm.parameters", "objects with name and value", "something else");
    Fields fields(&entry.get_object(), "algorithm.parameters");
    training::Parameter parameter;
    ATELIER_TRY(parameter.label, fields.Text("name"));
    ATELIER_TRY(parameter.value, fields.Text("value"));
    ATELIER_TRY(auto note, fields.Text("description"));
    if (!note.empty()) run.parameter_notes[parameter.label] = std::move(note);
    run.parameters.push_back(std::move(parameter));
  }
  return {};
}

Result<void> ReadEngine(const Fields& algorithm, ContainerRequest& run) {
  ATELIER_TRY(auto engine, algorithm.Object("engine"));
  ATELIER_TRY(run.engine_id, engine.Text("engine_id"));
  ATELIER_TRY(run.engine_name, engine.Text("engine_name"));
  ATELIER_TRY(run.engine_version, engine.Text("engine_version"));
  ATELIER_TRY(auto image, engine.Text("image_url"));
  bool named = !run.engine_id.empty() || !run.engine_name.empty() || !run.engine_version.empty();
  run.wishes.image = !image.empty() && !named;
  return {};
}

Result<void> ReadAlgorithm(const Fields& algorithm, training::ContainerJobRequest& request) {
  auto& run = request.run;
  ATELIER_TRY(request.algorithm_id, algorithm.Text("id"));
  ATELIER_TRY(request.algorithm_name, algorithm.Text("name"));
  ATELIER_TRY(run.code_dir, algorithm.Text("code_dir"));
  ATELIER_TRY(run.boot_file, algorithm.Text("boot_file"));
  ATELIER_TRY(run.command, algorithm.Text("command"));
  ATELIER_TRY(run.local_code_dir, algorithm.Text("local_code_dir"));
  ATELIER_TRY(run.working_dir, algorithm.Text("working_dir"));
  ATELIER_CHECK(ReadEngine(algorithm, run));
  ATELIER_CHECK(ReadParameters(algorithm, run));
  ATELIER_TRY(run.inputs, ReadChannels(algorithm, "inputs", run.wishes.dataset));
  ATELIER_TRY(run.outputs, ReadChannels(algorithm, "outputs", run.wishes.dataset));
  ATELIER_TRY(run.environment, algorithm.Map("environments"));
  ATELIER_TRY(auto subscription, algorithm.Text("subscription_id"));
  run.wishes.subscription = !subscription.empty() && run.code_dir.empty() && run.command.empty();
  ATELIER_TRY(auto policies, algorithm.Object("policies"));
  ATELIER_TRY(auto search, policies.Object("auto_search"));
  run.wishes.search = !search.IsEmpty();
  return {};
}

Result<void> ReadSpec(const Fields& spec, ContainerRequest& run) {
  ATELIER_TRY(auto resource, spec.Object("resource"));
  ATELIER_TRY(run.flavor_id, resource.Text("flavor_id"));
  ATELIER_TRY(run.node_count, resource.Number("node_count", 1));
  ATELIER_TRY(run.pool_id, resource.Text("pool_id"));
  ATELIER_TRY(auto log, spec.Object("log_export_path"));
  ATELIER_TRY(run.log_url, log.Text("obs_url"));
  ATELIER_TRY(auto stop, spec.Object("auto_stop"));
  ATELIER_TRY(auto unit, stop.Text("time_unit"));
  if (!unit.empty() && unit != "HOURS") return RefuseV2("spec.auto_stop.time_unit", "HOURS", fmt::format("'{}'", unit));
  if (stop.Has("duration")) {
    ATELIER_TRY(run.auto_stop_hours, stop.Number("duration", 1));
    if (run.auto_stop_hours < 1)
      return RefuseV2("spec.auto_stop.duration", "1 or more hours", std::to_string(run.auto_stop_hours));
  }
  ATELIER_TRY(const auto* volumes, spec.Array("volumes", kMostEntries));
  run.wishes.volumes = volumes != nullptr && !volumes->empty();
  return {};
}

Result<std::vector<std::string>> ReadTexts(const Fields& from, std::string_view key) {
  std::vector<std::string> texts;
  ATELIER_TRY(const auto* entries, from.Array(key, kMostEntries));
  if (entries == nullptr) return texts;
  for (const auto& entry : *entries) {
    ATELIER_TRY(texts.emplace_back(), ScalarTextV2(entry, from.PathOf(key)));
  }
  return texts;
}

Result<void> ReadFilters(const Fields& body, training::JobSearch& search) {
  ATELIER_TRY(const auto* filters, body.Array("filters", training::JobSearch::kMostFilters));
  if (filters == nullptr) return {};
  for (const auto& entry : *filters) {
    if (!entry.is_object()) return RefuseV2("filters", "objects with key, operator and value", "something else");
    Fields filter(&entry.get_object(), "filters");
    ATELIER_TRY(auto key, filter.Text("key"));
    ATELIER_TRY(auto op, filter.Text("operator"));
    ATELIER_TRY(auto values, ReadTexts(filter, "value"));
    ATELIER_TRY(auto parsed, training::ParseSearchFilter(key, op, values));
    search.filters.push_back(std::move(parsed));
  }
  return {};
}

Result<void> ReadOrder(const Fields& body, SearchBody& parsed) {
  ATELIER_TRY(auto sort_by, body.Text("sort_by"));
  ATELIER_TRY(auto order, body.Text("order"));
  ATELIER_TRY(parsed.group_by, body.Text("group_by"));
  if (!sort_by.empty()) parsed.sort_by = std::move(sort_by);
  if (!order.empty()) parsed.order = std::move(order);
  if (parsed.order != "asc" && parsed.order != "desc")
    return InvalidArgument(fmt::format("order: expected asc or desc, got '{}'", parsed.order), "ModelArts.2790",
                           "order");
  parsed.search.descending = parsed.order == "desc";
  // Jobs of one group stand together, each group in the order asked for.
  for (const auto& word : {parsed.group_by, parsed.sort_by}) {
    if (word.empty()) continue;
    ATELIER_TRY(auto field, training::ParseSearchOrder(word));
    if (field != training::SearchField::kCreated) parsed.search.order.push_back(field);
  }
  return {};
}

// Milliseconds, or RFC 3339 with Z or an offset such as +08:00.
Result<std::optional<TimePoint>> ReadTime(std::string_view name, std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (auto millis = ParseNumber<std::int64_t>(text)) return FromUnixMillis(*millis);
  if (auto time = ParseIso8601(text)) return *time;
  constexpr std::size_t kOffset = 6;
  if (text.size() > kOffset) {
    auto offset = text.substr(text.size() - kOffset);
    auto hours = ParseNumber<int>(offset.substr(1, 2)), minutes = ParseNumber<int>(offset.substr(4, 2));
    // A '+' that a client left unencoded in a query arrives as a space.
    bool ahead = offset[0] == '+' || offset[0] == ' ';
    auto local = ParseIso8601(std::string(text.substr(0, text.size() - kOffset)) + "Z");
    if ((ahead || offset[0] == '-') && offset[3] == ':' && hours && minutes && local) {
      auto shift = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
      return *local - (ahead ? shift : -shift);
    }
  }
  return RefuseV2(name, "milliseconds or a time such as 2026-01-02T03:04:05+08:00", fmt::format("'{}'", text));
}

std::string QueryValue(const http::Query& query, std::string_view name) {
  return std::string(query.Get(name).value_or(""));
}

Result<std::size_t> QueryCount(const http::Query& query, std::string_view name, std::size_t absent, std::size_t least,
                               std::size_t most) {
  auto text = QueryValue(query, name);
  if (text.empty()) return absent;
  auto number = ParseNumber<std::size_t>(text);
  if (number && *number >= least && *number <= most) return *number;
  return RefuseV2(name, fmt::format("a number from {} to {}", least, most), fmt::format("'{}'", text));
}

Result<std::string> QueryOrder(const http::Query& query, std::string_view absent) {
  auto text = QueryValue(query, "order");
  if (text.empty()) return std::string(absent);
  if (text == "asc" || text == "desc") return text;
  return RefuseV2("order", "asc or desc", fmt::format("'{}'", text));
}

Result<void> ReadLevelAndSource(const http::Query& query, training::EventQuery& parsed) {
  using training::EventLevel;
  using training::EventSource;
  auto level = QueryValue(query, "level"), source = QueryValue(query, "source");
  for (auto each : {EventLevel::kInfo, EventLevel::kWarning, EventLevel::kError})
    if (EqualsIgnoreCase(level, ToString(each))) parsed.level = each;
  if (!level.empty() && !parsed.level) return RefuseV2("level", "Info, Warning or Error", fmt::format("'{}'", level));
  for (auto each : {EventSource::kJob, EventSource::kTask, EventSource::kCluster})
    if (EqualsIgnoreCase(source, ToString(each))) parsed.source = each;
  if (!source.empty() && !parsed.source) return RefuseV2("source", "K8S, Job or Task", fmt::format("'{}'", source));
  return {};
}

}  // namespace

Result<training::ContainerJobRequest> ParseContainerJob(std::string_view text) {
  ATELIER_TRY(auto document, ParseBodyV2(text));
  Fields body(&document);
  ATELIER_TRY(auto kind, body.Text("kind"));
  if (kind == "visualization_job")
    return MakeError(ErrorKind::kUnimplemented,
                     "kind: visualization jobs are made with POST /v1/{project_id}/visualization-jobs");
  if (!kind.empty() && kind != "job") return RefuseV2("kind", "job", fmt::format("'{}'", kind));
  training::ContainerJobRequest request;
  ATELIER_TRY(auto metadata, body.Object("metadata"));
  ATELIER_TRY(request.name, metadata.Text("name"));
  ATELIER_TRY(request.description, metadata.Text("description"));
  ATELIER_TRY(auto workspace, metadata.Text("workspace_id"));
  if (!workspace.empty()) request.workspace_id = std::move(workspace);
  ATELIER_TRY(request.annotations, metadata.Map("annotations"));
  ATELIER_TRY(auto algorithm, body.Object("algorithm"));
  ATELIER_CHECK(ReadAlgorithm(algorithm, request));
  ATELIER_TRY(auto spec, body.Object("spec"));
  ATELIER_CHECK(ReadSpec(spec, request.run));
  ATELIER_TRY(const auto* tasks, body.Array("tasks", kMostEntries));
  request.run.wishes.tasks = tasks != nullptr && !tasks->empty();
  return request;
}

Result<std::string> ParseDescriptionV2(std::string_view text) {
  ATELIER_TRY(auto document, ParseBodyV2(text));
  Fields body(&document);
  if (!body.Has("description")) return RefuseV2("description", "a text of 0-256 characters", "nothing");
  return body.Text("description");
}

Result<void> ParseTerminate(std::string_view text) {
  ATELIER_TRY(auto document, ParseBodyV2(text));
  ATELIER_TRY(auto action, Fields(&document).Text("action_type"));
  if (action == "terminate") return {};
  return InvalidArgument(fmt::format("action_type: expected terminate, got '{}'", action), "ModelArts.2812",
                         "action_type");
}

Result<std::vector<std::string>> ParseBatchDelete(std::string_view text) {
  ATELIER_TRY(auto document, ParseBodyV2(text));
  std::vector<std::string> ids;
  ATELIER_TRY(const auto* jobs, Fields(&document).Array("jobs", kMostEntries));
  if (jobs == nullptr) return RefuseV2("jobs", R"(a list of {"metadata": {"id": ...}})", "nothing");
  for (const auto& entry : *jobs) {
    if (!entry.is_object()) return RefuseV2("jobs", "objects with metadata.id", "something else");
    ATELIER_TRY(auto metadata, Fields(&entry.get_object(), "jobs").Object("metadata"));
    ATELIER_TRY(ids.emplace_back(), metadata.Text("id"));
  }
  return ids;
}

Result<SearchBody> ParseSearch(std::string_view text) {
  SearchBody parsed;
  json::object document;
  if (auto trimmed = Trim(text); !trimmed.empty() && trimmed != "null") {
    ATELIER_TRY(document, ParseBodyV2(text));
  }
  Fields body(&document);
  constexpr std::int64_t kMostPages = 1'000'000;
  ATELIER_TRY(auto page, body.Number("offset", 0));
  if (page < 0 || page > kMostPages)
    return RefuseV2("offset", fmt::format("a page number from 0 to {}", kMostPages), std::to_string(page));
  ATELIER_TRY(auto limit, body.Number("limit", training::JobSearch::kMostPerPage));
  if (limit < 1 || limit > training::JobSearch::kMostPerPage)
    return RefuseV2("limit", fmt::format("a number from 1 to {}", training::JobSearch::kMostPerPage),
                    std::to_string(limit));
  parsed.search.page = page;
  parsed.search.per_page = static_cast<int>(limit);
  ATELIER_CHECK(ReadOrder(body, parsed));
  ATELIER_TRY(auto workspace, body.Text("workspace_id"));
  parsed.search.workspace_id = workspace;
  if (!workspace.empty()) parsed.workspace_id = std::move(workspace);
  ATELIER_CHECK(ReadFilters(body, parsed.search));
  return parsed;
}

Result<EventsQuery> ParseEventsQuery(const http::Query& query) {
  constexpr std::size_t kMostPattern = 256;
  EventsQuery parsed;
  auto& events = parsed.query;
  ATELIER_TRY(events.offset, QueryCount(query, "offset", 0, 0, 1'000'000));
  ATELIER_TRY(events.limit, QueryCount(query, "limit", 50, 1, 100));
  ATELIER_TRY(parsed.order, QueryOrder(query, "desc"));
  events.descending = parsed.order == "desc";
  parsed.start_time = QueryValue(query, "start_time");
  parsed.end_time = QueryValue(query, "end_time");
  if (parsed.start_time.empty() != parsed.end_time.empty())
    return RefuseV2("start_time, end_time", "both or neither", "one of them");
  ATELIER_TRY(events.from, ReadTime("start_time", parsed.start_time));
  ATELIER_TRY(events.to, ReadTime("end_time", parsed.end_time));
  events.pattern = QueryValue(query, "pattern");
  if (events.pattern.size() > kMostPattern)
    return RefuseV2("pattern", fmt::format("at most {} characters", kMostPattern),
                    std::to_string(events.pattern.size()));
  ATELIER_CHECK(ReadLevelAndSource(query, events));
  return parsed;
}

Result<training::LogQuery> ParseLogQueryV2(const http::Query& query) {
  training::LogQuery parsed;
  auto cursor = training::ParseCursor(QueryValue(query, "base_line"));
  if (!cursor) return RefuseV2("base_line", "a start_line or end_line of an earlier reply", "something else");
  parsed.cursor = *cursor;
  ATELIER_TRY(parsed.lines, QueryCount(query, "lines", 50, 0, 500));
  // desc asks for the lines after the cursor, asc for those before it.
  ATELIER_TRY(auto order, QueryOrder(query, "desc"));
  parsed.forward = order == "desc";
  return parsed;
}

}  // namespace atelier::api
