#include "training/parameter_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"
#include "training/log_reader.h"
#include "training/obs_path.h"
#include "training/request_checker.h"

namespace atelier::training {
namespace {

constexpr const char* kIllegal = "ModelArts.0104";
constexpr std::size_t kMostText = 1024;
constexpr std::size_t kMostEntries = 32;  // of data sources, of volumes
constexpr std::int64_t kMostWorkers = 1000;

constexpr std::array<std::pair<std::string_view, SetOrder>, 3> kOrders = {{
    {"config_name", SetOrder::kName},
    {"config_desc", SetOrder::kDescription},
    {"create_time", SetOrder::kCreated},
}};

std::unexpected<Error> Refuse(std::string_view field, std::string_view text) {
  return InvalidArgument(fmt::format("{}: {}", field, text), kIllegal, std::string(field));
}

std::unexpected<Error> NoSuchSet(const std::string& name) {
  return NotFound(fmt::format("there is no training job configuration '{}'", ReplaceInvalidUtf8(name)), {}, name);
}

Result<void> CheckText(std::string_view field, std::string_view text) {
  if (text.size() <= kMostText && IsValidUtf8(text) && text.find('\0') == std::string_view::npos) return {};
  return Refuse(field, fmt::format("expected UTF-8 of at most {} bytes without NUL", kMostText));
}

Result<void> CheckPlace(std::string_view field, const std::string& url) {
  ATELIER_CHECK(CheckText(field, url));
  if (url.empty()) return {};
  auto place = ObsPath::Parse(url, field);
  if (!place) return std::unexpected(std::move(place).error());
  return {};
}

Result<void> CheckPlaces(const ConfigFields& fields) {
  ATELIER_CHECK(CheckPlace("app_url", fields.app_url));
  ATELIER_CHECK(CheckPlace("boot_file_url", fields.boot_file_url));
  ATELIER_CHECK(CheckPlace("data_url", fields.data_url));
  ATELIER_CHECK(CheckPlace("train_url", fields.train_url));
  ATELIER_CHECK(CheckPlace("log_url", fields.log_url));
  if (fields.data_sources.size() > kMostEntries)
    return Refuse("data_source", fmt::format("expected at most {} entries", kMostEntries));
  for (const auto& source : fields.data_sources) {
    ATELIER_CHECK(CheckPlace("data_source.data_url", source.data_url));
    ATELIER_CHECK(CheckText("data_source.dataset_id", source.dataset_id));
    ATELIER_CHECK(CheckText("data_source.dataset_version", source.dataset_version));
    if (!source.type.empty() && source.type != "obs" && source.type != "dataset")
      return Refuse("data_source.type", "expected obs or dataset");
  }
  return {};
}

Result<void> CheckVolumes(const std::vector<Volume>& volumes) {
  if (volumes.size() > kMostEntries) return Refuse("volumes", fmt::format("expected at most {} entries", kMostEntries));
  for (const auto& volume : volumes)
    for (const auto* text : {&volume.id, &volume.src_path, &volume.dest_path})
      ATELIER_CHECK(CheckText("volumes", *text));
  return {};
}

std::optional<EngineListing> EngineOf(const ParameterSet& set, const std::vector<EngineListing>& engines) {
  if (!set.fields.engine_id) return std::nullopt;
  auto found = std::ranges::find_if(engines, [&](const auto& engine) { return engine.id == *set.fields.engine_id; });
  return found == engines.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

Result<SetOrder> ParseSetOrder(std::string_view text) {
  for (const auto& [name, order] : kOrders)
    if (name == text) return order;
  return Refuse("sortBy", fmt::format("expected config_name, config_desc or create_time, got '{}'", text));
}

Result<void> ParameterSets::Check(const ParameterSet& set) {
  ATELIER_CHECK(CheckDescription(set.description, "config_desc"));
  const auto& fields = set.fields;
  ATELIER_CHECK(CheckPlaces(fields));
  ATELIER_CHECK(CheckVolumes(fields.volumes));
  ATELIER_CHECK(CheckParameters(fields.parameters, "parameter"));
  for (const auto& [field, text] :
       {std::pair("dataset_id", &fields.dataset_id), std::pair("dataset_version_id", &fields.dataset_version_id),
        std::pair("pool_id", &fields.pool_id), std::pair("user_image_url", &fields.user_image_url),
        std::pair("user_command", &fields.user_command)})
    ATELIER_CHECK(CheckText(field, *text));
  if (fields.worker_count && (*fields.worker_count < 1 || *fields.worker_count > kMostWorkers))
    return Refuse("worker_server_num", fmt::format("expected 1 to {}, got {}", kMostWorkers, *fields.worker_count));
  ATELIER_TRY(auto engines, engines_.List());
  if (fields.engine_id && !EngineOf(set, engines))
    return Refuse("engine_id", fmt::format("there is no engine {}; job/ai-engines lists them", *fields.engine_id));
  auto flavors = backend_.Flavors();
  auto has = [&](auto fits) { return std::ranges::any_of(flavors, fits); };
  if (fields.spec_id && !has([&](const auto& flavor) { return flavor.spec_id == *fields.spec_id; }))
    return Refuse("spec_id", fmt::format("there is no flavor {}; job/resource-specs lists them", *fields.spec_id));
  if (!fields.flavor_code.empty() && !has([&](const auto& flavor) { return flavor.code == fields.flavor_code; }))
    return Refuse("flavor.code", "there is no such flavor; job/resource-specs lists them");
  return {};
}

Result<void> ParameterSets::Create(ParameterSet set) {
  ATELIER_CHECK(CheckName(set.name, "config_name"));
  ATELIER_CHECK(Check(set));
  ATELIER_TRY(auto count, repository_.Count(set.project_id));
  if (count >= kMostSets)
    return ResourceExhausted(
        fmt::format("the project has {} training job configurations, which is the most; delete some first", count),
        "ModelArts.0118");
  set.created = clock_.Now();
  return repository_.Insert(set);
}

Result<void> ParameterSets::Replace(const ParameterSet& set) {
  ATELIER_TRY(auto before, repository_.Find(set.project_id, set.name));
  if (!before) return NoSuchSet(set.name);
  ATELIER_CHECK(Check(set));
  auto replaced = repository_.Update(set);
  if (!replaced && replaced.error().kind == ErrorKind::kNotFound) return NoSuchSet(set.name);
  return replaced;
}

Result<void> ParameterSets::Delete(const std::string& project_id, const std::string& name) {
  auto removed = repository_.Remove(project_id, name);
  if (!removed && removed.error().kind == ErrorKind::kNotFound) return NoSuchSet(name);
  return removed;
}

Result<ShownSet> ParameterSets::Find(const std::string& project_id, const std::string& name) {
  ATELIER_TRY(auto set, repository_.Find(project_id, name));
  if (!set) return NoSuchSet(name);
  ATELIER_TRY(auto engines, engines_.List());
  return ShownSet{.set = *set, .engine = EngineOf(*set, engines)};
}

Result<ShownSetPage> ParameterSets::List(const std::string& project_id, const SetQuery& query) {
  ATELIER_TRY(auto page, repository_.List(project_id, query));
  ATELIER_TRY(auto engines, engines_.List());
  ShownSetPage shown{.sets = {}, .total = page.total};
  for (auto& set : page.sets) {
    auto engine = EngineOf(set, engines);
    shown.sets.push_back({.set = std::move(set), .engine = std::move(engine)});
  }
  return shown;
}

}  // namespace atelier::training
