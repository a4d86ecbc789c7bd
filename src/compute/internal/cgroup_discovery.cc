// Where a process may make control groups: reading /proc and trying.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/strings.h"
#include "compute/internal/cgroup.h"
#include "compute/internal/cgroup_files.h"

namespace atelier::compute {

namespace {

std::vector<std::string> Words(std::string_view text, char separator = ' ') {
  std::vector<std::string> words;
  for (std::string_view word : Split(Trim(text), separator)) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

struct Hierarchies {
  std::vector<CgroupMount> mounts;
  std::map<std::string, std::string> own;

  const CgroupMount* Unified() const {
    auto found = std::ranges::find_if(mounts, [](const CgroupMount& mount) { return mount.unified; });
    return found == mounts.end() ? nullptr : &*found;
  }

  // This process's own group in the hierarchy of a version 1 controller.
  std::optional<fs::path> OwnGroup(const std::string& controller) const {
    auto group = own.find(controller);
    if (group == own.end()) return std::nullopt;
    for (const CgroupMount& mount : mounts) {
      if (Contains(mount.controllers, controller)) return GroupDirectory(mount, group->second);
    }
    return std::nullopt;
  }

  std::optional<fs::path> OwnUnifiedGroup() const {
    auto group = own.find("");
    const CgroupMount* mount = Unified();
    if (group == own.end() || mount == nullptr) return std::nullopt;
    return GroupDirectory(*mount, group->second);
  }
};

Hierarchies ReadHierarchies() {
  return {.mounts = ParseCgroupMounts(ReadControl("/proc/self/mountinfo")),
          .own = ParseOwnCgroups(ReadControl("/proc/self/cgroup"))};
}

bool IsWritable(const fs::path& group) { return ::access(group.c_str(), W_OK) == 0; }

// Lets children of `group` have the controllers that limits need.
bool HandDownControllers(const fs::path& group) {
  auto handed_down = [&] {
    auto enabled = Words(ReadControl(group / "cgroup.subtree_control"));
    return Contains(enabled, "memory") && Contains(enabled, "pids");
  };
  // Not every system delegates cpu: a workload then has no quota of cores.
  if (!Contains(Words(ReadControl(group / "cgroup.subtree_control")), "cpu"))
    std::ignore = WriteControl(group / "cgroup.subtree_control", "+cpu");
  return handed_down() ||
         (WriteControl(group / "cgroup.subtree_control", "+memory +pids").has_value() && handed_down());
}

// cgroup2 hands nothing down from a group that holds processes itself. A service whose group was delegated to it, and
// that is alone in it, steps down into a child.
bool StepDown(const fs::path& group) {
  auto members = Words(ReadControl(group / "cgroup.procs"), '\n');
  if (members.size() != 1 || members[0] != std::to_string(::getpid())) return false;
  fs::path below = group / "atelier-server";
  if (::mkdir(below.c_str(), 0755) != 0 && errno != EEXIST) return false;
  return WriteControl(below / "cgroup.procs", members[0]).has_value();
}

Result<CgroupPaths> DiscoverUnified(const CgroupMount& mount, const fs::path& own) {
  for (fs::path group = own;; group = group.parent_path()) {
    // A server that stepped down before finds its groups beside itself.
    if (IsWritable(group) &&
        (HandDownControllers(group) || (group == own && StepDown(group) && HandDownControllers(group))))
      return CgroupPaths{.unified_limits = true, .paths = {{"unified", group}}};
    if (group == mount.mount_point || !group.has_relative_path()) break;
  }
  return MakeError(
      ErrorKind::kFailedPrecondition,
      "no cgroup2 group at or above " + own.string() +
          " lets this user limit memory and pids (run the service with Delegate=yes, or in a login session)");
}

Result<CgroupPaths> DiscoverVersion1(const Hierarchies& hierarchies) {
  CgroupPaths found;
  for (const char* controller : {"memory", "pids", "cpu"}) {
    auto group = hierarchies.OwnGroup(controller);
    if (group && IsWritable(*group)) {
      found.paths[controller] = *group;
    } else if (std::string_view(controller) != "cpu") {
      return FailedPrecondition(group ? "the control group " + group->string() + " is not writable for this user"
                                      : "there is no control group hierarchy for " + std::string(controller));
    }
  }
  auto unified = hierarchies.OwnUnifiedGroup();
  if (unified && IsWritable(*unified)) {
    found.paths["unified"] = *unified;
    return found;
  }
  for (const char* controller : {"freezer", "cpuacct"}) {
    auto group = hierarchies.OwnGroup(controller);
    if (group && IsWritable(*group)) found.paths[controller] = *group;
  }
  return found;
}

}  // namespace

std::vector<CgroupMount> ParseCgroupMounts(std::string_view mountinfo) {
  // proc(5): 36 35 98:0 /root /mount/point rw,noatime shared:1 - cgroup cgroup rw,memory
  std::vector<CgroupMount> mounts;
  for (std::string_view line : Split(mountinfo, '\n')) {
    std::size_t separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    auto before = Words(line.substr(0, separator));
    auto after = Words(line.substr(separator + 3));
    if (before.size() < 5 || after.size() < 3 || (after[0] != "cgroup" && after[0] != "cgroup2")) continue;
    CgroupMount mount{.mount_point = before[4], .root = before[3], .unified = after[0] == "cgroup2", .controllers = {}};
    if (!mount.unified) mount.controllers = Words(after[2], ',');
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

std::map<std::string, std::string> ParseOwnCgroups(std::string_view proc_cgroup) {
  std::map<std::string, std::string> own;
  for (std::string_view line : Split(proc_cgroup, '\n')) {
    std::size_t first = line.find(':');
    std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    std::string group(line.substr(second + 1));
    for (std::string_view controller : Split(line.substr(first + 1, second - first - 1), ','))
      own[std::string(controller)] = group;
  }
  return own;
}

fs::path GroupDirectory(const CgroupMount& mount, std::string_view own) {
  std::string_view root = mount.root == "/" ? std::string_view() : std::string_view(mount.root);
  if (!own.starts_with(root)) return mount.mount_point;
  own.remove_prefix(root.size());
  while (own.starts_with('/')) own.remove_prefix(1);
  // "/../x" is a group outside of this process's cgroup namespace.
  if (own.empty() || own.starts_with("..")) return mount.mount_point;
  return mount.mount_point / own;
}

std::optional<std::uint64_t> ReadField(std::string_view text, std::string_view name) {
  for (std::string_view line : Split(text, '\n')) {
    if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ' ')
      return ParseNumber<std::uint64_t>(Trim(line.substr(name.size())));
  }
  return std::nullopt;
}

Result<CgroupPaths> DiscoverCgroupParents() {
  Hierarchies hierarchies = ReadHierarchies();
  if (hierarchies.mounts.empty()) return FailedPrecondition("no control group file system is mounted");
  const CgroupMount* unified = hierarchies.Unified();
  auto own = hierarchies.OwnUnifiedGroup();
  if (unified != nullptr && own && Contains(Words(ReadControl(unified->mount_point / "cgroup.controllers")), "memory"))
    return DiscoverUnified(*unified, *own);
  return DiscoverVersion1(hierarchies);
}

std::optional<std::uint64_t> OwnMemoryLimit() {
  Hierarchies hierarchies = ReadHierarchies();
  std::optional<std::uint64_t> least;
  auto consider = [&](const std::optional<fs::path>& group, const char* file) {
    if (!group) return;
    if (auto limit = ReadControlNumber(*group / file)) least = std::min(least.value_or(*limit), *limit);
  };
  consider(hierarchies.OwnUnifiedGroup(), "memory.max");  // "max" is no number: no limit
  consider(hierarchies.OwnGroup("memory"), "memory.limit_in_bytes");
  return least;
}

}  // namespace atelier::compute
