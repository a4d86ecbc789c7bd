#include "engines/internal/installer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.h"
#include "base/strings.h"
#include "engines/internal/install_lock.h"

namespace atelier::engines {
namespace {

constexpr auto kStepLimit = std::chrono::minutes(60);
constexpr std::size_t kErrorLinesKept = 3;
// Percent of the whole at which each stage begins.
constexpr int kBootstrapAt = 4, kPackagesAt = 6, kUnpackingAt = 75, kPackagesEnd = 92;

constexpr const char* kReadyMark = "atelier-ready";

// Cuts a stream of text into lines; a carriage return ends a line too (progress bars).
class LineSplitter {
 public:
  explicit LineSplitter(std::function<void(std::string_view)> on_line) : on_line_(std::move(on_line)) {}
  void Feed(std::string_view text) {
    for (char c : text) {
      if (c != '\n' && c != '\r')
        line_ += c;
      else
        Flush();
    }
  }
  void Flush() {
    if (!line_.empty()) on_line_(line_);
    line_.clear();
  }

 private:
  std::function<void(std::string_view)> on_line_;
  std::string line_;
};

std::vector<std::string> PipInstall(const fs::path& python) {
  return {python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"};
}

}  // namespace

std::map<std::string, std::string> PipEnvironment(std::map<std::string, std::string> environment) {
  for (const char* name :
       {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "PIP_TARGET", "PIP_USER", "PIP_PREFIX", "PIP_ROOT",
        "PIP_REQUIRE_VIRTUALENV", "PIP_REQUIRE_HASHES", "PIP_CONSTRAINT", "PIP_NO_BINARY"})
    environment.erase(name);
  environment["PYTHONNOUSERSITE"] = "1";
  environment["PYTHONUNBUFFERED"] = "1";
  return environment;
}

Result<void> Installer::Run() {
  ATELIER_CHECK(RemoveTree(plan_.folder.root));
  ATELIER_CHECK(MakeDirectories(plan_.folder.root));
  ATELIER_TRY(log_, OpenFile(plan_.folder.log(), O_WRONLY | O_CREAT | O_APPEND));
  ATELIER_CHECK(MakeEnvironment());
  ATELIER_CHECK(InstallBootstrap());
  return InstallPackages();
}

Result<void> Installer::MakeEnvironment() {
  Tell("environment", 0, fmt::format("making an environment with {}", plan_.interpreter.executable.string()));
  if (!plan_.virtualenv_interpreter)
    return RunStep("making the environment", {plan_.interpreter.executable, "-m", "venv", plan_.folder.venv()});
  ATELIER_CHECK(MakeVirtualenvTool());
  return RunStep("making the environment",
                 {plan_.virtualenv_directory / "bin" / "python", "-m", "virtualenv", "--no-download", "--python",
                  plan_.interpreter.executable, plan_.folder.venv()});
}

Result<void> Installer::MakeVirtualenvTool() {
  const auto& directory = plan_.virtualenv_directory;
  ATELIER_TRY(auto lock_held, InstallLock::Take(directory.parent_path() / ".locks" / directory.filename()));
  if (fs::exists(directory / kReadyMark)) return {};
  ATELIER_CHECK(RemoveTree(directory));
  ATELIER_CHECK(MakeDirectories(directory));
  ATELIER_CHECK(
      RunStep("making the virtualenv tool", {plan_.virtualenv_interpreter->executable, "-m", "venv", directory}));
  auto lock = directory / "lock.txt";
  ATELIER_CHECK(WriteFileDurably(lock, plan_.virtualenv->packages));
  auto command = PipInstall(directory / "bin" / "python");
  command.insert(command.end(), {"--no-deps", "-r", lock});
  ATELIER_CHECK(RunStep("installing the virtualenv tool", command));
  return WriteFileDurably(directory / kReadyMark, "");
}

Result<void> Installer::InstallBootstrap() {
  if (plan_.engine->bootstrap.empty()) return {};
  Tell("environment", kBootstrapAt, "bringing pip up to date");
  auto command = PipInstall(plan_.folder.python());
  command.insert(command.end(), plan_.engine->bootstrap.begin(), plan_.engine->bootstrap.end());
  return RunStep("bringing pip up to date", command);
}

Result<void> Installer::InstallPackages() {
  if (plan_.engine->PackageCount() == 0) return {};
  Tell("packages", kPackagesAt, fmt::format("installing {} packages", plan_.engine->PackageCount()));
  auto lock = plan_.folder.root / "lock.txt";
  ATELIER_CHECK(WriteFileDurably(lock, plan_.engine->packages));
  auto command = PipInstall(plan_.folder.python());
  // The lock is the whole closure, and dependencies as their authors state them would undo it: tf_keras asks for the
  // large "tensorflow" and would put it over "tensorflow-cpu".
  command.emplace_back("--no-deps");
  command.insert(command.end(), plan_.engine->pip_arguments.begin(), plan_.engine->pip_arguments.end());
  command.insert(command.end(), {"-r", lock});
  return RunStep("installing the packages", command);
}

Result<void> Installer::RunStep(const std::string& what, std::vector<std::string> argv) {
  errors_.clear();
  last_line_.clear();
  ATELIER_CHECK(WriteAll(log_.get(), fmt::format("$ {}\n", fmt::join(argv, " "))));
  LineSplitter lines([this](std::string_view line) { OnLine(line); });
  ProcessSpec spec;
  spec.argv = std::move(argv);
  spec.environment = plan_.environment;
  spec.working_directory = plan_.folder.root;  // never the caller's: a file there may hide a module of the same name
  spec.time_limit = kStepLimit;
  spec.stop = plan_.stop;
  spec.on_output = [&](std::string_view text) {
    if (auto written = WriteAll(log_.get(), text); !written)
      LogWarning("cannot write the installation log",
                 {{"file", plan_.folder.log().string()}, {"error", written.error().message}});
    lines.Feed(text);
  };
  ATELIER_TRY(auto exit, RunProcess(spec));
  lines.Flush();
  if (exit.succeeded()) return {};
  if (exit.stopped) return MakeError(ErrorKind::kCancelled, "the installation was stopped");
  auto said = errors_.empty() ? last_line_ : fmt::format("{}", fmt::join(errors_, " "));
  return Unavailable(fmt::format("{} failed ({}): {} (all of its output: {})", what, Describe(exit, spec), said,
                                 plan_.folder.log().string()));
}

void Installer::OnLine(std::string_view line) {
  auto text = Trim(line);
  if (text.empty()) return;
  last_line_ = text;
  if (text.starts_with("ERROR:") || text.starts_with("Error:") || text.starts_with("Could not ")) {
    errors_.emplace_back(text);
    if (errors_.size() > kErrorLinesKept) errors_.erase(errors_.begin());
  }
  int percent = progress_.percent;
  if (progress_.stage == "packages") {
    if (text.starts_with("Collecting ")) {
      auto total = std::max<std::size_t>(plan_.engine->PackageCount(), 1);
      collected_ = std::min(collected_ + 1, total);
      percent = kPackagesAt + static_cast<int>(collected_ * (kUnpackingAt - kPackagesAt) / total);
    } else if (text.starts_with("Installing collected packages")) {
      percent = kUnpackingAt;
    } else if (text.starts_with("Successfully installed")) {
      percent = kPackagesEnd;
    }
  }
  Tell(progress_.stage, percent, text);
}

void Installer::Tell(const std::string& stage, int percent, std::string_view line) {
  progress_ = {stage, std::max(percent, progress_.percent), std::string(line)};
  if (plan_.progress) plan_.progress(progress_);
}

}  // namespace atelier::engines
