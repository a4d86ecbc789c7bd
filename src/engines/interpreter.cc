#include "engines/interpreter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/files.h"
#include "base/process.h"
#include "base/strings.h"

namespace atelier::engines {
namespace {

constexpr auto kAnswerLimit = std::chrono::seconds(20);

// Valid for Python 2.7 and 3. One line each: version, largest character, prefix of the standard library, ensurepip.
constexpr const char* kQuestion = R"(import sys
try:
    import ensurepip
    pip = 1
except ImportError:
    pip = 0
prefix = getattr(sys, 'real_prefix', None) or getattr(sys, 'base_prefix', sys.prefix)
print('%d.%d.%d' % tuple(sys.version_info[:3]))
print(sys.maxunicode)
print(prefix)
print(pip)
)";

constexpr std::string_view kLargestNarrowCharacter = "65535";

Result<Interpreter> ParseAnswer(const fs::path& executable, const std::string& output) {
  auto lines = Split(output, '\n');
  if (lines.size() < 4 || Split(lines[0], '.').size() != 3)
    return FailedPrecondition(fmt::format("{} does not answer like Python", executable.string()));
  Interpreter found;
  found.executable = executable;
  found.version = lines[0];
  found.ucs4 = lines[1] != kLargestNarrowCharacter;
  found.base_prefix = std::string(lines[2]);
  found.has_ensurepip = lines[3] == "1";
  return found;
}

// Why it does not fit, or nothing.
std::string Objection(const Interpreter& found, const InterpreterNeed& need) {
  if (!found.version.starts_with(need.python + ".")) return fmt::format("it is Python {}", found.version);
  if (need.ucs4 && !found.ucs4) return "it is a narrow (UCS2) build";
  if (!found.has_ensurepip && !need.python.starts_with("2."))
    return fmt::format("it cannot make environments (install the package python{}-venv)", need.python);
  return {};
}

}  // namespace

std::vector<fs::path> InterpreterFolders(const std::map<std::string, std::string>& environment) {
  std::vector<fs::path> folders = {"/usr/bin"};
  auto add = [&](const fs::path& folder) {
    if (folder.is_absolute() && std::ranges::find(folders, folder) == folders.end()) folders.push_back(folder);
  };
  auto value = [&](const char* name) {
    auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  auto path = value("PATH");
  for (auto folder : Split(path, ':')) add(std::string(folder));
  fs::path pyenv = value("PYENV_ROOT");
  if (pyenv.empty() && !value("HOME").empty()) pyenv = fs::path(value("HOME")) / ".pyenv";
  std::vector<fs::path> versions;
  std::error_code ignored;
  if (!pyenv.empty()) {
    for (const auto& entry : fs::directory_iterator(pyenv / "versions", ignored))
      versions.push_back(entry.path() / "bin");
  }
  std::ranges::sort(versions);
  for (const auto& folder : versions) add(folder);
  return folders;
}

Result<Interpreter> InterpreterFinder::Find(const InterpreterNeed& need) {
  std::vector<std::string> objections;
  for (const auto& folder : folders_) {
    auto executable = folder / ("python" + need.python);
    std::error_code error;
    if (!fs::is_regular_file(executable, error)) continue;
    auto found = Ask(executable);
    auto objection = found ? Objection(*found, need) : found.error().message;
    if (objection.empty()) return found;
    objections.push_back(fmt::format("{}: {}", executable.string(), objection));
  }
  auto message = fmt::format("no {} was found in /usr/bin, PATH or ~/.pyenv/versions", need.ToText());
  if (!objections.empty()) message += fmt::format(" (passed over: {})", fmt::join(objections, "; "));
  return NotFound(message);
}

Result<Interpreter> InterpreterFinder::Ask(const fs::path& executable) {
  std::error_code error;
  auto changed = fs::last_write_time(executable, error);
  std::lock_guard lock(mutex_);
  if (auto known = answers_.find(executable); known != answers_.end() && known->second.changed == changed)
    return known->second.interpreter;
  std::string output;
  ProcessSpec spec;
  spec.argv = {executable, "-E", "-c", kQuestion};
  spec.environment = CurrentEnvironment();
  spec.time_limit = kAnswerLimit;
  spec.on_output = [&](std::string_view text) { output += text; };
  auto exit = RunProcess(spec);
  auto answer = !exit               ? Result<Interpreter>(std::unexpected(exit.error()))
                : exit->succeeded() ? ParseAnswer(executable, output)
                                    : FailedPrecondition(Describe(*exit, spec));
  answers_.insert_or_assign(executable, Answer{changed, answer});
  return answer;
}

}  // namespace atelier::engines
