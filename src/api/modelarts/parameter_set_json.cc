#include "api/modelarts/parameter_set_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/modelarts/paging.h"
#include "api/modelarts/training_fields.h"
#include "api/modelarts/training_list_query.h"
#include "training/log_reader.h"

namespace atelier::api {
namespace {

using training::ConfigFields;
using training::DataSource;
using training::ParameterSet;
using training::ShownSet;
using training::Volume;

Result<std::vector<DataSource>> ReadSources(const json::object& body) {
  std::vector<DataSource> sources;
  ATELIER_TRY(const auto* entries, Coded(ReadArray(body, "data_source")));
  if (entries == nullptr) return sources;
  for (const auto& entry : *entries) {
    const auto* object = entry.if_object();
    if (object == nullptr) return RefuseField("data_source", "objects as entries", CompactJson(entry));
    DataSource source;
    ATELIER_CHECK(Assign(source.type, *object, "type"));
    ATELIER_CHECK(Assign(source.data_url, *object, "data_url"));
    ATELIER_CHECK(AssignId(source.dataset_id, *object, "dataset_id"));
    ATELIER_CHECK(AssignId(source.dataset_version, *object, "dataset_version"));
    sources.push_back(std::move(source));
  }
  return sources;
}

Result<Volume> ReadVolume(const json::value& entry) {
  constexpr const char* kExpected = R"(entries {"nfs": {...}} or {"host_path": {...}})";
  const auto* object = entry.if_object();
  if (object == nullptr) return RefuseField("volumes", kExpected, CompactJson(entry));
  ATELIER_TRY(const auto* nfs, Coded(ReadObject(*object, "nfs")));
  ATELIER_TRY(const auto* host, Coded(ReadObject(*object, "host_path")));
  if ((nfs == nullptr) == (host == nullptr)) return RefuseField("volumes", kExpected, CompactJson(entry));
  const auto& from = nfs != nullptr ? *nfs : *host;
  Volume volume{.kind = nfs != nullptr ? Volume::Kind::kNfs : Volume::Kind::kHostPath};
  if (nfs != nullptr) ATELIER_CHECK(AssignId(volume.id, from, "id"));
  ATELIER_CHECK(Assign(volume.src_path, from, "src_path"));
  ATELIER_CHECK(Assign(volume.dest_path, from, "dest_path"));
  ATELIER_TRY(auto read_only, Coded(ReadBool(from, "read_only")));
  volume.read_only = read_only.value_or(false);
  return volume;
}

Result<void> ReadTexts(const json::object& body, ConfigFields& fields) {
  ATELIER_CHECK(Assign(fields.app_url, body, "app_url"));
  ATELIER_CHECK(Assign(fields.boot_file_url, body, "boot_file_url"));
  ATELIER_CHECK(Assign(fields.data_url, body, "data_url"));
  ATELIER_CHECK(Assign(fields.train_url, body, "train_url"));
  ATELIER_CHECK(Assign(fields.log_url, body, "log_url"));
  ATELIER_CHECK(AssignId(fields.dataset_id, body, "dataset_id"));
  ATELIER_CHECK(AssignId(fields.dataset_version_id, body, "dataset_version_id"));
  ATELIER_CHECK(AssignId(fields.pool_id, body, "pool_id"));
  ATELIER_CHECK(Assign(fields.user_image_url, body, "user_image_url"));
  ATELIER_CHECK(Assign(fields.user_command, body, "user_command"));
  ATELIER_TRY(const auto* flavor, Coded(ReadObject(body, "flavor")));
  if (flavor != nullptr) ATELIER_CHECK(Assign(fields.flavor_code, *flavor, "code"));
  return {};
}

Result<ParameterSet> ReadSet(const json::object& body) {
  ParameterSet set;
  ATELIER_CHECK(Assign(set.description, body, "config_desc"));
  auto& fields = set.fields;
  ATELIER_CHECK(ReadTexts(body, fields));
  ATELIER_TRY(fields.worker_count, Coded(ReadInt(body, "worker_server_num")));
  ATELIER_TRY(fields.engine_id, Coded(ReadInt(body, "engine_id")));
  ATELIER_TRY(fields.model_id, Coded(ReadInt(body, "model_id")));
  ATELIER_TRY(fields.spec_id, Coded(ReadInt(body, "spec_id")));
  ATELIER_TRY(fields.create_version, Coded(ReadBool(body, "create_version")));
  ATELIER_TRY(fields.parameters, ReadParameters(body, "parameter"));
  ATELIER_TRY(fields.data_sources, ReadSources(body));
  ATELIER_TRY(const auto* volumes, Coded(ReadArray(body, "volumes")));
  if (volumes == nullptr) return set;
  for (const auto& entry : *volumes) {
    ATELIER_TRY(auto volume, ReadVolume(entry));
    fields.volumes.push_back(std::move(volume));
  }
  return set;
}

json::value TextOrNull(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

template <class T>
json::value OrNull(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::array SourcesJson(const std::vector<DataSource>& sources) {
  json::array entries;
  for (const auto& source : sources) {
    json::object entry{{"type", source.type}};
    if (!source.data_url.empty()) entry["data_url"] = source.data_url;
    if (!source.dataset_id.empty()) entry["dataset_id"] = source.dataset_id;
    if (!source.dataset_version.empty()) entry["dataset_version"] = source.dataset_version;
    entries.push_back(std::move(entry));
  }
  return entries;
}

json::array VolumesJson(const std::vector<Volume>& volumes) {
  json::array entries;
  for (const auto& volume : volumes) {
    json::object inner{{"src_path", volume.src_path}, {"dest_path", volume.dest_path}, {"read_only", volume.read_only}};
    bool nfs = volume.kind == Volume::Kind::kNfs;
    if (nfs) inner["id"] = volume.id;
    entries.push_back(json::object{{nfs ? "nfs" : "host_path", std::move(inner)}});
  }
  return entries;
}

// What the list and the details share.
json::object HeadJson(const ShownSet& shown) {
  const auto& set = shown.set;
  const auto& engine = shown.engine;
  return {{"config_name", set.name},
          {"config_desc", set.description},
          {"create_time", ToUnixMillis(set.created)},
          {"engine_type", engine ? json::value(engine->type) : json::value(nullptr)},
          {"engine_name", engine ? json::value(engine->type_name) : json::value(nullptr)},
          {"engine_id", OrNull(set.fields.engine_id)},
          {"engine_version", engine ? json::value(engine->name) : json::value(nullptr)},
          {"user_image_url", TextOrNull(set.fields.user_image_url)},
          {"user_command", TextOrNull(set.fields.user_command)}};
}

}  // namespace

Result<ParameterSet> ParseNewSet(std::string_view body) {
  ATELIER_TRY(auto object, Coded(ParseJsonObject(body)));
  ATELIER_TRY(auto name, Coded(ReadString(object, "config_name")));
  if (!name) return RefuseField("config_name", "1-64 letters, digits, '_' or '-'", "nothing");
  ATELIER_TRY(auto set, ReadSet(object));
  set.name = *std::move(name);
  return set;
}

Result<ParameterSet> ParseChangedSet(std::string_view body) {
  ATELIER_TRY(auto object, Coded(ParseJsonObject(body)));
  return ReadSet(object);
}

Result<SetType> ParseSetType(const http::Query& query) {
  auto type = QueryText(query, "config_type");
  if (type.empty() || type == "custom") return SetType::kCustom;
  if (type == "sample") return SetType::kSample;
  return RefuseField("config_type", "custom or sample", fmt::format("'{}'", training::ReplaceInvalidUtf8(type)));
}

Result<training::SetQuery> ParseSetQuery(const http::Query& query) {
  training::SetQuery parsed;
  ATELIER_CHECK(ReadListQuery(query, training::ParseSetOrder, /*ascending=*/false, parsed));
  return parsed;
}

json::object SetListJson(const training::ShownSetPage& page) {
  json::array sets;
  for (const auto& shown : page.sets) sets.push_back(HeadJson(shown));
  return {{"is_success", true}, {"config_total_count", page.total}, {"configs", std::move(sets)}};
}

json::object SetDetailsJson(const ShownSet& shown) {
  const auto& fields = shown.set.fields;
  auto body = HeadJson(shown);
  body["is_success"] = true;
  body["worker_server_num"] = OrNull(fields.worker_count);
  body["app_url"] = fields.app_url;
  body["boot_file_url"] = fields.boot_file_url;
  body["model_id"] = OrNull(fields.model_id);
  json::array parameters;
  for (const auto& [label, value] : fields.parameters) parameters.push_back({{"label", label}, {"value", value}});
  body["parameter"] = std::move(parameters);
  body["spec_id"] = OrNull(fields.spec_id);
  body["flavor"] = fields.flavor_code.empty() ? json::value(nullptr) : json::object{{"code", fields.flavor_code}};
  body["pool_id"] = TextOrNull(fields.pool_id);
  body["data_url"] = fields.data_url;
  body["dataset_id"] = TextOrNull(fields.dataset_id);
  body["dataset_version_id"] = TextOrNull(fields.dataset_version_id);
  body["data_source"] = SourcesJson(fields.data_sources);
  body["train_url"] = fields.train_url;
  body["log_url"] = fields.log_url;
  body["volumes"] = VolumesJson(fields.volumes);
  body["create_version"] = OrNull(fields.create_version);
  return body;
}

}  // namespace atelier::api
