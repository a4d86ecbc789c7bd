// Starting a launcher, and descriptors of processes.
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "compute/internal/run_folder.h"

namespace atelier::compute {

struct SpawnedLauncher {
  pid_t pid = 0;
  UniqueFd process;  // pidfd: readable when it has ended
  UniqueFd started;  // one byte when the command runs, end of file when that will not come
};

// The child is in a session of its own and inherits no descriptor. ResourceExhausted when the machine has no process
// left to give.
Result<SpawnedLauncher> SpawnLauncher(const fs::path& launcher, const RunFolder& folder);

// A pidfd of the process, not necessarily a child; nullopt when it is gone. The identity is checked after opening.
std::optional<UniqueFd> OpenProcess(const ProcessIdentity& process);

// Takes the exit status of a child that has ended; no effect on a process that is no child.
void Reap(const UniqueFd& process);

// Waits until the process has ended; false after `timeout`.
bool AwaitEnd(const UniqueFd& process, Milliseconds timeout);

}  // namespace atelier::compute
