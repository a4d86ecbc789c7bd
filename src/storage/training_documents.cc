#include "storage/training_documents.h"

#include <exception>

#include "base/json.h"
#include "storage/document_fields.h"

namespace atelier::storage {
namespace {

using training::Channel;
using training::ContainerSpec;
using training::RunHistory;

json::array ChannelArray(const std::vector<Channel>& channels) {
  json::array array;
  for (const auto& channel : channels)
    array.push_back({{"name", channel.name},
                     {"description", channel.description},
                     {"url", channel.url},
                     {"access", static_cast<int>(channel.access)}});
  return array;
}

std::vector<Channel> ReadChannels(const json::value& value) {
  std::vector<Channel> channels;
  for (const auto& entry : value.as_array()) {
    const auto& object = entry.as_object();
    channels.push_back({.name = Text(object, "name"),
                        .description = Text(object, "description"),
                        .url = Text(object, "url"),
                        .access = static_cast<training::AccessMethod>(Number(object, "access"))});
  }
  return channels;
}

ContainerSpec ReadContainer(const json::object& object) {
  ContainerSpec spec;
  spec.command = Text(object, "command");
  spec.local_code_dir = Text(object, "local_code_dir");
  spec.working_dir = Text(object, "working_dir");
  spec.inputs = ReadChannels(object.at("inputs"));
  spec.outputs = ReadChannels(object.at("outputs"));
  spec.environment = ReadMap(object.at("environment"));
  spec.parameter_notes = ReadMap(object.at("parameter_notes"));
  spec.algorithm_id = Text(object, "algorithm_id");
  spec.algorithm_name = Text(object, "algorithm_name");
  spec.restart.most_restarts = static_cast<int>(Number(object, "most_restarts"));
  spec.restart.unconditional = object.at("unconditional").as_bool();
  spec.auto_stop_hours = static_cast<int>(Number(object, "auto_stop_hours"));
  spec.annotations = ReadMap(object.at("annotations"));
  spec.workspace_id = Text(object, "workspace_id");
  spec.pool_id = Text(object, "pool_id");
  spec.user_name = Text(object, "user_name");
  return spec;
}

// Records are [started, ended or null, exit code or null, reason, restarted]; events [time, level, source, message].
RunHistory ReadHistory(const json::object& object) {
  RunHistory history;
  for (const auto& entry : object.at("records").as_array()) {
    const auto& record = entry.as_array();
    history.records.push_back(
        {.started = FromUnixMillis(record.at(0).as_int64()),
         .ended = record.at(1).is_null() ? std::nullopt : std::optional(FromUnixMillis(record.at(1).as_int64())),
         .end_reason = std::string(record.at(3).as_string()),
         .exit_code = record.at(2).is_null() ? std::nullopt : std::optional(static_cast<int>(record.at(2).as_int64())),
         .restarted = record.at(4).as_bool()});
  }
  for (const auto& entry : object.at("events").as_array()) {
    const auto& event = entry.as_array();
    history.events.push_back({.time = FromUnixMillis(event.at(0).as_int64()),
                              .level = static_cast<training::EventLevel>(event.at(1).as_int64()),
                              .source = static_cast<training::EventSource>(event.at(2).as_int64()),
                              .message = std::string(event.at(3).as_string())});
  }
  return history;
}

// Boost.JSON's own complaints (a missing key, another type) become an Error here.
template <class Read>
auto Parse(const std::string& text, Read read) -> Result<decltype(read(json::object()))> {
  ATELIER_TRY(auto object, ParseJsonObject(text));
  try {
    return read(object);
  } catch (const std::exception& error) {
    return Internal(std::string("a document of a job version in control.db is damaged: ") + error.what());
  }
}

}  // namespace

std::string ContainerText(const std::optional<ContainerSpec>& container) {
  if (!container) return "";
  return CompactJson(json::object{{"command", container->command},
                                  {"local_code_dir", container->local_code_dir},
                                  {"working_dir", container->working_dir},
                                  {"inputs", ChannelArray(container->inputs)},
                                  {"outputs", ChannelArray(container->outputs)},
                                  {"environment", MapObject(container->environment)},
                                  {"parameter_notes", MapObject(container->parameter_notes)},
                                  {"algorithm_id", container->algorithm_id},
                                  {"algorithm_name", container->algorithm_name},
                                  {"most_restarts", container->restart.most_restarts},
                                  {"unconditional", container->restart.unconditional},
                                  {"auto_stop_hours", container->auto_stop_hours},
                                  {"annotations", MapObject(container->annotations)},
                                  {"workspace_id", container->workspace_id},
                                  {"pool_id", container->pool_id},
                                  {"user_name", container->user_name}});
}

Result<std::optional<ContainerSpec>> ParseContainer(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return Parse(text, [](const json::object& object) { return std::optional(ReadContainer(object)); });
}

std::string HistoryText(const RunHistory& history) {
  if (history.records.empty() && history.events.empty()) return "";
  json::array records, events;
  for (const auto& record : history.records)
    records.push_back(json::array{
        ToUnixMillis(record.started), record.ended ? json::value(ToUnixMillis(*record.ended)) : json::value(nullptr),
        record.exit_code ? json::value(*record.exit_code) : json::value(nullptr), record.end_reason, record.restarted});
  for (const auto& event : history.events)
    events.push_back(json::array{ToUnixMillis(event.time), static_cast<int>(event.level),
                                 static_cast<int>(event.source), event.message});
  return CompactJson(json::object{{"records", records}, {"events", events}});
}

Result<RunHistory> ParseHistory(const std::string& text) {
  if (text.empty()) return RunHistory();
  return Parse(text, ReadHistory);
}

}  // namespace atelier::storage
