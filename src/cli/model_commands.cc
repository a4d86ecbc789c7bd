#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "base/strings.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

using namespace std::chrono_literals;

Result<PlatformClient> Connect(const Common& common) {
  ATELIER_TRY(Connection connection, FindConnection(common.data_dir));
  return PlatformClient(std::move(connection));
}

std::string StatusText(const std::string& status) { return status == "published" ? "Normal" : status; }

// Until the model is published or has failed. Shows what it waits for.
Result<json::object> WaitForModel(PlatformClient& client, const std::string& id) {
  StatusLine line;
  for (;;) {
    ATELIER_TRY(auto model, client.Call("GET", "v1:/models/" + id));
    if (Text(model, "model_status") != "publishing") return model;
    if (auto waits_for = Text(model, "error_msg"); !waits_for.empty())
      line.Show(waits_for.substr(0, waits_for.find(" (")), waits_for);  // a stage; behind it "(34 %)"
    std::this_thread::sleep_for(100ms);
  }
}

void ShowParameters(const json::object& model, std::string_view key, const std::string& title) {
  const auto* rows = model.if_contains(key);
  if (rows == nullptr || !rows->is_array() || rows->as_array().empty()) return;
  Table table({title, "TYPE", "METHOD", "URL"});
  for (const auto& row : rows->as_array()) {
    const auto& object = row.as_object();
    table.Add({Text(object, "param_name"), Text(object, "param_type"), Text(object, "method"), Text(object, "url")});
  }
  fmt::print("\n{}", table.Render());
}

// A version after the newest one of that name: 1.0.0, 1.0.1, ...
Result<std::string> NextVersion(PlatformClient& client, const std::string& name) {
  ATELIER_TRY(auto answer, client.Call("GET", "v1:/models?exact_match=true&limit=1&model_name=" + PercentEncode(name)));
  const auto& models = answer.at("models").as_array();
  if (models.empty()) return std::string("1.0.0");
  auto version = Text(models[0].as_object(), "model_version");
  auto dot = version.rfind('.');
  auto last = ParseNumber<int>(version.substr(dot + 1)).value_or(99);
  if (last >= 99) return InvalidArgument("the newest version is " + version + ": give the next one with --version");
  return fmt::format("{}.{}", version.substr(0, dot), last + 1);
}

}  // namespace

Result<int> ImportModel(const Common& common, const ImportOptions& options) {
  ATELIER_TRY(auto client, Connect(common));
  std::string version = options.version;
  if (version.empty()) {
    ATELIER_TRY(version, NextVersion(client, options.name));
  }
  json::object body{{"model_name", options.name}, {"model_version", version}, {"model_type", "TensorFlow"}};
  if (!options.description.empty()) body["description"] = options.description;
  if (!options.source.empty()) body["source_location"] = options.source;
  if (!options.job.empty()) {
    ATELIER_TRY(auto ref, FindJobVersion(client, options.job, options.job_version));
    body["source_job_id"] = std::to_string(ref.job_id);
    body["source_job_version"] = ref.version_name;
  }
  ATELIER_TRY(auto answer, client.Call("POST", "v1:/models", body));
  auto id = Text(answer, "model_id");
  if (!options.wait) {
    if (common.json)
      fmt::print("{}\n", PrettyJson(answer));
    else
      fmt::print("importing {} {} (id {})\n", options.name, version, id);
    return 0;
  }
  ATELIER_TRY(auto model, WaitForModel(client, id));
  if (common.json)
    fmt::print("{}\n", PrettyJson(model));
  else
    fmt::print("{} {}: {} (id {})\n", options.name, version, StatusText(Text(model, "model_status")), id);
  if (Text(model, "model_status") == "published") return 0;
  fmt::print(stderr, "{}\n", Text(model, "error_msg"));
  return 1;
}

Result<int> ListModels(const Common& common, const std::string& name) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto answer, client.Call("GET", "v1:/models?model_name=" + PercentEncode(name)));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("models")));
    return 0;
  }
  Table table({"NAME", "VERSION", "STATUS", "SIZE", "CREATED (UTC)", "ID"}, {false, false, false, true, false, false});
  for (const auto& item : answer.at("models").as_array()) {
    const auto& model = item.as_object();
    table.Add({Text(model, "model_name"), Text(model, "model_version"), StatusText(Text(model, "model_status")),
               HumanBytes(static_cast<std::uint64_t>(Number(model, "model_size"))),
               ShowTime(Number(model, "create_at")), Text(model, "model_id")});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> ShowModel(const Common& common, const std::string& name) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto found, FindModel(client, name));
  ATELIER_TRY(auto model, client.Call("GET", "v1:/models/" + Text(found, "model_id")));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(model));
    return 0;
  }
  Table table({"FIELD", "VALUE"});
  table.Add({"model", Text(model, "model_name") + " " + Text(model, "model_version")});
  table.Add({"status", StatusText(Text(model, "model_status"))});
  for (const auto& [title, key] :
       std::initializer_list<std::pair<std::string, std::string>>{{"reason", "error_msg"},
                                                                  {"type", "model_type"},
                                                                  {"source", "source_location"},
                                                                  {"training job", "source_job_id"},
                                                                  {"job version", "source_job_version"},
                                                                  {"inference code", "execution_code"},
                                                                  {"algorithm", "model_algorithm"},
                                                                  {"id", "model_id"}})
    if (auto text = Text(model, key); !text.empty()) table.Add({title, text});
  fmt::print("{}", table.Render());
  ShowParameters(model, "input_params", "INPUT");
  ShowParameters(model, "output_params", "OUTPUT");
  for (const auto& warning : model.at("warnings").as_array())
    fmt::print("warning: config.json: {}\n", std::string_view(warning.as_string()));
  return 0;
}

Result<int> DeleteModel(const Common& common, const std::string& name, bool all_versions) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto found, FindModel(client, name));
  ATELIER_TRY(auto answer,
              client.Call("DELETE", "v1:/models/" + Text(found, "model_id") + (all_versions ? "?cascade=true" : "")));
  fmt::print("deleted {} model version(s)\n", answer.at("delete_success_list").as_array().size());
  int code = 0;
  for (const auto& item : answer.at("delete_failed_list").as_array()) {
    fmt::print(stderr, "kept {}: {}\n", Text(item.as_object(), "model_id"), Text(item.as_object(), "error_msg"));
    code = 1;
  }
  return code;
}

}  // namespace atelier::cli
