// What one step works on. Private to the version runner.
#pragma once

#include "training/version_runner.h"

namespace atelier::training {

struct VersionRunner::Context {
  JobVersion version;
  Job job;
  RunLayout layout;
  RunMemory& memory;
};

}  // namespace atelier::training
