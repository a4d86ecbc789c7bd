// Starting the process tree of a workload: descriptors, plan, control groups, then the sandbox tool or atelier-init
// itself.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "compute/internal/cgroup.h"
#include "compute/internal/run_folder.h"

namespace atelier::compute {

// The first process of the tree and the launcher's ends of its pipes.
struct Child {
  pid_t pid = 0;
  bool is_tool = false;  // it is the sandbox tool and atelier-init its child; otherwise it is atelier-init
  UniqueFd output;       // its standard output and error
  UniqueFd status;       // atelier-init's lines (init/plan.h)
};

// `lock_fd` goes on to atelier-init, so that the folder stays locked until the tree is gone. Call with one thread only.
Result<Child> StartChild(const LaunchSpec& spec, const RunFolder& folder, const Cgroups& cgroups, const fs::path& init,
                         int lock_fd);

}  // namespace atelier::compute
