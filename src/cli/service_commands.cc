#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "base/files.h"
#include "base/ids.h"
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

// Until the status is none of `passing` any more; `gone` is fine when the service is deleted.
Result<json::object> WaitWhile(PlatformClient& client, const std::string& id, const std::string& passing) {
  for (;;) {
    ATELIER_TRY(auto service, client.Call("GET", "v1:/services/" + id));
    if (Text(service, "status") != passing) return service;
    std::this_thread::sleep_for(50ms);
  }
}

int Report(const Common& common, const json::object& service, const std::string& wanted) {
  auto status = Text(service, "status");
  if (common.json)
    fmt::print("{}\n", PrettyJson(service));
  else
    fmt::print("{}: {}\n{}\n", Text(service, "service_name"), status, Text(service, "access_address"));
  if (status == wanted) return 0;
  fmt::print(stderr, "{}\n", Text(service, "error_msg"));
  return 1;
}

// "name[:version][=weight]" -> one entry of "config".
Result<json::object> ConfigEntry(PlatformClient& client, const std::string& text, std::size_t models,
                                 const DeployOptions& options) {
  auto equals = text.find('=');
  ATELIER_TRY(auto model, FindModel(client, text.substr(0, equals)));
  std::int64_t weight = models == 1 ? 100 : 0;
  if (equals != std::string::npos) {
    auto number = ParseNumber<int>(text.substr(equals + 1));
    if (!number) return InvalidArgument("a weight is a number, as in mnist:1.0.0=70; got '" + text + "'");
    weight = *number;
  } else if (models > 1) {
    return InvalidArgument("with several models each needs a weight, as in mnist:1.0.0=70");
  }
  return json::object{{"model_id", Text(model, "model_id")},
                      {"weight", weight},
                      {"specification", options.flavor},
                      {"instance_count", options.instances}};
}

std::string ContentTypeOf(const fs::path& file) {
  auto extension = ToLower(file.extension().string());
  if (extension == ".png") return "image/png";
  if (extension == ".jpg" || extension == ".jpeg") return "image/jpeg";
  return "application/octet-stream";
}

Result<std::string> PredictImage(PlatformClient& client, const std::string& id, const std::string& field,
                                 const fs::path& image) {
  ATELIER_TRY(std::string bytes, ReadFile(image, 64ULL << 20));
  std::string boundary = "atelier-" + RandomHex(24);
  std::string body =
      fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
                  boundary, field, image.filename().string(), ContentTypeOf(image));
  body += bytes;
  body += "\r\n--" + boundary + "--\r\n";
  return client.Predict(id, "multipart/form-data; boundary=" + boundary, body);
}

// "predicted 7   7 0.998  1 0.001 ..." for answers of that shape; anything else as it is.
std::string ShowAnswer(const std::string& text) {
  auto answer = ParseJsonObject(text);
  if (!answer || !answer->contains("predicted_label")) return text;
  std::string line = Text(*answer, "predicted_label");
  const auto* scores = answer->if_contains("scores");
  for (std::size_t i = 0; scores != nullptr && scores->is_array() && i < scores->as_array().size(); ++i) {
    const auto* pair = scores->as_array()[i].if_array();
    if (pair == nullptr || pair->size() != 2) return text;
    auto plain = [](const json::value& value) {
      return value.is_string() ? std::string(value.as_string()) : CompactJson(value);
    };
    line += fmt::format("   {}: {}", plain((*pair)[0]), plain((*pair)[1]));
  }
  return line;
}

}  // namespace

Result<int> DeployService(const Common& common, const DeployOptions& options) {
  ATELIER_TRY(auto client, Connect(common));
  json::array config;
  for (const auto& model : options.models) {
    ATELIER_TRY(auto entry, ConfigEntry(client, model, options.models.size(), options));
    config.push_back(std::move(entry));
  }
  json::object body{{"service_name", options.name},
                    {"infer_type", "real-time"},
                    {"description", options.description},
                    {"config", config}};
  ATELIER_TRY(auto answer, client.Call("POST", "v1:/services", body));
  if (!options.wait) {
    fmt::print("{}\n", common.json ? PrettyJson(answer) : "deploying " + options.name);
    return 0;
  }
  ATELIER_TRY(auto service, WaitWhile(client, Text(answer, "service_id"), "deploying"));
  return Report(common, service, "running");
}

// The configuration as it is, with what the options say otherwise.
Result<json::array> ChangedConfig(PlatformClient& client, const json::object& service, const DeployOptions& options) {
  json::array config;
  const auto& now = service.at("config").as_array();
  for (const auto& item : now) {
    const auto& one = item.as_object();
    config.push_back(json::object{{"model_id", one.at("model_id")},
                                  {"weight", one.at("weight")},
                                  {"specification", one.at("specification")},
                                  {"instance_count", one.at("instance_count")},
                                  {"envs", one.at("envs")}});
  }
  if (!options.models.empty()) {
    auto first = now.at(0).as_object();
    DeployOptions given = options;
    if (given.flavor.empty()) given.flavor = Text(first, "specification");
    if (given.instances == 0) given.instances = static_cast<int>(Number(first, "instance_count"));
    config.clear();
    for (const auto& model : given.models) {
      ATELIER_TRY(auto entry, ConfigEntry(client, model, given.models.size(), given));
      config.push_back(std::move(entry));
    }
  }
  for (auto& item : config) {
    if (!options.flavor.empty()) item.as_object()["specification"] = options.flavor;
    if (options.instances > 0) item.as_object()["instance_count"] = options.instances;
  }
  return config;
}

Result<int> UpdateService(const Common& common, const DeployOptions& options) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto service, FindService(client, options.name));
  auto id = Text(service, "service_id");
  json::object body;
  if (!options.description.empty()) body["description"] = options.description;
  bool configured = !options.models.empty() || !options.flavor.empty() || options.instances > 0;
  if (configured) {
    ATELIER_TRY(auto config, ChangedConfig(client, service, options));
    body["config"] = std::move(config);
  }
  if (body.empty()) return InvalidArgument("nothing to update: give --model, --instances, --flavor or --description");
  auto before = Text(service, "status");
  ATELIER_CHECK(client.Call("PUT", "v1:/services/" + id, body));
  ATELIER_TRY(auto after, WaitWhile(client, id, "deploying"));
  return Report(common, after, configured && before != "stopped" ? "running" : before);
}

Result<int> ListServices(const Common& common) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto answer, client.Call("GET", "v1:/services"));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("services")));
    return 0;
  }
  Table table({"NAME", "STATUS", "REQUESTS", "FAILED", "SINCE (UTC)", "ID"}, {false, false, true, true, false, false});
  for (const auto& item : answer.at("services").as_array()) {
    const auto& service = item.as_object();
    table.Add({Text(service, "service_name"), Text(service, "status"), Text(service, "invocation_times"),
               Text(service, "failed_times"), ShowTime(Number(service, "transition_at")), Text(service, "service_id")});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> ShowService(const Common& common, const std::string& name) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto service, FindService(client, name));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(service));
    return 0;
  }
  Table table({"FIELD", "VALUE"});
  for (const auto& [title, key] :
       std::initializer_list<std::pair<std::string, std::string>>{{"service", "service_name"},
                                                                  {"status", "status"},
                                                                  {"reason", "error_msg"},
                                                                  {"address", "access_address"},
                                                                  {"requests", "invocation_times"},
                                                                  {"failed", "failed_times"},
                                                                  {"id", "service_id"}})
    if (auto text = Text(service, key); !text.empty()) table.Add({title, text});
  fmt::print("{}\n", table.Render());
  Table models({"MODEL", "VERSION", "WEIGHT", "INSTANCES", "SPECIFICATION", "STATUS"},
               {false, false, true, true, false, false});
  for (const auto& item : service.at("config").as_array()) {
    const auto& model = item.as_object();
    models.Add({Text(model, "model_name"), Text(model, "model_version"), Text(model, "weight"),
                Text(model, "instance_count"), Text(model, "specification"), Text(model, "status")});
  }
  fmt::print("{}\n", models.Render());
  ATELIER_TRY(auto events, client.Call("GET", "v1:/services/" + Text(service, "service_id") + "/events?limit=10"));
  Table history({"TIME (UTC)", "EVENT"});
  for (const auto& item : events.at("events").as_array())
    history.Add({ShowTime(Number(item.as_object(), "occur_time")), Text(item.as_object(), "event_info")});
  fmt::print("{}", history.Render());
  return 0;
}

Result<int> SwitchService(const Common& common, const std::string& name, bool running, bool wait) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto service, FindService(client, name));
  auto id = Text(service, "service_id");
  ATELIER_TRY(auto answer,
              client.Call("PUT", "v1:/services/" + id, json::object{{"status", running ? "running" : "stopped"}}));
  if (!wait) return 0;
  ATELIER_TRY(auto after, WaitWhile(client, id, running ? "deploying" : "stopping"));
  return Report(common, after, running ? "running" : "stopped");
}

Result<int> DeleteService(const Common& common, const std::string& name, bool wait) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto service, FindService(client, name));
  auto id = Text(service, "service_id");
  ATELIER_TRY(auto answer, client.Call("DELETE", "v1:/services/" + id));
  if (wait) {
    auto gone = WaitWhile(client, id, "deleting");
    if (!gone && gone.error().kind != ErrorKind::kNotFound) return std::unexpected(std::move(gone).error());
  }
  fmt::print("deleted {}\n", Text(service, "service_name"));
  return 0;
}

Result<int> ServiceLogs(const Common& common, const std::string& name) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto service, FindService(client, name));
  ATELIER_TRY(auto logs, client.Call("GET", "v1:/services/" + Text(service, "service_id") + "/logs"));
  if (common.json)
    fmt::print("{}\n", PrettyJson(logs));
  else
    fmt::print("{}", Text(logs, "output"));
  return 0;
}

Result<int> Predict(const Common& common, const std::string& name, const std::vector<std::string>& images,
                    const std::string& json_body, const std::string& field) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto service, FindService(client, name));
  auto id = Text(service, "service_id");
  if (images.empty() == json_body.empty())
    return InvalidArgument("give image files, or a body with --data (text, or @file)");
  if (!json_body.empty()) {
    std::string body = json_body;
    if (body.starts_with('@')) {
      ATELIER_TRY(body, ReadFile(body.substr(1)));
    }
    ATELIER_TRY(auto answer, client.Predict(id, "application/json", body));
    fmt::print("{}\n", answer);
    return 0;
  }
  for (const auto& image : images) {
    ATELIER_TRY(auto answer, PredictImage(client, id, field, image));
    if (common.json)
      fmt::print("{}\n", answer);
    else
      fmt::print("{:<24}  {}\n", fs::path(image).filename().string(), ShowAnswer(answer));
  }
  return 0;
}

}  // namespace atelier::cli
