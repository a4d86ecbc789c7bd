// What the launcher tells the first process inside a sandbox (atelier-init), as bytes of an unnamed file: the
// environment and the arguments must not be seen by other users of the machine in a command line. Uses libc only.
//
// Atelier-init answers on the status pipe with lines: "started", "failed <errno> <what>", "ended <wait status>".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atelier::compute {

struct InitPlan {
  std::string working_directory = "/";
  bool owns_namespace = true;    // it is process 1 of a pid namespace; otherwise it looks after its descendants itself
  std::uint64_t processes = 0;   // RLIMIT_NPROC; 0: not set
  std::uint64_t data_bytes = 0;  // RLIMIT_DATA; 0: not set
  std::uint64_t file_bytes = 0;  // RLIMIT_FSIZE; 0: not set
  std::vector<std::string> environment;  // NAME=value
  std::vector<std::string> command;
};

std::string EncodePlan(const InitPlan& plan);
std::optional<InitPlan> DecodePlan(std::string_view bytes);  // nullopt when it was not made by EncodePlan

}  // namespace atelier::compute
