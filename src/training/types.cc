#include "training/types.h"

#include <fmt/format.h>

namespace atelier::training {

std::string VersionName(int number) { return fmt::format("V{:04}", number); }
std::string JobVersion::name() const { return VersionName(number); }
std::string JobVersion::folder_name() const { return fmt::format("job-{}-v{:04}", job_id, number); }
std::string JobVersion::workload_id(int restart) const {
  return restart == 0 ? folder_name() : fmt::format("{}-{}", folder_name(), restart);
}

void UsageSeries::Add(float cpu, float memory) {
  cpu_percent.push_back(cpu);
  memory_percent.push_back(memory);
  if (cpu_percent.size() <= kMostSamples) return;
  for (auto* series : {&cpu_percent, &memory_percent}) {
    std::size_t merged = 0;
    for (std::size_t i = 0; i + 1 < series->size(); i += 2) (*series)[merged++] = ((*series)[i] + (*series)[i + 1]) / 2;
    if (series->size() % 2 != 0) (*series)[merged++] = series->back();
    series->resize(merged);
  }
  interval_minutes *= 2;
}

}  // namespace atelier::training
