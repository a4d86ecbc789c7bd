// What a running workload uses now.
#pragma once

#include "compute/internal/cgroup.h"
#include "compute/internal/run_folder.h"

namespace atelier::compute {

// From the control groups; from the processes below the launcher where there are none.
Usage MeasureTree(const Cgroups& cgroups, const ProcessIdentity& launcher);

}  // namespace atelier::compute
