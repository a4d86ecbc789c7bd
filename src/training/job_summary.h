// A job as lists show it.
#pragma once

#include <optional>

#include "training/types.h"

namespace atelier::training {

// A job with its newest version.
struct JobSummary {
  Job job;
  std::optional<JobVersion> newest;
  int version_count = 0;
};

}  // namespace atelier::training
