// The life of a launcher: claim the folder, run the workload, record the end.
#pragma once

#include "base/error.h"
#include "base/files.h"

namespace atelier::compute {

// Runs the workload of `folder` unless it was or is being run. Writes a byte to `notify_fd` (may be -1) when the
// command runs. Returns when the end is recorded; an error only when nothing could be recorded, for launcher.log.
Result<void> RunLauncher(const fs::path& folder, int notify_fd);

}  // namespace atelier::compute
