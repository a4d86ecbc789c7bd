#include "serving/deployment_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace atelier::serving {
namespace {

constexpr int kMaxInstances = 128;

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

Result<void> ValidateItem(const DeployRequest::Item& item, const ReplicaRunner& runner) {
  if (item.model_id.empty()) return InvalidArgument("config: 'model_id' is missing", "ModelArts.3610", "model_id");
  if (item.instance_count < 1 || item.instance_count > kMaxInstances)
    return InvalidArgument(
        fmt::format("config: 'instance_count' must be 1 to {}, got {}", kMaxInstances, item.instance_count),
        "ModelArts.0104", "instance_count");
  if (item.weight < 0 || item.weight > 100)
    return InvalidArgument(fmt::format("config: 'weight' must be 0 to 100, got {}", item.weight), "ModelArts.0104",
                           "weight");
  if (!runner.KnowsSpecification(item.specification))
    return InvalidArgument(
        fmt::format("config: unknown specification '{}'; GET .../services/specifications lists what there is",
                    item.specification),
        "ModelArts.0104", "specification");
  return {};
}

}  // namespace

Result<void> ValidateDeployRequest(const DeployRequest& request, const ReplicaRunner& runner) {
  if (!IsName(request.name))
    return InvalidArgument(
        fmt::format("service_name: expected 1 to 64 letters, digits, '-' or '_', got '{}'", request.name),
        "ModelArts.0104", "service_name");
  if (request.infer_type != "real-time")
    return MakeError(request.infer_type == "batch" || request.infer_type == "edge" ? ErrorKind::kUnimplemented
                                                                                   : ErrorKind::kInvalidArgument,
                     fmt::format("infer_type '{}' is not served; this version serves real-time", request.infer_type),
                     "ModelArts.3589", "infer_type");
  if (request.description.size() > 100)
    return InvalidArgument("description: at most 100 characters are allowed", "ModelArts.0104", "description");
  if (request.items.empty())
    return InvalidArgument("'config' must name at least one model", "ModelArts.3610", "config");
  int sum = 0;
  std::set<std::string> seen;
  for (const auto& item : request.items) {
    ATELIER_CHECK(ValidateItem(item, runner));
    sum += item.weight;
    if (!seen.insert(item.model_id).second)
      return InvalidArgument(fmt::format("config: model {} is given twice", item.model_id), "ModelArts.3516",
                             item.model_id);
  }
  if (sum != 100)
    return InvalidArgument(fmt::format("config: the weights must sum to 100, they sum to {}", sum), "ModelArts.0104",
                           "weight");
  return {};
}

}  // namespace atelier::serving
