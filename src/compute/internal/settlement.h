// The end of a workload whose launcher is gone: read where the launcher told it, else cleaned up and recorded here.
#pragma once

#include "base/error.h"
#include "compute/internal/run_folder.h"

namespace atelier::compute {

enum class Settlement {
  kEnded,    // exit.json is there
  kRunning,  // the launcher that launcher.json names is alive
  kNotYet,   // parts of the tree are still ending, or another launcher is starting: ask again shortly
};

// Idempotent; safe against other threads and processes that do the same (the folder's lock).
Result<Settlement> SettleEnd(const RunFolder& folder);

}  // namespace atelier::compute
