#include "training/exit_reason.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::string_view kTraceback = "Traceback (most recent call last):";
constexpr std::size_t kMostReason = 400;

// `  File "/home/work/user-job-dir/code/train.py", line 12, in main` -> "train.py, line 12"
std::string PlaceOf(std::string_view line) {
  auto quote = line.find('"');
  auto end = line.find('"', quote + 1);
  if (quote == std::string_view::npos || end == std::string_view::npos) return {};
  auto file = line.substr(quote + 1, end - quote - 1);
  file = file.substr(file.rfind('/') + 1);
  auto rest = line.substr(end + 1);
  if (!rest.starts_with(", line ")) return {};
  auto digits = rest.substr(7);
  return fmt::format("{}, line {}", file, digits.substr(0, digits.find_first_not_of("0123456789")));
}

bool IsUserCode(std::string_view line) {
  return line.find("/site-packages/") == std::string_view::npos && line.find("/lib/python") == std::string_view::npos;
}

}  // namespace

std::string LastTracebackError(std::string_view log) {
  auto begin = log.rfind(kTraceback);
  if (begin == std::string_view::npos) return {};
  std::string place, library_place;
  auto lines = Split(log.substr(begin + kTraceback.size()), '\n');
  for (auto line : lines) {
    if (line.empty()) continue;
    if (line.starts_with("  File ")) {
      // The innermost frame of the user's own files says more than the innermost of all, which is often a library's.
      (IsUserCode(line) ? place : library_place) = PlaceOf(line);
      continue;
    }
    if (line.starts_with(' ')) continue;
    auto error = std::string(Trim(line)).substr(0, kMostReason);
    if (place.empty()) place = library_place;
    return place.empty() ? error : fmt::format("{} ({})", error, place);
  }
  return {};
}

std::string DescribeExit(const compute::Exit& exit, const JobSpec& spec, std::string_view log_tail) {
  if (exit.lost)
    return "the run vanished without a report: the machine restarted, or its launcher was killed from outside";
  if (exit.out_of_memory)
    return fmt::format("killed: out of memory (limit {}); choose a larger flavor or smaller batches",
                       HumanBytes(spec.memory_bytes));
  if (!exit.message.empty()) return exit.message;
  if (exit.signal == 25) return "killed by signal 25: a file grew beyond the limit";
  if (exit.signal != 0) return fmt::format("killed by signal {}", exit.signal);
  if (exit.code == 0) return {};
  auto error = LastTracebackError(log_tail);
  return error.empty() ? fmt::format("exit code {}", exit.code) : fmt::format("exit code {}: {}", exit.code, error);
}

}  // namespace atelier::training
