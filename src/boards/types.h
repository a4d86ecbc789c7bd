// A board: TensorBoard over the events of one folder of the object store. The cloud calls it a visualization job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "training/types.h"

namespace atelier::boards {

// The numbers are shared with training jobs; a board is only ever in one of those that Next() knows (state_machine.h).
using training::Status;

// What a board shows and with what. Set at creation and never changed.
struct BoardSpec {
  std::string train_url;  // as the user wrote it
  std::string flavor;     // "modelarts.vm.cpu.2u"
  int cores = 0;
  std::uint64_t memory_bytes = 0;
  int stop_after_hours = 0;  // of running; 0: never
  bool operator==(const BoardSpec&) const = default;
};

// The changing part.
struct BoardRun {
  Status status = Status::kInit;
  std::string reason;       // why it waits, or why it ended as it did; one line for people
  std::string ticket;       // who has it may look at the board: part of its URL. A restart makes a new one
  int launch = 0;           // counts the starts of TensorBoard; names the workload
  int failures = 0;         // ends of TensorBoard in a row, each soon after its start
  bool time_is_up = false;  // it is being stopped because it ran as long as it was to run
  std::optional<TimePoint> started = {}, ended = {};
  bool deleting = false;  // hidden; the row goes once nothing of it is left
  bool operator==(const BoardRun&) const = default;
};

struct Board {
  std::int64_t id = 0;  // never used twice
  std::string project_id;
  std::string name;
  std::string description;
  TimePoint created;
  BoardSpec spec;
  BoardRun run;

  // "board-12-3": the same whenever it is asked, so that a start can be repeated.
  std::string workload_id() const;
  // "board-12-": every workload that this board ever had begins so.
  std::string workload_prefix() const;
  bool operator==(const Board&) const = default;
};

// Every board's workloads begin so.
inline constexpr const char* kWorkloads = "board-";

// From the start to the end, or to now; 0 before the start.
Milliseconds DurationOf(const BoardRun& run, TimePoint now);

// Where a board lies below the platform's address: "/boards/12".
std::string PagePath(std::int64_t board_id);

}  // namespace atelier::boards
