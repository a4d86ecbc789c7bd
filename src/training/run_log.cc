#include "training/run_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "base/strings.h"
#include "training/workload_builder.h"

namespace atelier::training {
namespace {

constexpr std::string_view kPrefix = "[Modelarts Service Log]";

std::string_view LevelText(compute::SandboxLevel level) {
  switch (level) {
    case compute::SandboxLevel::kFull:
      return "full (namespaces and cgroup limits)";
    case compute::SandboxLevel::kLimits:
      return "limits (namespaces and process limits, no cgroup)";
    case compute::SandboxLevel::kNone:
      return "none (own session and process limits only)";
  }
  return "";
}

void AddPlaces(const JobSpec& spec, std::vector<std::string>& lines) {
  if (!spec.container) {
    if (!spec.data_url.empty()) lines.push_back(fmt::format("data_url: {}", spec.data_url));
    if (!spec.train_url.empty()) lines.push_back(fmt::format("train_url: {}", spec.train_url));
    return;
  }
  for (const auto& input : spec.container->inputs) lines.push_back(fmt::format("{}: {}", input.name, input.url));
  for (const auto& output : spec.container->outputs) lines.push_back(fmt::format("{}: {}", output.name, output.url));
}

}  // namespace

std::string PlatformLines(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += fmt::format("{}{}\n", kPrefix, line);
  return text;
}

std::vector<std::string> OpeningLines(const JobVersion& version, const EngineRuntime& engine,
                                      const compute::Workload& workload, const compute::Backend& backend) {
  const auto& spec = version.spec;
  std::vector<std::string> lines;
  lines.push_back(engine.name == spec.engine_name
                      ? fmt::format("engine: {}", engine.name)
                      : fmt::format("engine: {} was asked for, {} runs in its place", spec.engine_name, engine.name));
  lines.push_back(fmt::format("resources: {} ({} cores, {})", spec.flavor, spec.cores, HumanBytes(spec.memory_bytes)));
  for (const auto& flavor : backend.Flavors())
    if (flavor.code == spec.flavor && !flavor.available)
      lines.push_back("note: this machine has less than that; the run gets what there is");
  auto level_reason = backend.level_reason();
  lines.push_back(
      fmt::format("sandbox: {}{}", LevelText(backend.level()), level_reason.empty() ? "" : "; " + level_reason));
  if (!spec.app_url.empty()) lines.push_back(fmt::format("app_url: {}", spec.app_url));
  AddPlaces(spec, lines);
  for (const auto& [label, value] : spec.parameters)
    if (IsPlatformOption(spec, label))
      lines.push_back(
          fmt::format("note: the parameter {}={} is not passed on; the platform sets {} itself", label, value, label));
  bool installs = workload.command.size() > 7 && workload.command[3] == "atelier-start";
  auto first = workload.command.begin() + (installs ? 7 : 0);
  lines.push_back(fmt::format("command: {}", fmt::join(first, workload.command.end(), " ")));
  return lines;
}

std::vector<std::string> ClosingLines(Status status, const std::optional<compute::Exit>& exit,
                                      const std::string& reason) {
  std::vector<std::string> lines;
  if (exit && !exit->lost && exit->message.empty())
    lines.push_back(fmt::format("Training end with return code: {}", exit->code));
  if (status == Status::kCompleted) {
    lines.push_back("Training completed.");
  } else if (status == Status::kKilled) {
    lines.push_back("Training stopped.");
  } else {
    lines.push_back(fmt::format("Training failed: {}", reason));
  }
  return lines;
}

Result<void> BeginLog(const std::filesystem::path& log, std::string_view text) {
  std::error_code ignored;
  if (std::filesystem::exists(log, ignored)) return {};
  // Beside, then renamed: the log has all of these lines or does not exist. Not synced: a log is no promise.
  auto partial = log;
  partial += ".partial";
  {
    ATELIER_TRY(auto file, OpenFile(partial, O_WRONLY | O_CREAT | O_TRUNC));
    ATELIER_CHECK(WriteAll(file.get(), text));
  }
  std::filesystem::rename(partial, log, ignored);
  if (ignored) return ErrnoError("rename " + partial.string(), ignored.value());
  return {};
}

Result<void> EndLog(const std::filesystem::path& log, std::string_view text) {
  auto tail = LogTail(log, text.size());
  if (tail == text) return {};
  ATELIER_TRY(auto file, OpenFile(log, O_WRONLY | O_APPEND | O_CREAT));
  bool open_line = !tail.empty() && tail.back() != '\n';
  return WriteAll(file.get(), open_line ? fmt::format("\n{}", text) : std::string(text));
}

std::string LogTail(const std::filesystem::path& log, std::size_t bytes) {
  auto file = OpenFile(log, O_RDONLY);
  if (!file) return {};
  struct stat info{};
  if (::fstat(file->get(), &info) != 0) return {};
  auto size = static_cast<std::uint64_t>(info.st_size);
  auto length = std::min<std::uint64_t>(size, bytes);
  return PreadExactly(file->get(), size - length, length).value_or("");
}

}  // namespace atelier::training
