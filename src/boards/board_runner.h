// Takes one board one step further. Every step can be repeated after a crash at any instruction.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/clock.h"
#include "boards/board_layout.h"
#include "boards/board_repository.h"
#include "boards/event_mirror.h"
#include "boards/state_machine.h"
#include "compute/backend.h"
#include "training/engine_source.h"

namespace atelier::boards {

struct RunnerOptions {
  std::filesystem::path directory;       // <data-dir>/boards
  std::filesystem::path program_folder;  // python/board of the installation
  std::string engine;                    // whose TensorBoard is run: "TF-2.15.1-python3.11"
  Milliseconds stop_grace{3'000};
  Milliseconds patience{180'000};     // from the start of TensorBoard until it listens
  Milliseconds look_interval{2'000};  // between two looks for events
  MirrorLimits mirror;
  std::function<bool(const std::filesystem::path&)> answers;  // Answers of board_workload.h when empty
};

// The ports it stands on; all must outlive it.
struct BoardPorts {
  BoardRepository& repository;
  EventSource& events;
  training::EngineSource& engines;
  compute::Backend& backend;
  const Clock& clock;
};

// What the reconciler remembers of a board between two steps. All of it may be lost at any time.
struct RunMemory {
  MirrorMemory mirror;
  TimePoint next_look, next_start;
};

enum class StepOutcome {
  kAgain,  // something was done, the next step can follow at once
  kLater,  // nothing to do before something changes outside: look again at the next tick
  kDone,   // nothing will be left to do until the user asks for something
};

// Not thread-safe per board (one step of a board at a time).
class BoardRunner {
 public:
  BoardRunner(BoardPorts ports, RunnerOptions options);

  // Reads the board afresh, then acts. An error is about the platform, not the board: it is logged and tried again.
  Result<StepOutcome> Step(std::int64_t board_id, RunMemory& memory);

 private:
  struct Context {
    Board board;
    BoardLayout layout;
    RunMemory& memory;
  };

  Result<StepOutcome> Wait(Context& context);
  Result<StepOutcome> Launch(Context& context);
  Result<StepOutcome> AwaitAnswer(Context& context, const compute::Observation& observation);
  Result<StepOutcome> Watch(Context& context);
  Result<StepOutcome> LookForEvents(Context& context);
  Result<StepOutcome> JudgeEnded(Context& context, const compute::Observation& observation);
  Result<StepOutcome> Finish(Context& context);
  Result<StepOutcome> Remove(Context& context);
  Result<void> Clear(Context& context);  // the files, and what is remembered of them
  // Stops and forgets the board's workloads, the present one (`all`) or only earlier ones. False while one still ends.
  Result<bool> EndWorkloads(const Board& board, bool all);
  Result<StepOutcome> GiveUp(Context& context, const std::string& reason);
  // Says why it waits, without a further step at once.
  Result<StepOutcome> Explain(Context& context, const std::string& reason);
  // TensorBoard is started anew under another workload id.
  Result<StepOutcome> Relaunch(Context& context, const std::string& reason, int failures);
  // Writes the state after `event` with further changes; kAgain also when someone else was first.
  Result<StepOutcome> Move(Context& context, Event event, BoardRun after);

  BoardPorts ports_;
  const RunnerOptions options_;
  EventMirror mirror_;
};

}  // namespace atelier::boards
