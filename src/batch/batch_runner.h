// Carries out the batch tasks there are: a thread for each, a few at a time. What it keeps in memory may be lost at any
// time: the tasks are rows of the services, and each goes on where its row says.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/reconcile_loop.h"
#include "batch/task_runner.h"

namespace atelier::batch {

// Thread-safe.
class BatchRunner {
 public:
  BatchRunner(BatchPorts ports, std::uint64_t body_limit);
  ~BatchRunner();
  void Start();
  void Wake();  // a service may have begun to run
  void Stop();  // what is under way is left as it is; idempotent

 private:
  struct Running;
  ReconcileLoop::Outcome Pass();
  void Launch(serving::Service service);
  void Carry(serving::Service service, Running& running, const std::stop_token& stop);

  const BatchPorts ports_;
  const std::uint64_t body_limit_;
  std::map<std::string, std::unique_ptr<Running>> running_;  // by service id; of the loop's thread
  ReconcileLoop loop_;
};

}  // namespace atelier::batch
