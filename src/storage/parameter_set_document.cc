#include "storage/parameter_set_document.h"

#include "base/json.h"
#include "storage/document_fields.h"

namespace atelier::storage {
namespace {

using training::ConfigFields;
using training::Volume;

template <class T>
json::value OrNull(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

std::optional<std::int64_t> NumberOrNull(const json::object& object, std::string_view key) {
  const auto& value = object.at(key);
  return value.is_null() ? std::nullopt : std::optional(value.to_number<std::int64_t>());
}

ConfigFields ReadFields(const json::object& object) {
  ConfigFields fields;
  fields.worker_count = NumberOrNull(object, "worker_count");
  fields.engine_id = NumberOrNull(object, "engine_id");
  fields.model_id = NumberOrNull(object, "model_id");
  fields.spec_id = NumberOrNull(object, "spec_id");
  if (const auto& flag = object.at("create_version"); !flag.is_null()) fields.create_version = flag.as_bool();
  fields.app_url = Text(object, "app_url");
  fields.boot_file_url = Text(object, "boot_file_url");
  fields.data_url = Text(object, "data_url");
  fields.train_url = Text(object, "train_url");
  fields.log_url = Text(object, "log_url");
  fields.dataset_id = Text(object, "dataset_id");
  fields.dataset_version_id = Text(object, "dataset_version_id");
  fields.flavor_code = Text(object, "flavor_code");
  fields.pool_id = Text(object, "pool_id");
  fields.user_image_url = Text(object, "user_image_url");
  fields.user_command = Text(object, "user_command");
  for (const auto& pair : object.at("parameters").as_array())
    fields.parameters.push_back({std::string(pair.at(0).as_string()), std::string(pair.at(1).as_string())});
  for (const auto& value : object.at("data_sources").as_array()) {
    const auto& source = value.as_object();
    fields.data_sources.push_back(
        {Text(source, "type"), Text(source, "data_url"), Text(source, "dataset_id"), Text(source, "dataset_version")});
  }
  for (const auto& value : object.at("volumes").as_array()) {
    const auto& volume = value.as_object();
    auto kind = volume.at("nfs").as_bool() ? Volume::Kind::kNfs : Volume::Kind::kHostPath;
    fields.volumes.push_back({kind, Text(volume, "id"), Text(volume, "src_path"), Text(volume, "dest_path"),
                              volume.at("read_only").as_bool()});
  }
  return fields;
}

}  // namespace

std::string ConfigDocument(const ConfigFields& fields) {
  json::array parameters, sources, volumes;
  for (const auto& [label, value] : fields.parameters) parameters.push_back(json::array{label, value});
  for (const auto& source : fields.data_sources)
    sources.push_back(json::object{{"type", source.type},
                                   {"data_url", source.data_url},
                                   {"dataset_id", source.dataset_id},
                                   {"dataset_version", source.dataset_version}});
  for (const auto& volume : fields.volumes)
    volumes.push_back(json::object{{"nfs", volume.kind == Volume::Kind::kNfs},
                                   {"id", volume.id},
                                   {"src_path", volume.src_path},
                                   {"dest_path", volume.dest_path},
                                   {"read_only", volume.read_only}});
  return CompactJson(json::object{{"worker_count", OrNull(fields.worker_count)},
                                  {"engine_id", OrNull(fields.engine_id)},
                                  {"model_id", OrNull(fields.model_id)},
                                  {"spec_id", OrNull(fields.spec_id)},
                                  {"create_version", OrNull(fields.create_version)},
                                  {"app_url", fields.app_url},
                                  {"boot_file_url", fields.boot_file_url},
                                  {"data_url", fields.data_url},
                                  {"train_url", fields.train_url},
                                  {"log_url", fields.log_url},
                                  {"dataset_id", fields.dataset_id},
                                  {"dataset_version_id", fields.dataset_version_id},
                                  {"flavor_code", fields.flavor_code},
                                  {"pool_id", fields.pool_id},
                                  {"user_image_url", fields.user_image_url},
                                  {"user_command", fields.user_command},
                                  {"parameters", parameters},
                                  {"data_sources", sources},
                                  {"volumes", volumes}});
}

Result<ConfigFields> ParseConfigDocument(std::string_view text) {
  ATELIER_TRY(json::object object, ParseJsonObject(text));
  try {
    return ReadFields(object);
  } catch (const std::exception& problem) {
    return Internal(std::string("a parameter set in control.db cannot be read: ") + problem.what());
  }
}

}  // namespace atelier::storage
