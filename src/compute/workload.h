// One process tree given to a compute backend, and what became of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace atelier::compute {

// Cores and memory that a workload gets: "modelarts.vm.cpu.2u" is 2 vCPU | 8 GiB.
struct Flavor {
  int spec_id = 0;  // v1 integer id
  std::string code;
  int cores = 0;
  std::uint64_t memory_bytes = 0;
  int max_nodes = 1;
  bool available = true;  // false: asks for more than the machine has
};

struct Mount {
  std::filesystem::path source;  // on the host
  std::filesystem::path target;  // inside
  bool writable = false;
};

struct Limits {
  double cores = 0;                // 0: no limit
  std::uint64_t memory_bytes = 0;  // 0: no limit; reaching it kills the workload and is told as out_of_memory
  std::uint64_t processes = 4096;  // with their threads; kept at kFull and kLimits
  std::uint64_t file_bytes = 0;    // largest single file (RLIMIT_FSIZE); 0: no limit
};

enum class NetworkAccess { kHost, kNone };

struct Workload {
  std::string id;                                  // [a-z0-9-]{1,64}, unique for ever: "job-12-v0003-1"
  std::vector<std::string> command;                // argv; [0] absolute, as seen inside
  std::map<std::string, std::string> environment;  // complete: nothing is inherited
  std::filesystem::path working_directory;         // as seen inside; empty: "/"
  std::vector<Mount> mounts;  // beside a read-only system (/usr, /lib, /bin, minimal /etc), /proc, /dev, own /tmp
  Limits limits;
  NetworkAccess network = NetworkAccess::kHost;
  // Between SIGTERM and SIGKILL when its launcher is sent SIGTERM by something else than Backend::Stop, which says its
  // own. Shorter than the 10 s that service managers commonly wait before they kill.
  Milliseconds stop_grace{5000};
  std::filesystem::path log_file;              // on the host: stdout and stderr, appended
  std::uint64_t log_limit_bytes = 1ULL << 30;  // beyond it output is dropped and one line says so
};

enum class Phase { kAbsent, kStarting, kRunning, kExited };

struct Exit {
  int code = 0;  // 0..255; 128 + signal for signals
  int signal = 0;
  bool out_of_memory = false;  // told by the cgroup's counter, not guessed
  bool lost = false;           // the launcher vanished without a report (machine restart, SIGKILL from outside)
  std::string message;  // what neither code nor signal tells: "could not start: ...", "stopped from outside: ..."
  double cpu_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
};

struct Observation {
  Phase phase = Phase::kAbsent;
  TimePoint started, ended;
  std::optional<Exit> exit;  // set when phase is kExited
};

struct Usage {
  double cpu_seconds = 0;          // since start
  std::uint64_t memory_bytes = 0;  // now
};

// How much isolation a backend gives (compute-backends section 1).
enum class SandboxLevel {
  kFull,    // namespaces (own pid, mount, ipc, uts, user) and cgroup limits
  kLimits,  // namespaces and rlimits, no cgroup: memory limits a process, not the tree; cores are not limited
  kNone,    // own session and rlimits only; no mounts: Backend::PathInside tells where their sources are
};

std::string_view ToString(SandboxLevel level);  // "full", "limits", "none"
std::string_view ToString(Phase phase);         // "absent", "starting", "running", "exited"

// InvalidArgument naming the field that is wrong. Does not look at the file system.
Result<void> CheckWorkload(const Workload& workload);

}  // namespace atelier::compute
