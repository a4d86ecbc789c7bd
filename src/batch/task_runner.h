// One batch task from where it is to its end: pages of objects, each a request, each answer an object.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "batch/mapping.h"
#include "batch/places.h"
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
  Result<void> Prepare();
  Result<void> Count();
  Result<void> Save();
  Result<void> RunWindow(WorkerPool& pool, const std::vector<object_store::ObjectRecord>& window);
  Result<bool> One(const object_store::ObjectRecord& object);  // whether it failed
  Result<std::optional<bool>> Written(const std::string& result_key);
  Result<Answer> AnswerTo(const object_store::ObjectRecord& object);
  Result<Answer> Ask(const serving::PredictRequest& request);
  Result<void> Write(const std::string& result_key, const Answer& answer);
  Result<void> Pause(std::chrono::milliseconds time);
  object_store::Caller Caller() const { return {.project_id = service_.project_id}; }

  const BatchPorts& ports_;
  serving::Service service_;
  serving::BatchTask& task_;
  const std::uint64_t body_limit_;
  const std::stop_token stop_;
  Place source_, target_;
  RequestForm form_;
};

}  // namespace atelier::batch
