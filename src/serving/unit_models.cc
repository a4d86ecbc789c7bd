#include "serving/unit_models.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/strings.h"

namespace atelier::serving {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr int kTries = 5;  // somebody else may take a version meanwhile

Result<std::string> FreeVersion(registry::ModelService& models, const registry::Caller& caller,
                                const std::string& name) {
  registry::ModelFilter filter;
  filter.name = name;
  filter.exact = true;
  filter.sort_by = "model_version";
  ATELIER_TRY(auto page, models.List(caller, filter));
  std::vector<std::string> taken;
  for (const auto& model : page.models) taken.push_back(model.version);
  auto version = NextModelVersion(taken);
  if (!version)
    return ResourceExhausted(fmt::format("The model {} has too many versions: delete some first.", name),
                             "ModelArts.0118");
  return *std::move(version);
}

Result<std::string> Import(registry::ModelService& models, const registry::Caller& caller, const std::string& name,
                           const std::string& workspace_id, const std::string& location) {
  registry::ImportRequest request;
  request.name = name;
  request.workspace_id = workspace_id;
  request.source_location = location;
  request.description = "imported by its service";
  for (int i = 1;; ++i) {
    ATELIER_TRY(request.version, FreeVersion(models, caller, name));
    auto model = models.Import(caller, request);
    if (model) return model->id;
    if (model.error().kind != ErrorKind::kAlreadyExists || i == kTries)
      return std::unexpected(std::move(model).error());
  }
}

std::optional<std::string> Kept(registry::ModelService& models, const registry::Caller& caller, const std::string& name,
                                const std::string& location, const std::vector<ModelDeployment>& serving) {
  for (const auto& deployment : serving) {
    if (deployment.model_name != name) continue;
    auto model = models.Find(caller, deployment.model_id);
    if (model && model->source_location == location && model->status != registry::ModelStatus::kFailed)
      return deployment.model_id;
  }
  return std::nullopt;
}

}  // namespace

std::string UnitModelName(const std::string& service, const std::string& unit) {
  return unit.empty() ? service : (service + "-" + unit).substr(0, kLongestName);
}

std::string UnitName(const std::string& service, const std::string& model_name) {
  return model_name.starts_with(service + "-") ? model_name.substr(service.size() + 1) : model_name;
}

std::optional<std::string> NextModelVersion(const std::vector<std::string>& taken) {
  int next = 0;
  for (const auto& version : taken) {
    auto parts = Split(version, '.');
    if (parts.size() != 3 || parts[0] != "1") continue;
    auto middle = ParseNumber<int>(parts[1]), last = ParseNumber<int>(parts[2]);
    if (middle && last) next = std::max(next, *middle * 100 + *last + 1);
  }
  if (next >= 100 * 100) return std::nullopt;
  return fmt::format("1.{}.{}", next / 100, next % 100);
}

Result<ResolvedUnits> ResolveUnits(registry::ModelService& models, const registry::Caller& caller,
                                   const std::string& service_name, const std::string& workspace_id,
                                   const std::vector<ServiceUnit>& units, const std::vector<ModelDeployment>& serving) {
  ResolvedUnits resolved;
  for (const auto& unit : units) {
    auto item = unit.item;
    item.model_id = unit.model_id;
    auto name = UnitModelName(service_name, unit.name);
    if (item.model_id.empty()) item.model_id = Kept(models, caller, name, unit.location, serving).value_or("");
    if (item.model_id.empty()) {
      auto imported = Import(models, caller, name, workspace_id, unit.location);
      if (!imported) {
        Discard(models, caller, resolved.imported);
        return std::unexpected(std::move(imported).error());
      }
      item.model_id = *imported;
      resolved.imported.push_back(item.model_id);
    }
    resolved.items.push_back(std::move(item));
  }
  return resolved;
}

void Discard(registry::ModelService& models, const registry::Caller& caller, const std::vector<std::string>& imported) {
  for (const auto& id : imported)
    if (auto deleted = models.Delete(caller, id); !deleted)
      LogWarning("a model that no service came to need could not be deleted",
                 {{"model", id}, {"error", deleted.error().message}});
}

}  // namespace atelier::serving
