// Runs a helper program to its end: package installers, probes, tools. Workloads of users are compute's business.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace atelier {

struct ProcessSpec {
  std::vector<std::string> argv;                   // [0]: path of the program; not searched in PATH
  std::map<std::string, std::string> environment;  // complete: nothing is inherited
  std::filesystem::path working_directory;         // empty: the caller's
  std::optional<std::chrono::milliseconds> time_limit;
  std::stop_token stop;                             // a request for it ends the process
  std::function<void(std::string_view)> on_output;  // standard output and error, together, as they come; may be empty
};

struct ProcessExit {
  int code = 0;            // 0..255; 128 + signal for signals
  int signal = 0;          // what ended it, or 0
  bool timed_out = false;  // ended here, because of time_limit
  bool stopped = false;    // ended here, because of `stop`

  bool succeeded() const { return code == 0 && signal == 0 && !timed_out && !stopped; }
};

// Runs it in a process group of its own, with standard input empty, default signal actions and no other descriptor.
// Returns when the program has ended; whatever it left running in its group is then killed. At the limit and at a stop
// the whole group is killed. Blocks; thread-safe. NotFound when there is no such program, otherwise an error only when
// the machine refuses.
Result<ProcessExit> RunProcess(const ProcessSpec& spec);

// "exit code 3", "killed by signal 9", "stopped: it ran longer than 60 s".
std::string Describe(const ProcessExit& exit, const ProcessSpec& spec);

// The environment of this process.
std::map<std::string, std::string> CurrentEnvironment();

}  // namespace atelier
