#include "serving/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <vector>

#include "base/log.h"
#include "serving/worker_link.h"

namespace atelier::serving {
namespace {

namespace asio = boost::asio;
using SteadyTime = std::chrono::steady_clock::time_point;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kFirstBackoff{10};
constexpr std::chrono::milliseconds kMaxBackoff{500};

}  // namespace

// Everything runs on one executor. Coroutines hold a shared_ptr, so that a closed dispatcher lives until the last of
// them has ended.
struct Dispatcher::State : std::enable_shared_from_this<Dispatcher::State> {
  struct Slot {
    explicit Slot(WorkerLink l) : link(std::move(l)) {}
    WorkerLink link;
    enum class Phase { kDown, kIdle, kBusy } phase = Phase::kDown;
  };
  // A request that waits for a slot: its timer is cancelled when it gets one.
  struct Waiter {
    explicit Waiter(asio::any_io_executor executor) : timer(std::move(executor)) {}
    asio::steady_timer timer;
    Slot* slot = nullptr;
  };

  State(asio::any_io_executor e, std::filesystem::path folder, DispatcherOptions o)
      : executor(std::move(e)), run_directory(std::move(folder)), options(o) {}

  asio::any_io_executor executor;
  std::filesystem::path run_directory;
  DispatcherOptions options;
  std::vector<std::unique_ptr<Slot>> slots;
  std::deque<std::shared_ptr<Waiter>> waiting;
  std::uint64_t next_id = 1;
  bool closed = false;

  void StartConnecting(Slot& slot);
  Task<void> KeepConnecting(Slot& slot);
  void Release(Slot& slot);
  Task<Result<Slot*>> Acquire(SteadyTime deadline);
  Task<Result<PredictReply>> Run(const PredictRequest& request, SteadyTime deadline, bool& retry);
  Task<Error> Explain(Slot& slot, const WorkerLink::Outcome& outcome);
  std::unexpected<Error> TooLate() const {
    return MakeError(ErrorKind::kDeadlineExceeded, fmt::format("No worker was free within {} s.", Seconds()),
                     "ModelArts.4503");
  }
  double Seconds() const { return std::chrono::duration<double>(options.request_deadline).count(); }
};

Dispatcher::Dispatcher(asio::any_io_executor executor, std::filesystem::path run_directory, DispatcherOptions options)
    : state_(std::make_shared<State>(std::move(executor), std::move(run_directory), options)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options.workers); ++i) {
    state_->slots.push_back(std::make_unique<State::Slot>(WorkerLink(state_->executor, state_->run_directory, i)));
    state_->StartConnecting(*state_->slots.back());
  }
}

Dispatcher::~Dispatcher() { Close(); }

void Dispatcher::Close() {
  state_->closed = true;
  for (auto& slot : state_->slots) slot->link.Close();
  for (auto& waiter : state_->waiting) waiter->timer.cancel();
}

DispatcherStats Dispatcher::stats() const {
  DispatcherStats stats{state_->waiting.size(), 0, 0};
  for (const auto& slot : state_->slots) {
    // Busy from the moment it is given away: the request that gets it may not have gone on yet.
    if (slot->phase == State::Slot::Phase::kBusy) ++stats.running;
    if (slot->phase != State::Slot::Phase::kDown) ++stats.connected;
  }
  return stats;
}

void Dispatcher::State::StartConnecting(Slot& slot) {
  slot.phase = Slot::Phase::kDown;
  auto self = shared_from_this();
  auto keep = [self, &slot]() -> Task<void> { co_await self->KeepConnecting(slot); };
  asio::co_spawn(executor, std::move(keep), [](const std::exception_ptr& problem) {
    if (!problem) return;
    try {
      std::rethrow_exception(problem);
    } catch (const std::exception& error) {
      LogError("dispatcher: connecting ended", {{"error", error.what()}});
    }
  });
}

Task<void> Dispatcher::State::KeepConnecting(Slot& slot) {
  auto wait = kFirstBackoff;
  asio::steady_timer timer(executor);
  while (!closed) {
    auto connected = co_await slot.link.Connect();
    if (closed) co_return;
    if (connected) {
      Release(slot);
      co_return;
    }
    timer.expires_after(wait);
    auto [error] = co_await timer.async_wait(kAwait);
    if (error) co_return;
    wait = std::min(kMaxBackoff, wait * 2);
  }
}

// Hands the slot to the request that has waited longest, or leaves it idle.
void Dispatcher::State::Release(Slot& slot) {
  slot.phase = Slot::Phase::kIdle;
  if (waiting.empty()) return;
  auto waiter = waiting.front();
  waiting.pop_front();
  waiter->slot = &slot;
  slot.phase = Slot::Phase::kBusy;
  waiter->timer.cancel();
}

Task<Result<Dispatcher::State::Slot*>> Dispatcher::State::Acquire(SteadyTime deadline) {
  if (closed) co_return Unavailable("The service is being stopped.", "ModelArts.4503");
  for (auto& slot : slots)
    if (slot->phase == Slot::Phase::kIdle) {
      slot->phase = Slot::Phase::kBusy;
      co_return slot.get();
    }
  if (waiting.size() >= options.queue_limit)
    co_return ResourceExhausted(
        fmt::format("Traffic over threshold: {} requests are waiting already; try again later.", waiting.size()),
        "ModelArts.4206");
  auto waiter = std::make_shared<Waiter>(executor);
  waiter->timer.expires_at(deadline);
  waiting.push_back(waiter);
  co_await waiter->timer.async_wait(kAwait);  // the outcome is in the waiter
  if (waiter->slot != nullptr) co_return waiter->slot;
  std::erase(waiting, waiter);
  if (closed) co_return Unavailable("The service is being stopped.", "ModelArts.4503");
  co_return TooLate();
}

Task<Error> Dispatcher::State::Explain(Slot& slot, const WorkerLink::Outcome& outcome) {
  if (outcome.timed_out) {
    auto killed = co_await slot.link.AskZygote("kill");
    if (!killed) LogWarning("dispatcher: a hanging worker could not be killed", {{"error", killed.error().message}});
    co_return Error{ErrorKind::kDeadlineExceeded,
                    fmt::format("The model did not answer within {} s; its worker was restarted.", Seconds()),
                    "ModelArts.4503",
                    {}};
  }
  if (closed) co_return Error{ErrorKind::kUnavailable, "The service is being stopped.", "ModelArts.4503", {}};
  auto why = co_await slot.link.AskZygote("exit");
  co_return Error{
      ErrorKind::kUnavailable,
      "The worker died while it answered this request: " + (why ? *why : outcome.reply.error().message) + ".",
      "ModelArts.4302",
      {}};
}

Task<Result<PredictReply>> Dispatcher::State::Run(const PredictRequest& request, SteadyTime deadline, bool& retry) {
  auto slot = co_await Acquire(deadline);
  if (!slot) co_return std::unexpected(std::move(slot).error());
  if (std::chrono::steady_clock::now() >= deadline) {  // too late to begin: no worker shall be killed for it
    Release(**slot);
    co_return TooLate();
  }
  auto outcome = co_await (*slot)->link.Exchange(request, next_id++, deadline);
  if (!outcome.broken) {
    Release(**slot);
    co_return std::move(outcome.reply);
  }
  retry = outcome.never_read && !outcome.timed_out && !closed;
  Error error = retry ? outcome.reply.error() : co_await Explain(**slot, outcome);
  if (!closed) StartConnecting(**slot);
  co_return std::unexpected(std::move(error));
}

Task<Result<PredictReply>> Dispatcher::Predict(PredictRequest request) {
  auto state = state_;
  auto deadline = std::chrono::steady_clock::now() + state->options.request_deadline;
  bool retry = false;
  auto reply = co_await state->Run(request, deadline, retry);
  // Every idle connection may have gone stale while nobody asked.
  for (std::size_t i = 0; retry && i < state->slots.size(); ++i) {
    retry = false;
    reply = co_await state->Run(request, deadline, retry);
  }
  co_return reply;
}

}  // namespace atelier::serving
