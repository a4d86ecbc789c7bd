// What API v2 lets a job say beyond version 1's fields: several inputs and outputs, an environment, a command,
// restarts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace atelier::training {

// How the script learns where an input or output lies.
enum class AccessMethod : int {
  kArgument = 0,     // --<name>=<folder>
  kEnvironment = 1,  // variable <name>
};

// An input or output: a name, and the folder of the object store behind it (as the user wrote it).
struct Channel {
  std::string name = {};
  std::string description = {};
  std::string url = {};
  AccessMethod access = AccessMethod::kArgument;
  bool operator==(const Channel&) const = default;
};

// How often a run that failed is begun again. Never after a stop.
struct RestartPolicy {
  int most_restarts = 0;
  // Also after failures that a repetition will hardly mend: written beyond the disk limit, packages that do not
  // install.
  bool unconditional = false;
  bool operator==(const RestartPolicy&) const = default;
};

// A version with one of these follows the script contract of API v2 (README.md). Set at creation and never changed.
struct ContainerSpec {
  std::string command;         // instead of a boot file; empty: the boot file
  std::string local_code_dir;  // folder inside that holds the code folder; empty: the usual one
  std::string working_dir;     // inside; empty: the code folder
  std::vector<Channel> inputs, outputs;
  std::map<std::string, std::string> environment;      // of the user's
  std::map<std::string, std::string> parameter_notes;  // parameter -> its description
  std::string algorithm_id, algorithm_name;            // empty: none
  RestartPolicy restart;
  int auto_stop_hours = 0;  // 0: never
  // Accepted and shown again.
  std::map<std::string, std::string> annotations;
  std::string workspace_id = "0";
  std::string pool_id;
  std::string user_name;  // who made the job
  bool operator==(const ContainerSpec&) const = default;
};

}  // namespace atelier::training
