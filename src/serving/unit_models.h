// The models behind the units of an API v2 service: those that are here, and packages that are imported for it
// (modelarts-api section 4.9).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/model_service.h"
#include "serving/deployment_service.h"

namespace atelier::serving {

// One entry of "unit_configs": a model behind the service. Either of:
struct ServiceUnit {
  std::string name;          // "" when the client gave none
  std::string location;      // of a package that is imported first: "/bucket/path/"
  std::string model_id;      // of a model that is here already
  DeployRequest::Item item;  // without the model's id
};

// "<service>-<unit>", cut to what a model's name may have; the service's alone for a unit without a name.
std::string UnitModelName(const std::string& service, const std::string& unit);
// The unit's name again.
std::string UnitName(const std::string& service, const std::string& model_name);

// The lowest "1.a.b" above all of `taken` that have this form; nullopt when there is none left.
std::optional<std::string> NextModelVersion(const std::vector<std::string>& taken);

struct ResolvedUnits {
  std::vector<DeployRequest::Item> items;
  std::vector<std::string> imported;  // models that were made for it
};

// Imports what has to be. `serving`: what the service has now; a unit that is served from the address that it names
// keeps its model. On an error nothing that was imported is left.
Result<ResolvedUnits> ResolveUnits(registry::ModelService& models, const registry::Caller& caller,
                                   const std::string& service_name, const std::string& workspace_id,
                                   const std::vector<ServiceUnit>& units, const std::vector<ModelDeployment>& serving);
// What was imported is not wanted after all.
void Discard(registry::ModelService& models, const registry::Caller& caller, const std::vector<std::string>& imported);

}  // namespace atelier::serving
