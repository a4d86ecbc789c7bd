#include "boards/board_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/strings.h"

namespace atelier::boards {
namespace {

constexpr const char* kIllegal = "ModelArts.0104";
constexpr std::size_t kMostName = 20;
constexpr std::int64_t kMostHours = 24;

std::unexpected<Error> Refuse(std::string_view field, const std::string& what) {
  return InvalidArgument(fmt::format("{}: {}", field, what), kIllegal, std::string(field));
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

Result<void> CheckType(const std::string& type) {
  if (type.empty() || type == "tensorboard") return {};
  if (type == "mindinsight")
    return MakeError(ErrorKind::kUnimplemented,
                     "job_type: MindInsight is not served here; TensorBoard (job_type tensorboard) is", {}, "job_type");
  return Refuse("job_type", fmt::format("expected tensorboard, got '{}'", type));
}

Result<int> HoursOf(const std::optional<Schedule>& schedule) {
  if (!schedule) return 0;
  if (!schedule->type.empty() && schedule->type != "stop")
    return Refuse("schedule.type", fmt::format("expected stop, got '{}'", schedule->type));
  if (!schedule->time_unit.empty() && schedule->time_unit != "HOURS")
    return Refuse("schedule.time_unit", fmt::format("expected HOURS, got '{}'", schedule->time_unit));
  if (schedule->duration < 0 || schedule->duration > kMostHours)
    return Refuse("schedule.duration",
                  fmt::format("expected 0 (never) to {} hours, got {}", kMostHours, schedule->duration));
  return static_cast<int>(schedule->duration);
}

Result<void> CheckPlace(EventSource& events, const std::string& project_id, const std::string& train_url) {
  if (train_url.empty())
    return Refuse("train_url", "expected the folder of the events, such as /bucket/folder/, got nothing");
  ATELIER_TRY(auto place, training::ObsPath::Parse(train_url, "train_url"));
  auto found = events.CheckBucket(project_id, place.bucket);
  if (found) return {};
  auto kind = found.error().kind;
  if (kind == ErrorKind::kNotFound || kind == ErrorKind::kPermissionDenied)
    return Refuse("train_url", found.error().message);
  return found;
}

Result<compute::Flavor> ChooseFlavor(const std::vector<compute::Flavor>& flavors, const std::string& code) {
  if (flavors.empty()) return Refuse("flavor.code", "this server offers no flavors; add one to its settings");
  if (code.empty()) return flavors.front();
  auto found = std::ranges::find(flavors, code, &compute::Flavor::code);
  if (found != flavors.end()) return *found;
  std::vector<std::string> codes;
  for (const auto& flavor : flavors) codes.push_back(flavor.code);
  return Refuse("flavor.code", fmt::format("there is no flavor {}; known are: {}", code, fmt::join(codes, ", ")));
}

}  // namespace

Result<void> CheckBoardName(std::string_view name) {
  if (!name.empty() && name.size() <= kMostName && std::ranges::all_of(name, IsNameCharacter)) return {};
  return InvalidArgument(fmt::format("Illegal name: {} (expected 1-{} letters, digits, '_' or '-')", name, kMostName),
                         kIllegal, "job_name");
}

Result<BoardSpec> CheckRequest(EventSource& events, const std::vector<compute::Flavor>& flavors,
                               const std::string& project_id, const BoardRequest& request) {
  ATELIER_CHECK(CheckType(request.type));
  BoardSpec spec;
  ATELIER_TRY(spec.stop_after_hours, HoursOf(request.schedule));
  ATELIER_TRY(auto flavor, ChooseFlavor(flavors, request.flavor_code));
  ATELIER_CHECK(CheckPlace(events, project_id, request.train_url));
  spec.train_url = request.train_url;
  spec.flavor = flavor.code;
  spec.cores = flavor.cores;
  spec.memory_bytes = flavor.memory_bytes;
  return spec;
}

}  // namespace atelier::boards
