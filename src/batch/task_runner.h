// One batch task from where it is to its end: pages of objects, each a request, each answer an object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "batch/mapping.h"
#include "batch/places.h"
#include "batch/row_rule.h"
#include "registry/model_service.h"
#include "serving/deployment_service.h"
#include "serving/dispatcher.h"

namespace atelier {
class WorkerPool;
}

namespace atelier::batch {

using Predict = std::function<Result<serving::PredictReply>(const std::string& service_id, serving::PredictRequest,
                                                            const std::stop_token&)>;

struct BatchPorts {
  serving::DeploymentService& services;
  registry::ModelService& models;
  object_store::ObjectService& objects;
  Predict predict;
  std::function<std::size_t(const std::string& specification)> workers;  // of one replica
};

// On one thread, with a pool of its own. Objects are taken in windows: a window's answers are all durable before the
// progress is, so after a kill only one window is looked at again, and what it has written is found by its mark.
class TaskRunner {
 public:
  TaskRunner(const BatchPorts& ports, serving::Service service, std::uint64_t body_limit, std::stop_token stop);

  // Cancelled when the task is not wanted any more or the server stops: it is left as it is. Every other error is the
  // task's own: its source, its target or its model cannot be used.
  Result<void> Run();

 private:
  struct Answer {
    std::string content_type, body;
    bool failed = false;
  };
  struct Tally {
    std::uint64_t requests = 0, failures = 0;
  };
  static void InParallel(WorkerPool& pool, std::size_t count, const std::function<void(std::size_t)>& work);
  static std::string ErrorBody(std::string_view code, std::string_view message);
  static Result<std::string> ReadExtents(const object_store::OpenObject& object, std::uint64_t offset,
                                         std::uint64_t count);
  Result<void> Prepare();
  Result<void> Count();
  Result<void> Save();
  Result<void> RunWindow(WorkerPool& pool, const std::vector<object_store::ObjectRecord>& window);
  Result<void> RunObjects(WorkerPool& pool, const std::vector<object_store::ObjectRecord>& window);
  Result<bool> One(const object_store::ObjectRecord& object);  // whether it failed
  Result<std::optional<bool>> Written(const std::string& result_key);
  // Inner error: this object cannot be asked about, and that is the answer. Outer: the task cannot go on.
  Result<Result<std::string>> ReadObject(const object_store::ObjectRecord& object, std::uint64_t limit);
  Result<Answer> AnswerTo(const object_store::ObjectRecord& object);
  Result<Answer> Ask(const serving::PredictRequest& request);
  Result<std::unique_ptr<object_store::ObjectWriter>> OpenResult(const std::string& result_key,
                                                                 const std::string& content_type, bool failed);
  Result<void> Write(const std::string& result_key, const Answer& answer);
  // task_rows.cc: the csv mapping.
  Result<void> RunCsv(WorkerPool& pool, const object_store::ObjectRecord& object);
  Result<Tally> AnswerRows(WorkerPool& pool, const object_store::ObjectRecord& object, const std::string& result_key);
  Result<Answer> AnswerToRow(const Row& row);
  Result<Tally> CountLines(const std::string& result_key);
  Result<void> Pause(std::chrono::milliseconds time);
  object_store::Caller Caller() const { return {.project_id = service_.project_id}; }

  const BatchPorts& ports_;
  serving::Service service_;
  serving::BatchTask& task_;
  const std::uint64_t body_limit_;
  const std::stop_token stop_;
  Place source_, target_;
  RequestForm form_;
  std::optional<RowRule> rule_;  // for csv
};

}  // namespace atelier::batch
