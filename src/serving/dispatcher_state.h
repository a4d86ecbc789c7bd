// What a dispatcher is made of. See dispatcher.h for what it promises.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/one_shot.h"
#include "serving/dispatcher.h"
#include "serving/worker_link.h"

namespace atelier::serving {

using SteadyTime = std::chrono::steady_clock::time_point;

// Everything runs on one executor. Coroutines hold a shared_ptr, so that a closed dispatcher lives until the last of
// them has ended.
struct Dispatcher::State : std::enable_shared_from_this<Dispatcher::State> {
  // A request from its arrival to its answer. It waits, or is with a worker.
  struct Call {
    std::shared_ptr<const PredictRequest> request;
    SteadyTime arrived, deadline;
    std::uint64_t id = 0;      // of the frame that it was last sent in; 0: it waits
    std::size_t sendings = 0;  // how often it was sent
    bool alone = false;        // a worker died with this request among several: it may be the one at fault
    std::optional<Result<PredictReply>> answer;
    OneShot answered;
  };
  using CallPtr = std::shared_ptr<Call>;
  // A frame that a worker has not replied to. The call may have been answered otherwise, or been sent elsewhere.
  struct Running {
    std::uint64_t id = 0;
    CallPtr call;
    bool recalled = false;
    // Whether the call depends on this frame.
    bool decides() const { return !call->answer && call->id == id; }
  };
  struct Slot {
    std::shared_ptr<WorkerLink> link;
    bool up = false;       // takes requests
    bool killing = false;  // the zygote is being asked to end it
    std::deque<Running> running;
    SteadyTime head_since;  // since when running.front() has had the worker to itself
  };

  State(boost::asio::any_io_executor e, const std::filesystem::path& folder, DispatcherOptions o);

  // dispatcher.cc: requests in, answers out.
  Result<void> Submit(const CallPtr& call);
  Slot* Pick(const Call& call);
  void Assign(Slot& slot, const CallPtr& call);
  void Pump();
  void Flush(Slot& slot);
  void FlushSoon();
  Result<void> Settle(Slot& slot, std::vector<predictor::Frame> frames, std::vector<CallPtr>& done);
  void Requeue(const std::vector<CallPtr>& calls);
  void Finish(const CallPtr& call, Result<PredictReply> answer);
  void CloseAll();
  std::size_t Depth() const;
  // dispatcher_workers.cc: the life of a connection, and of its worker.
  void Start(Slot& slot);
  Task<void> Serve(Slot& slot);
  Task<Error> ReceiveUntilLost(Slot& slot);
  Task<void> Lost(Slot& slot, Error error);
  void WatchUntil(SteadyTime when);
  void Sweep();
  void SweepSlot(Slot& slot, SteadyTime now, std::vector<CallPtr>& late);
  SteadyTime NextEvent(SteadyTime now) const;
  void Recall(Slot& slot);
  void Kill(Slot& slot);
  double Seconds() const { return std::chrono::duration<double>(options.request_deadline).count(); }

  boost::asio::any_io_executor executor;
  DispatcherOptions options;
  std::vector<std::unique_ptr<Slot>> slots;
  std::deque<CallPtr> waiting;
  boost::asio::steady_timer timer;
  SteadyTime timer_at = SteadyTime::max();
  std::uint64_t next_id = 1;
  double service_seconds = 0;  // per request, a moving average; 0: not known yet
  bool flush_posted = false;
  bool closed = false;
};

// How long a request may run before those that were sent behind it are given to others.
constexpr std::chrono::milliseconds kRecallAfter{20};

inline Error Stopping() { return {ErrorKind::kUnavailable, "The service is being stopped.", "ModelArts.4503", {}}; }

}  // namespace atelier::serving
