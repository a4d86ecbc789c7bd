// What quotas limit: one table. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>

namespace atelier::tenancy {

enum class Resource { kJobs, kRunningVersions, kModels, kServices, kReplicas, kAlgorithms, kAccessKeys };

struct ResourceDescription {
  Resource resource;
  std::string_view name;   // "training-jobs": on the wire, in the database and in settings ("quota-training-jobs")
  std::string_view words;  // "training jobs"
  bool per_user = false;   // counted for a user instead of a project
};
std::span<const ResourceDescription> Resources();
const ResourceDescription& Describe(Resource resource);
std::optional<Resource> ParseResource(std::string_view name);

constexpr std::int64_t kUnlimited = -1;
constexpr std::int64_t kMostLimit = 2'147'483'647;

using Limits = std::map<Resource, std::int64_t>;

}  // namespace atelier::tenancy
