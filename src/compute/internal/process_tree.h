// Processes as /proc shows them. Uses libc only: the sandbox's first process is built from it too.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace atelier::compute {

struct ProcessStat {
  pid_t parent = 0;
  char state = '?';               // 'Z' zombie, 'X' dead
  std::uint64_t cpu_ticks = 0;    // of itself and of the children it has waited for
  std::uint64_t start_ticks = 0;  // since boot; with the pid it names a process for as long as the machine is up
  std::uint64_t resident_pages = 0;
};

// The contents of /proc/<pid>/stat; nullopt when it is not of that form. The name in it may hold spaces and brackets.
std::optional<ProcessStat> ParseProcessStat(std::string_view text);
std::optional<ProcessStat> ReadProcessStat(pid_t pid);  // nullopt when there is no such process

// All living processes below `root`, without it. A process that forks meanwhile may be missed: repeat until none is
// left.
std::vector<pid_t> Descendants(pid_t root);

}  // namespace atelier::compute
