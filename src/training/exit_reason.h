// Why a run ended as it did, in one line for people.
#pragma once

#include <string>
#include <string_view>

#include "compute/workload.h"
#include "training/types.h"

namespace atelier::training {

// "exit code 3: ValueError: bad shape (train.py, line 12)", "killed: out of memory (limit 8.0 GiB)", "killed by signal
// 9", "could not start: ...". Empty for an exit with code 0. `log_tail`: the end of the log, searched for a Python
// traceback.
std::string DescribeExit(const compute::Exit& exit, const JobSpec& spec, std::string_view log_tail);

// "ValueError: bad shape (train.py, line 12)" of the last traceback in a log, or empty.
std::string LastTracebackError(std::string_view log);

}  // namespace atelier::training
