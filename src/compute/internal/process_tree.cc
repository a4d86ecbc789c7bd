#include "compute/internal/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace atelier::compute {

namespace {

// The numbers after the name; [0] is the parent's pid (field 4 of proc(5)).
constexpr std::size_t kParent = 0, kUser = 10, kSystem = 11, kChildrenUser = 12, kChildrenSystem = 13, kStart = 18,
                      kResident = 20;

}  // namespace

std::optional<ProcessStat> ParseProcessStat(std::string_view text) {
  std::size_t end_of_name = text.rfind(')');
  if (end_of_name == std::string_view::npos || end_of_name + 4 > text.size()) return std::nullopt;
  ProcessStat stat;
  stat.state = text[end_of_name + 2];
  std::array<std::int64_t, 21> numbers{};
  const char* at = text.data() + end_of_name + 4;
  const char* end = text.data() + text.size();
  for (std::int64_t& number : numbers) {
    auto [next, error] = std::from_chars(at, end, number);
    // Some fields do not fit 63 bits on odd kernels; none of those that are used here.
    if (error == std::errc::invalid_argument) return std::nullopt;
    at = next < end ? next + 1 : end;
  }
  auto ticks = [&](std::size_t field) { return static_cast<std::uint64_t>(std::max<std::int64_t>(0, numbers[field])); };
  stat.parent = static_cast<pid_t>(numbers[kParent]);
  stat.cpu_ticks = ticks(kUser) + ticks(kSystem) + ticks(kChildrenUser) + ticks(kChildrenSystem);
  stat.start_ticks = ticks(kStart);
  stat.resident_pages = ticks(kResident);
  return stat;
}

std::optional<ProcessStat> ReadProcessStat(pid_t pid) {
  std::array<char, 32> path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/stat", static_cast<int>(pid));
  int fd = ::open(path.data(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::array<char, 1024> text{};
  ssize_t count = ::read(fd, text.data(), text.size());
  ::close(fd);
  if (count <= 0) return std::nullopt;
  return ParseProcessStat({text.data(), static_cast<std::size_t>(count)});
}

std::vector<pid_t> Descendants(pid_t root) {
  std::vector<std::pair<pid_t, pid_t>> parents;  // (parent, child)
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return {};
  while (const dirent* entry = ::readdir(proc)) {  // NOLINT(concurrency-mt-unsafe): the stream is this function's own
    std::string_view name = entry->d_name;
    pid_t pid = 0;
    auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size()) continue;
    auto stat = ReadProcessStat(pid);
    if (stat && stat->state != 'Z' && stat->state != 'X') parents.emplace_back(stat->parent, pid);
  }
  ::closedir(proc);
  std::ranges::sort(parents);
  std::vector<pid_t> found;
  auto add_children = [&](pid_t of) {
    auto at = std::ranges::lower_bound(parents, std::pair<pid_t, pid_t>{of, 0});
    for (; at != parents.end() && at->first == of; ++at) found.push_back(at->second);
  };
  add_children(root);
  for (std::size_t i = 0; i < found.size(); ++i) add_children(found[i]);
  return found;
}

}  // namespace atelier::compute
