#include "serving/deployment_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace atelier::serving {
namespace {

constexpr int kMaxInstances = 128;
constexpr std::size_t kMaxItems = 20;
constexpr std::size_t kMaxVariables = 100;
constexpr std::size_t kMaxProperties = 4096;  // bytes
constexpr auto kMaxSchedule = std::chrono::days(3650);

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
  if (item.environment.size() > kMaxVariables)
    return InvalidArgument(
        fmt::format("config: 'envs' may have {} entries at most, got {}", kMaxVariables, item.environment.size()),
        "ModelArts.0104", "envs");
  if (item.specification == "custom")
    return MakeError(ErrorKind::kUnimplemented,
                     "config: the specification 'custom' needs a dedicated pool, and there is none; GET "
                     ".../services/specifications lists what there is",
                     "ModelArts.0104", "specification");
  if (!runner.KnowsSpecification(item.specification))
    return InvalidArgument(
        fmt::format("config: unknown specification '{}'; GET .../services/specifications lists what there is",
                    item.specification),
        "ModelArts.0104", "specification");
  return {};
}

Result<void> ValidateItems(const std::vector<DeployRequest::Item>& items, const ReplicaRunner& runner, bool weighted) {
  if (items.empty()) return InvalidArgument("'config' must name at least one model", "ModelArts.3610", "config");
  if (items.size() > kMaxItems)
    return InvalidArgument(fmt::format("config: at most {} models are allowed, got {}", kMaxItems, items.size()),
                           "ModelArts.0104", "config");
  int sum = 0;
  std::set<std::string> seen;
  for (const auto& item : items) {
    ATELIER_CHECK(ValidateItem(item, runner));
    sum += item.weight;
    if (!seen.insert(item.model_id).second)
      return InvalidArgument(fmt::format("config: model {} is given twice", item.model_id), "ModelArts.3516",
                             item.model_id);
  }
  if (weighted && sum != 100)
    return InvalidArgument(fmt::format("config: the weights must sum to 100, they sum to {}", sum), "ModelArts.0104",
                           "weight");
  return {};
}

Result<void> ValidateBatch(const std::vector<DeployRequest::Item>& items) {
  if (items.size() != 1)
    return InvalidArgument(fmt::format("config: a batch service has one model, got {}", items.size()), "ModelArts.0104",
                           "config");
  if (items[0].batch) return {};
  return InvalidArgument("config: a batch service needs 'src_path' and 'dest_path', folders such as /bucket/in/",
                         "ModelArts.3610", "src_path");
}

Result<void> ValidateDescription(const std::string& description) {
  if (description.size() <= 100) return {};
  return InvalidArgument("description: at most 100 characters are allowed", "ModelArts.0104", "description");
}

Result<void> ValidateSchedule(const std::optional<Schedule>& schedule) {
  if (!schedule) return {};
  constexpr std::int64_t kMost = std::chrono::duration_cast<std::chrono::minutes>(kMaxSchedule).count();
  if (schedule->duration < 1 || schedule->duration > kMost)
    return InvalidArgument(
        fmt::format("schedule: 'duration' must be at least 1 and no more than ten years, got {}", schedule->duration),
        "ModelArts.0104", "schedule");
  auto length = LengthOf(*schedule);
  if (!length)
    return InvalidArgument(
        fmt::format("schedule: 'time_unit' must be DAYS, HOURS or MINUTES, got '{}'", schedule->time_unit),
        "ModelArts.0104", "schedule");
  if (*length > kMaxSchedule)
    return InvalidArgument("schedule: ten years is the longest time", "ModelArts.0104", "schedule");
  return {};
}

Result<void> ValidateProperties(const std::string& text) {
  if (text.size() <= kMaxProperties) return {};
  return InvalidArgument(fmt::format("additional_properties: at most {} bytes are allowed", kMaxProperties),
                         "ModelArts.0104", "additional_properties");
}

Result<void> ValidateTimeout(std::int64_t seconds) {
  if (seconds >= 1 && seconds <= 7200) return {};
  return InvalidArgument(fmt::format("config: 'deploy_timeout_in_seconds' must be 1 to 7200, got {}", seconds),
                         "ModelArts.0104", "deploy_timeout_in_seconds");
}

}  // namespace

Result<void> ValidateDeployRequest(const DeployRequest& request, const ReplicaRunner& runner) {
  if (!IsName(request.name))
    return InvalidArgument(
        fmt::format("service_name: expected 1 to 64 letters, digits, '-' or '_', got '{}'", request.name),
        "ModelArts.0104", "service_name");
  bool batch = request.infer_type == "batch";
  if (!batch && request.infer_type != "real-time")
    return MakeError(
        request.infer_type == "edge" ? ErrorKind::kUnimplemented : ErrorKind::kInvalidArgument,
        fmt::format("infer_type '{}' is not served; this version serves real-time and batch", request.infer_type),
        "ModelArts.3589", "infer_type");
  ATELIER_CHECK(ValidateDescription(request.description));
  ATELIER_CHECK(ValidateSchedule(request.schedule));
  ATELIER_CHECK(ValidateProperties(request.additional_properties));
  ATELIER_CHECK(ValidateTimeout(request.deploy_timeout_seconds));
  ATELIER_CHECK(ValidateItems(request.items, runner, !batch));
  return batch ? ValidateBatch(request.items) : Result<void>{};
}

Result<void> ValidateChanges(const ServiceChanges& changes, const ReplicaRunner& runner) {
  if (changes.description) ATELIER_CHECK(ValidateDescription(*changes.description));
  if (changes.schedule) ATELIER_CHECK(ValidateSchedule(*changes.schedule));
  if (changes.additional_properties) ATELIER_CHECK(ValidateProperties(*changes.additional_properties));
  if (changes.running || !changes.items) return {};
  if (changes.deploy_timeout_seconds) ATELIER_CHECK(ValidateTimeout(*changes.deploy_timeout_seconds));
  bool batch = changes.items->size() == 1 && changes.items->front().batch;
  return ValidateItems(*changes.items, runner, !batch);
}

}  // namespace atelier::serving
