// The flavors that a local machine offers.
#pragma once

#include <cstdint>
#include <vector>

#include "compute/workload.h"

namespace atelier::compute {

struct MachineSize {
  int cores = 0;
  std::uint64_t memory_bytes = 0;
};

// What this process may use: cores of its affinity mask, memory of the machine or of its own cgroup where that is less.
MachineSize ThisMachine();

// The public resource pool's CPU flavors (modelarts API: resource-specs), smallest first. One that asks for more than
// the machine has is marked as not available. A tenth of the memory is forgiven: an "8 GiB" machine reports a little
// less.
std::vector<Flavor> DefaultFlavors(const MachineSize& machine);

}  // namespace atelier::compute
