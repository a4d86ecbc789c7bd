// What the end of a workload means for its version: the event, the reason, what the history tells. Private to the
// version runner.
#pragma once

#include <optional>
#include <string>

#include "compute/workload.h"
#include "training/restart.h"
#include "training/run_layout.h"
#include "training/state_machine.h"

namespace atelier::training {

Event EndEvent(const RunState& run, const std::optional<compute::Exit>& exit);
Ending EndingOf(const RunState& run, const RunLayout& layout, Event event);
std::string EndReason(const JobVersion& version, const RunLayout& layout, const std::optional<compute::Exit>& exit);
bool TimeIsUp(const JobVersion& version, TimePoint now);

// The last lines of the history: the script's end, the outputs, the job. `after` has reason and end already.
void NoteEnd(const JobVersion& version, const compute::Observation& observation, Status status,
             const std::string& output_failure, RunState& after);
// The end of a run that is followed by another.
void NoteRestart(const compute::Observation& observation, TimePoint now, const std::string& reason, int most_restarts,
                 RunState& after);

}  // namespace atelier::training
