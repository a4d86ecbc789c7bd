#include "compute/internal/usage.h"

#include <unistd.h>

#include "compute/internal/process_tree.h"

namespace atelier::compute {

Usage MeasureTree(const Cgroups& cgroups, const ProcessIdentity& launcher) {
  Usage usage;
  auto cpu = cgroups.CpuSeconds();
  auto memory = cgroups.CurrentMemory();
  if ((!cpu || !memory) && launcher.IsRunning()) {
    auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    auto ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    for (pid_t pid : Descendants(launcher.pid)) {
      auto stat = ReadProcessStat(pid);
      if (!stat) continue;
      usage.cpu_seconds += static_cast<double>(stat->cpu_ticks) / ticks_per_second;
      usage.memory_bytes += stat->resident_pages * page;
    }
  }
  if (cpu) usage.cpu_seconds = *cpu;
  if (memory) usage.memory_bytes = *memory;
  return usage;
}

}  // namespace atelier::compute
