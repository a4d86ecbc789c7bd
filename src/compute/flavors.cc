#include "compute/flavors.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "base/files.h"
#include "base/strings.h"
#include "compute/internal/cgroup.h"

namespace atelier::compute {

namespace {

constexpr std::uint64_t kGiB = 1ULL << 30;

Flavor CpuFlavor(int spec_id, int cores, std::uint64_t memory_bytes, const MachineSize& machine) {
  Flavor flavor;
  flavor.spec_id = spec_id;
  flavor.code = "modelarts.vm.cpu." + std::to_string(cores) + "u";
  flavor.cores = cores;
  flavor.memory_bytes = memory_bytes;
  flavor.available = cores <= machine.cores && memory_bytes - memory_bytes / 10 <= machine.memory_bytes;
  return flavor;
}

}  // namespace

MachineSize ThisMachine() {
  MachineSize machine;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) machine.cores = CPU_COUNT(&allowed);
  if (machine.cores < 1) machine.cores = 1;
  auto pages = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES)));
  machine.memory_bytes = pages * static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_PAGESIZE)));
  if (auto limit = OwnMemoryLimit()) machine.memory_bytes = std::min(machine.memory_bytes, *limit);
  return machine;
}

std::vector<Flavor> DefaultFlavors(const MachineSize& machine) {
  return {
      CpuFlavor(1, 1, 4 * kGiB, machine),
      CpuFlavor(7, 2, 8 * kGiB, machine),
      CpuFlavor(27, 8, 32 * kGiB, machine),
  };
}

}  // namespace atelier::compute
