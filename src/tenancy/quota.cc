#include "tenancy/quota.h"

#include <algorithm>
#include <array>

namespace atelier::tenancy {
namespace {

// In the order of the enumeration.
constexpr std::array<ResourceDescription, 7> kResources = {{
    {Resource::kJobs, "training-jobs", "training jobs"},
    {Resource::kRunningVersions, "running-versions", "job versions that wait or run"},
    {Resource::kModels, "models", "models"},
    {Resource::kServices, "services", "services"},
    {Resource::kReplicas, "replicas", "replicas of services"},
    {Resource::kAlgorithms, "algorithms", "algorithms"},
    {Resource::kAccessKeys, "access-keys", "access keys", true},
}};

}  // namespace

std::span<const ResourceDescription> Resources() { return kResources; }

const ResourceDescription& Describe(Resource resource) { return kResources.at(static_cast<std::size_t>(resource)); }

std::optional<Resource> ParseResource(std::string_view name) {
  const auto* found = std::ranges::find(kResources, name, &ResourceDescription::name);
  if (found == kResources.end()) return std::nullopt;
  return found->resource;
}

}  // namespace atelier::tenancy
