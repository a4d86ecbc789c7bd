// Control groups of a workload: found once per backend, made by the launcher, removed by the launcher or, when it was
// killed, by the backend. Both versions: cgroup2 where it has the memory controller, else the version 1 hierarchies,
// with a cgroup2 group beside them (hybrid) for its cgroup.kill and CPU accounting, which need no controller.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "compute/workload.h"

namespace atelier::compute {

// One group in each hierarchy that is used. Keys: "unified" (cgroup2), "memory", "pids", "cpu", "cpuacct", "freezer"
// (version 1).
struct CgroupPaths {
  bool unified_limits = false;  // the group "unified" keeps the limits; otherwise "memory", "pids" and "cpu" do
  std::map<std::string, fs::path> paths;

  bool empty() const { return paths.empty(); }
  CgroupPaths Child(std::string_view name) const;
};

struct CgroupMount {
  fs::path mount_point;
  std::string root;  // what of the hierarchy is mounted: "/" or a group
  bool unified = false;
  std::vector<std::string> controllers;  // version 1
};

// /proc/self/mountinfo and /proc/self/cgroup. The latter's key is a version 1 controller, or "" for cgroup2.
std::vector<CgroupMount> ParseCgroupMounts(std::string_view mountinfo);
std::map<std::string, std::string> ParseOwnCgroups(std::string_view proc_cgroup);
// The directory of the group `own` in a mount; the mount point itself when the group lies outside of what is mounted.
fs::path GroupDirectory(const CgroupMount& mount, std::string_view own);
// "usage_usec 12\n..." -> 12.
std::optional<std::uint64_t> ReadField(std::string_view text, std::string_view name);

// The groups under which this process may make others, or the reason why there are none (FailedPrecondition). May move
// this process to a child group "atelier-server" of its own when that is what cgroup2 needs before it hands controllers
// down, and only when no other process is in the way.
Result<CgroupPaths> DiscoverCgroupParents();
std::optional<std::uint64_t> OwnMemoryLimit();

class Cgroups {
 public:
  // Takes groups that may exist or not; makes nothing.
  explicit Cgroups(CgroupPaths paths) : paths_(std::move(paths)) {}

  // Makes the groups with their limits. What a crashed launcher left there is killed and removed first.
  Result<void> Create(const Limits& limits);
  // Moves the calling process, which must have one thread, into them.
  Result<void> Join() const;
  // Version 1 only (nullopt elsewhere: cgroup2 kills the whole group by itself): readable when the memory limit was
  // reached.
  std::optional<UniqueFd> WatchMemoryLimit() const;

  void Kill() const;       // SIGKILL to every process in them, without a gap for one that forks
  bool Populated() const;  // any process left
  // Fails while processes are left; absent groups are fine.
  Result<void> Remove() const;

  std::uint64_t OutOfMemoryKills() const;
  std::optional<double> CpuSeconds() const;
  std::optional<std::uint64_t> PeakMemory() const;
  std::optional<std::uint64_t> CurrentMemory() const;  // without file pages that can be dropped

  bool empty() const { return paths_.empty(); }

 private:
  const fs::path* Find(std::string_view role) const;
  const fs::path* MemoryGroup() const { return Find(paths_.unified_limits ? "unified" : "memory"); }
  Result<void> SetLimits(const Limits& limits) const;

  CgroupPaths paths_;
};

}  // namespace atelier::compute
