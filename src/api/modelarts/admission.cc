#include "api/modelarts/admission.h"

#include <algorithm>
#include <array>
#include <string>

#include "api/modelarts/json_fields.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using tenancy::Resource;

// How many of a resource a body asks for.
using Wanted = std::size_t (*)(const json::object& body);

std::size_t One(const json::object&) { return 1; }

const json::value* Find(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

// A job can be made without a version.
std::size_t FirstVersion(const json::object& body) {
  const auto* config = Find(body, "config");
  const auto* flag = config != nullptr && config->is_object() ? Find(config->get_object(), "create_version") : nullptr;
  bool without = flag != nullptr && (*flag == false || (flag->is_string() && flag->get_string() == "false"));
  return without ? 0 : 1;
}

std::size_t InstancesOf(const json::value& item) {
  const auto* object = item.if_object();
  auto count = object == nullptr ? Result<std::optional<std::int64_t>>() : ReadInt(*object, "instance_count");
  return count && *count && **count > 0 ? static_cast<std::size_t>(**count) : 1;
}

std::size_t Replicas(const json::object& body) {
  const auto* config = Find(body, "config");
  std::size_t replicas = 0;
  if (config == nullptr || !config->is_array()) return 0;
  for (const auto& item : config->get_array()) replicas += InstancesOf(item);
  return replicas;
}

// The units of API v2's services: those of all groups.
std::vector<const json::object*> Units(const json::object& body) {
  std::vector<const json::object*> units;
  const auto* groups = Find(body, "group_configs");
  if (groups == nullptr || !groups->is_array()) return units;
  for (const auto& group : groups->get_array()) {
    const auto* entries = group.is_object() ? Find(group.get_object(), "unit_configs") : nullptr;
    if (entries == nullptr || !entries->is_array()) continue;
    for (const auto& entry : entries->get_array())
      if (entry.is_object()) units.push_back(&entry.get_object());
  }
  return units;
}

std::size_t UnitReplicas(const json::object& body) {
  std::size_t replicas = 0;
  for (const auto* unit : Units(body)) {
    auto count = ReadInt(*unit, "count");
    replicas += count && *count && **count > 0 ? static_cast<std::size_t>(**count) : 1;
  }
  return replicas;
}

bool NamesPackage(const json::object& unit) {
  for (const char* key : {"models", "files"}) {
    const auto* entries = Find(unit, key);
    if (entries == nullptr || !entries->is_array()) continue;
    for (const auto& entry : entries->get_array()) {
      const auto* source = entry.is_object() ? Find(entry.get_object(), "source") : nullptr;
      if (source == nullptr || !source->is_string() || ToUpper(source->get_string()) != "MODEL") return true;
    }
  }
  return false;
}

// Packages that are imported for it.
std::size_t UnitModels(const json::object& body) {
  return static_cast<std::size_t>(
      std::ranges::count_if(Units(body), [](const json::object* unit) { return NamesPackage(*unit); }));
}

enum class WorkspaceIn { kNowhere, kBody, kMetadata };

struct Limit {
  Resource resource = Resource::kJobs;
  const char* code = "";  // empty: there is no such limit
  Wanted wanted = One;
};

struct Rule {
  std::string_view action;
  WorkspaceIn workspace = WorkspaceIn::kNowhere;
  std::array<Limit, 3> limits = {};
};

constexpr std::array<Rule, 9> kRules = {{
    {"CreateTrainingJob",
     WorkspaceIn::kBody,
     {{{Resource::kJobs, "ModelArts.0118", One}, {Resource::kRunningVersions, "ModelArts.0118", FirstVersion}}}},
    {"CreateTrainingJobV2",
     WorkspaceIn::kMetadata,
     {{{Resource::kJobs, "ModelArts.2815", One}, {Resource::kRunningVersions, "ModelArts.2815", One}}}},
    {"CreateTrainingJobVersion", WorkspaceIn::kNowhere, {{{Resource::kRunningVersions, "ModelArts.0118", One}}}},
    {"CreateAlgorithm", WorkspaceIn::kMetadata, {{{Resource::kAlgorithms, "ModelArts.2815", One}}}},
    {"ImportModel", WorkspaceIn::kBody, {{{Resource::kModels, "ModelArts.0118", One}}}},
    {"DeployService",
     WorkspaceIn::kBody,
     {{{Resource::kServices, "ModelArts.3520", One}, {Resource::kReplicas, "ModelArts.3521", Replicas}}}},
    {"CreateInferService",
     WorkspaceIn::kBody,
     {{{Resource::kServices, "ModelArts.3520", One},
       {Resource::kReplicas, "ModelArts.3521", UnitReplicas},
       {Resource::kModels, "ModelArts.0118", UnitModels}}}},
    // As if every package were new: which ones are served already is known later.
    {"UpdateInferService", WorkspaceIn::kNowhere, {{{Resource::kModels, "ModelArts.0118", UnitModels}}}},
    {"CreateAccessKey", WorkspaceIn::kNowhere, {{{Resource::kAccessKeys, "ModelArts.0118", One}}}},
}};

// "0" when the body names none.
std::string WorkspaceOf(const json::object& body, WorkspaceIn where) {
  const json::object* object = &body;
  if (where == WorkspaceIn::kMetadata) {
    const auto* metadata = Find(body, "metadata");
    object = metadata == nullptr ? nullptr : metadata->if_object();
  }
  const auto* id = object == nullptr ? nullptr : Find(*object, "workspace_id");
  if (id == nullptr || (id->is_string() && id->get_string().empty())) return std::string(tenancy::kDefaultWorkspace);
  return id->is_string() ? std::string(id->get_string()) : CompactJson(*id);
}

// Whose keys are counted: an administrator may make one for another user.
std::string UserOf(const json::object& body, const iam::Principal& principal) {
  const auto* credential = Find(body, "credential");
  const auto* id =
      credential != nullptr && credential->is_object() ? Find(credential->get_object(), "user_id") : nullptr;
  return id != nullptr && id->is_string() && !id->get_string().empty() ? std::string(id->get_string())
                                                                       : principal.user_id;
}

// Held while the thing is made.
struct Admission {
  tenancy::Stay stay;
  std::vector<tenancy::Reservation> room;
};

Result<Admission> Admit(const Rule& rule, const PlatformCall& call, tenancy::QuotaService& quotas,
                        tenancy::WorkspaceService& workspaces) {
  auto parsed = ParseJsonObject(call.body);
  if (!parsed) return Admission{};  // the handler says what is wrong
  const auto& principal = call.principal;
  Admission admission;
  if (rule.workspace != WorkspaceIn::kNowhere) {
    ATELIER_TRY(admission.stay, workspaces.Enter(principal.project_id, WorkspaceOf(*parsed, rule.workspace)));
  }
  tenancy::QuotaOwner owner{principal.project_id, UserOf(*parsed, principal)};
  for (const auto& limit : rule.limits) {
    auto wanted = *limit.code == '\0' ? 0 : limit.wanted(*parsed);
    if (wanted == 0) continue;
    ATELIER_TRY(auto room, quotas.Reserve(owner, limit.resource, wanted, limit.code));
    admission.room.push_back(std::move(room));
  }
  return admission;
}

}  // namespace

void GuardCreation(std::vector<PlatformRoute>& routes, tenancy::QuotaService& quotas,
                   tenancy::WorkspaceService& workspaces) {
  for (auto& route : routes) {
    const auto* rule = std::ranges::find(kRules, route.action, &Rule::action);
    if (rule == kRules.end()) continue;
    route.target.handler = [rule, inner = std::move(route.target.handler), &quotas,
                            &workspaces](const PlatformCall& call) -> Result<http::Response> {
      ATELIER_TRY(auto admission, Admit(*rule, call, quotas, workspaces));
      return inner(call);
    };
  }
}

}  // namespace atelier::api
