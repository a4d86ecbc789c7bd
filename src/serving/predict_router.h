// From a service id to a worker: which model version, which replica. Lives on the platform listener's loop; no locks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "serving/deployment_service.h"
#include "serving/dispatcher.h"

namespace atelier::serving {

struct PredictRouterOptions {
  std::size_t queue_limit = 256;                       // per replica
  std::chrono::milliseconds request_deadline{40'000};  // queueing and run
};

// Publish, Counts and Drained may be called from any thread; everything else on the executor only.
class PredictRouter {
 public:
  PredictRouter(boost::asio::any_io_executor executor, PredictRouterOptions options);
  ~PredictRouter();

  // Takes effect on the executor, in the order of the calls.
  void Publish(const ServiceRoute& route);
  ServiceCounts Counts(const std::string& service_id) const;
  // From any thread: whether nothing of a replica that the last published route names as leaving, or not at all, is
  // under way any more. Its requests have deadlines, so it comes to that.
  bool Drained(const std::string& replica_id) const;

  // NotFound (APIG.0101) for an unknown service; PermissionDenied when `project_id` is not the service's.
  Result<void> Admit(const std::string& service_id, const std::string& project_id) const;
  // Unavailable (ModelArts.4503) when no replica is ready; else what the dispatcher says. Counts the call.
  Task<Result<PredictReply>> Predict(const std::string& service_id, PredictRequest request);
  // Requests waiting or running, over all services: for the metrics.
  std::size_t InFlight() const;

 private:
  struct Entry;
  struct Line;
  struct Shared;
  void Apply(const ServiceRoute& route);
  std::shared_ptr<Line> MakeLine(const ServiceRoute::Replica& replica);
  void CloseLine(Line& line);
  static std::shared_ptr<Line> Choose(Entry& entry, std::size_t& target);

  boost::asio::any_io_executor executor_;
  PredictRouterOptions options_;
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> entries_;  // by service id
  std::shared_ptr<Shared> shared_;                                      // counters, read from other threads
};

}  // namespace atelier::serving
