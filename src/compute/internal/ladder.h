// Which sandbox level works on this machine: found by really running `true` in each, highest first.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "compute/internal/cgroup.h"
#include "compute/workload.h"

namespace atelier::compute {

struct Sandbox {
  SandboxLevel level = SandboxLevel::kNone;
  std::string reason;  // why not a higher level; empty at kFull
  bool deny_user_namespaces = false;
  fs::path bwrap;
  CgroupPaths cgroup_parents;  // empty below kFull
};

struct LadderOptions {
  fs::path directory;  // a folder for the probes is made and removed here
  fs::path launcher;
  fs::path bwrap;                     // empty: found on PATH
  std::optional<SandboxLevel> level;  // only this one
};

// FailedPrecondition when the level asked for does not work; Internal when not even a plain process can be run.
Result<Sandbox> ClimbLadder(const LadderOptions& options);

// The sandbox tool on PATH; empty when there is none.
fs::path FindBwrap();

// The name of a workload's control groups: two servers of one machine may know the same ids.
std::string CgroupName(const fs::path& directory, const std::string& id);

}  // namespace atelier::compute
