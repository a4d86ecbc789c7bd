#include "compute/internal/cgroup.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <optional>

#include "base/strings.h"
#include "compute/internal/cgroup_files.h"

namespace atelier::compute {

namespace {

constexpr std::uint64_t kCpuPeriodMicros = 100'000;
// The sandbox tool and atelier-init are in the group but are no processes of the workload.
constexpr std::uint64_t kOwnProcesses = 3;

std::vector<pid_t> Members(const fs::path& group) {
  std::vector<pid_t> pids;
  std::string text = ReadControl(group / "cgroup.procs");
  for (std::string_view line : Split(text, '\n')) {
    if (auto pid = ParseNumber<pid_t>(Trim(line)); pid && *pid > 0) pids.push_back(*pid);
  }
  return pids;
}

std::string CpuQuota(double cores) {
  constexpr double kLeastMicros = 1000;  // the kernel refuses less
  return std::to_string(std::llround(std::max(kLeastMicros, cores * static_cast<double>(kCpuPeriodMicros))));
}

Result<void> MakeGroup(const fs::path& group) {
  if (::mkdir(group.c_str(), 0755) != 0) return ErrnoError("make control group " + group.string(), errno);
  return {};
}

}  // namespace

CgroupPaths CgroupPaths::Child(std::string_view name) const {
  CgroupPaths children = *this;
  for (auto& [role, path] : children.paths) path /= name;
  return children;
}

const fs::path* Cgroups::Find(std::string_view role) const {
  auto found = paths_.paths.find(std::string(role));
  return found == paths_.paths.end() ? nullptr : &found->second;
}

Result<void> Cgroups::Create(const Limits& limits) {
  for (const auto& [role, path] : paths_.paths) {
    if (::access(path.c_str(), F_OK) == 0) {
      Kill();
      ATELIER_CHECK(Remove());
      break;
    }
  }
  for (const auto& [role, path] : paths_.paths) ATELIER_CHECK(MakeGroup(path));
  return SetLimits(limits);
}

Result<void> Cgroups::SetLimits(const Limits& limits) const {
  std::string processes = std::to_string(limits.processes + kOwnProcesses);
  std::string memory = std::to_string(limits.memory_bytes);
  if (paths_.unified_limits) {
    const fs::path& group = *Find("unified");
    ATELIER_CHECK(WriteControl(group / "pids.max", processes));
    if (limits.memory_bytes > 0) {
      ATELIER_CHECK(WriteControl(group / "memory.max", memory));
      ATELIER_CHECK(WriteControlIfPresent(group / "memory.swap.max", "0"));
      ATELIER_CHECK(WriteControlIfPresent(group / "memory.oom.group", "1"));
    }
    if (limits.cores > 0) {
      std::string quota = CpuQuota(limits.cores) + " " + std::to_string(kCpuPeriodMicros);
      ATELIER_CHECK(WriteControlIfPresent(group / "cpu.max", quota));
    }
    return {};
  }
  if (const fs::path* group = Find("pids")) ATELIER_CHECK(WriteControl(*group / "pids.max", processes));
  if (const fs::path* group = Find("memory"); group != nullptr && limits.memory_bytes > 0) {
    ATELIER_CHECK(WriteControl(*group / "memory.limit_in_bytes", memory));
    // Absent where the kernel does not account for swap.
    ATELIER_CHECK(WriteControlIfPresent(*group / "memory.memsw.limit_in_bytes", memory));
  }
  if (const fs::path* group = Find("cpu"); group != nullptr && limits.cores > 0) {
    ATELIER_CHECK(WriteControl(*group / "cpu.cfs_period_us", std::to_string(kCpuPeriodMicros)));
    ATELIER_CHECK(WriteControl(*group / "cpu.cfs_quota_us", CpuQuota(limits.cores)));
  }
  return {};
}

Result<void> Cgroups::Join() const {
  // One after the other without a pause: the kernel waits for a grace period (some 10 ms) before the first move only.
  for (const auto& [role, path] : paths_.paths) ATELIER_CHECK(WriteControl(path / "cgroup.procs", "0"));
  return {};
}

std::optional<UniqueFd> Cgroups::WatchMemoryLimit() const {
  const fs::path* group = paths_.unified_limits ? nullptr : Find("memory");
  if (group == nullptr) return std::nullopt;
  UniqueFd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  auto control = OpenFile(*group / "memory.oom_control", O_RDONLY);
  if (!event.valid() || !control) return std::nullopt;
  std::string registration = std::to_string(event.get()) + " " + std::to_string(control->get());
  if (!WriteControl(*group / "cgroup.event_control", registration)) return std::nullopt;
  return event;
}

void Cgroups::Kill() const {
  if (const fs::path* unified = Find("unified")) {
    if (WriteControl(*unified / "cgroup.kill", "1")) return;
  }
  const fs::path* freezer = Find("freezer");
  // Frozen processes cannot fork while the list is read; a kill of a frozen process takes effect when it thaws.
  bool frozen = freezer != nullptr && WriteControl(*freezer / "freezer.state", "FROZEN").has_value();
  for (const auto& [role, path] : paths_.paths) {
    for (pid_t pid : Members(path)) ::kill(pid, SIGKILL);
  }
  // A group that cannot be thawed keeps its members, which Populated() goes on to tell.
  if (frozen) std::ignore = WriteControl(*freezer / "freezer.state", "THAWED");
}

bool Cgroups::Populated() const {
  return std::ranges::any_of(paths_.paths, [](const auto& entry) { return !Members(entry.second).empty(); });
}

Result<void> Cgroups::Remove() const {
  for (const auto& [role, path] : paths_.paths) {
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT)
      return ErrnoError("remove control group " + path.string(), errno);
  }
  return {};
}

std::uint64_t Cgroups::OutOfMemoryKills() const {
  const fs::path* group = MemoryGroup();
  if (group == nullptr) return 0;
  std::string text = ReadControl(*group / (paths_.unified_limits ? "memory.events" : "memory.oom_control"));
  return ReadField(text, "oom_kill").value_or(0);
}

std::optional<double> Cgroups::CpuSeconds() const {
  if (const fs::path* unified = Find("unified")) {
    if (auto micros = ReadField(ReadControl(*unified / "cpu.stat"), "usage_usec"))
      return static_cast<double>(*micros) / 1e6;
  }
  if (const fs::path* accounting = Find("cpuacct")) {
    if (auto nanos = ReadControlNumber(*accounting / "cpuacct.usage")) return static_cast<double>(*nanos) / 1e9;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Cgroups::PeakMemory() const {
  const fs::path* group = MemoryGroup();
  if (group == nullptr) return std::nullopt;
  return ReadControlNumber(*group / (paths_.unified_limits ? "memory.peak" : "memory.max_usage_in_bytes"));
}

std::optional<std::uint64_t> Cgroups::CurrentMemory() const {
  const fs::path* group = MemoryGroup();
  if (group == nullptr) return std::nullopt;
  auto used = ReadControlNumber(*group / (paths_.unified_limits ? "memory.current" : "memory.usage_in_bytes"));
  if (!used) return std::nullopt;
  std::string_view field = paths_.unified_limits ? "inactive_file" : "total_inactive_file";
  std::uint64_t droppable = ReadField(ReadControl(*group / "memory.stat"), field).value_or(0);
  return *used - std::min(*used, droppable);
}

}  // namespace atelier::compute
