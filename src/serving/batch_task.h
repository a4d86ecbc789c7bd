// A batch service (modelarts-api section 4.2, infer_type batch): what it is to predict and how far it has come, as data
// and pure functions. Who carries it out is the room `batch`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace atelier::serving {

struct BatchSpec {
  std::string src_path, dest_path;    // folders of the object store
  std::string req_uri = "/";          // which of the model's apis
  std::string mapping_type = "file";  // file: an object is a request; csv: a row is one
  std::string mapping_rule;           // JSON text; for csv: the input with an `index` for each column
};

enum class BatchOutcome { kNone, kFinished, kFailed };
std::string_view ToString(BatchOutcome outcome);
std::optional<BatchOutcome> ParseBatchOutcome(std::string_view text);

// Stored when all that it counts has been written, so that a killed server goes on from here.
struct BatchProgress {
  std::string after;                             // keys up to this one are done
  std::uint64_t objects_total = 0, objects = 0;  // found when the task began; done
  bool counted = false;
  std::uint64_t requests = 0, failures = 0;
};

struct BatchTask {
  BatchSpec spec;
  int run = 1;  // counts the starts
  TimePoint started;
  std::optional<TimePoint> finished;  // by its own end
  BatchOutcome outcome = BatchOutcome::kNone;
  BatchProgress progress;
};

// The task again, from its beginning.
void StartAgain(BatchTask& task, TimePoint now);
// 0 to 100; 100 only for a task that has finished.
int PercentOf(const BatchTask& task);
// "<service id>/<run>": what a result says that it belongs to.
std::string TaskMark(const std::string& service_id, const BatchTask& task);

}  // namespace atelier::serving
