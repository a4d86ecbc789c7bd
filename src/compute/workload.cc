#include "compute/workload.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/strings.h"

namespace atelier::compute {

namespace {

namespace fs = std::filesystem;

bool IsText(std::string_view text) { return IsValidUtf8(text) && text.find('\0') == std::string_view::npos; }

bool IsPlainAbsolute(const fs::path& path) {
  return path.is_absolute() && IsText(path.native()) && std::ranges::find(path, fs::path("..")) == path.end();
}

bool IsUnder(const fs::path& path, const fs::path& root) {
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

Result<void> CheckId(const std::string& id) {
  auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (id.empty() || id.size() > 64 || !std::ranges::all_of(id, allowed))
    return InvalidArgument("workload id '" + id + "': expected 1 to 64 of a-z, 0-9 and '-'");
  return {};
}

Result<void> CheckCommand(const Workload& workload) {
  if (workload.command.empty() || !workload.command[0].starts_with('/'))
    return InvalidArgument("workload " + workload.id + ": the command must begin with the absolute path of a program");
  if (!std::ranges::all_of(workload.command, IsText))
    return InvalidArgument("workload " + workload.id + ": an argument of the command is not UTF-8 text");
  for (const auto& [name, value] : workload.environment) {
    if (name.empty() || name.find('=') != std::string::npos || !IsText(name) || !IsText(value))
      return InvalidArgument("workload " + workload.id + ": environment variable '" + name +
                             "' needs a name without '=' and a value of UTF-8 text");
  }
  if (!workload.working_directory.empty() && !IsPlainAbsolute(workload.working_directory))
    return InvalidArgument("workload " + workload.id + ": the working directory must be an absolute path without '..'");
  if (!IsPlainAbsolute(workload.log_file))
    return InvalidArgument("workload " + workload.id + ": the log file must be an absolute path without '..'");
  return {};
}

Result<void> CheckMount(const std::string& id, const Mount& mount) {
  // What the sandbox makes itself. A mount over these would hide the system or show more of it than is meant.
  static const std::array<fs::path, 9> kSystem = {"/proc", "/dev", "/sys",   "/usr",  "/bin",
                                                  "/sbin", "/lib", "/lib64", "/lib32"};
  if (!IsPlainAbsolute(mount.source) || !IsPlainAbsolute(mount.target))
    return InvalidArgument("workload " + id + ": a mount needs absolute paths without '..' (source '" +
                           mount.source.string() + "', target '" + mount.target.string() + "')");
  bool system = std::ranges::any_of(kSystem, [&](const fs::path& root) { return IsUnder(mount.target, root); });
  if (system || mount.target.relative_path().empty())
    return InvalidArgument("workload " + id + ": a mount may not cover the system's '" + mount.target.string() + "'");
  return {};
}

Result<void> CheckLimits(const std::string& id, const Limits& limits) {
  if (!std::isfinite(limits.cores) || limits.cores < 0)
    return InvalidArgument("workload " + id + ": cores must be 0 (no limit) or more");
  if (limits.processes == 0 || limits.processes > (1U << 22U))
    return InvalidArgument("workload " + id + ": processes must be 1 to 4194304");
  constexpr std::uint64_t kMost = 1ULL << 62U;
  if (limits.memory_bytes > kMost || limits.file_bytes > kMost)
    return InvalidArgument("workload " + id + ": memory and file limits must be at most 2^62 bytes");
  return {};
}

}  // namespace

std::string_view ToString(SandboxLevel level) {
  switch (level) {
    case SandboxLevel::kFull:
      return "full";
    case SandboxLevel::kLimits:
      return "limits";
    case SandboxLevel::kNone:
      return "none";
  }
  return "none";
}

std::string_view ToString(Phase phase) {
  switch (phase) {
    case Phase::kAbsent:
      return "absent";
    case Phase::kStarting:
      return "starting";
    case Phase::kRunning:
      return "running";
    case Phase::kExited:
      return "exited";
  }
  return "absent";
}

Result<void> CheckWorkload(const Workload& workload) {
  ATELIER_CHECK(CheckId(workload.id));
  ATELIER_CHECK(CheckCommand(workload));
  for (const Mount& mount : workload.mounts) ATELIER_CHECK(CheckMount(workload.id, mount));
  if (workload.stop_grace < Milliseconds(0) || workload.stop_grace > std::chrono::hours(24))
    return InvalidArgument("workload " + workload.id + ": the stop grace must be 0 ms to 24 h");
  return CheckLimits(workload.id, workload.limits);
}

}  // namespace atelier::compute
