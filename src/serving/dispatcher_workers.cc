// The life of the connections to the workers: connecting, losing, recalling, killing.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "base/log.h"
#include "serving/dispatcher_state.h"

namespace atelier::serving {
namespace {

namespace asio = boost::asio;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kFirstBackoff{10};
constexpr std::chrono::milliseconds kMaxBackoff{500};
// A request that began a moment after it had come runs out of both times at once.
constexpr std::chrono::milliseconds kSlack{5};
constexpr std::chrono::seconds kKillAgain{1};

void LogEnd(const std::exception_ptr& problem) {
  if (!problem) return;
  try {
    std::rethrow_exception(problem);
  } catch (const std::exception& error) {
    LogError("dispatcher: a coroutine ended", {{"error", error.what()}});
  }
}

Error Late(std::string message) { return {ErrorKind::kDeadlineExceeded, std::move(message), "ModelArts.4503", {}}; }

}  // namespace

void Dispatcher::State::Start(Slot& slot) {
  auto self = shared_from_this();
  auto serve = [self, &slot]() -> Task<void> { co_await self->Serve(slot); };
  asio::co_spawn(executor, std::move(serve), LogEnd);
}

Task<void> Dispatcher::State::Serve(Slot& slot) {
  auto wait = kFirstBackoff;
  asio::steady_timer pause(executor);
  while (!closed) {
    auto connected = co_await slot.link->Connect();
    if (closed) break;
    if (connected) {
      wait = kFirstBackoff;
      slot.up = true;
      Pump();
      auto error = co_await ReceiveUntilLost(slot);
      co_await Lost(slot, std::move(error));
      continue;
    }
    pause.expires_after(wait);
    co_await pause.async_wait(kAwait);
    wait = std::min(kMaxBackoff, wait * 2);
  }
  slot.link->Close();
}

Task<Error> Dispatcher::State::ReceiveUntilLost(Slot& slot) {
  for (;;) {
    auto frames = co_await slot.link->Receive();
    if (!frames) co_return std::move(frames).error();
    std::vector<CallPtr> done;
    auto settled = Settle(slot, *std::move(frames), done);
    Pump();  // before the answers: the workers shall not wait for them
    for (const auto& call : done) call->answered.Set();
    if (!settled) co_return std::move(settled).error();
  }
}

// The worker is gone with what it had: the request at fault is told why, the others go elsewhere.
Task<void> Dispatcher::State::Lost(Slot& slot, Error error) {
  slot.up = slot.killing = false;
  auto running = std::exchange(slot.running, {});
  bool batches = slot.link->manner() == predictor::Manner::kBatches;
  CallPtr at_fault;
  std::vector<CallPtr> again;
  for (std::size_t i = 0; i < running.size(); ++i) {
    if (!running[i].decides()) continue;
    const auto& call = running[i].call;
    bool sent = slot.link->Sent(running[i].id);
    // One by one the oldest is the one that ran. Of a batch any may be: each is tried once more, alone.
    bool sure = sent && i == 0 && (!batches || running.size() == 1);
    if (sure || call->sendings > slots.size() + 2)
      at_fault = call;
    else
      again.push_back(call);
    call->alone = call->alone || (batches && sent);
  }
  slot.link->Close();
  if (closed) co_return;
  Requeue(again);
  Pump();
  if (!at_fault) co_return;
  auto why = co_await slot.link->AskZygote("exit");
  Finish(at_fault,
         std::unexpected(Error{ErrorKind::kUnavailable,
                               "The worker died while it answered this request: " + (why ? *why : error.message) + ".",
                               "ModelArts.4302",
                               {}}));
}

// One timer for all: it is set anew only for something earlier than it was set for.
void Dispatcher::State::WatchUntil(SteadyTime when) {
  if (closed || when >= timer_at) return;
  timer_at = when;
  timer.expires_at(when);
  timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    if (error) return;
    if (auto self = weak.lock(); self && !self->closed) self->Sweep();
  });
}

SteadyTime Dispatcher::State::NextEvent(SteadyTime now) const {
  auto next = SteadyTime::max();
  for (const auto& call : waiting) next = std::min(next, call->deadline);
  for (const auto& slot : slots) {
    const auto& running = slot->running;
    if (running.empty()) continue;
    for (const auto& one : running)
      if (one.decides()) next = std::min(next, one.call->deadline);
    next = std::min(next, std::max(slot->head_since + options.request_deadline, now + kKillAgain));
    bool behind = std::any_of(running.begin() + 1, running.end(), [](const Running& one) { return one.decides(); });
    if (behind && slot->link->manner() == predictor::Manner::kOneByOne)
      next = std::min(next, std::max(now + kSlack, slot->head_since + kRecallAfter));
  }
  return next;
}

void Dispatcher::State::Sweep() {
  timer_at = SteadyTime::max();
  auto now = std::chrono::steady_clock::now();
  std::vector<CallPtr> late;
  std::erase_if(waiting, [&](const CallPtr& call) {
    if (call->deadline > now) return false;
    call->answer = std::unexpected(Late(fmt::format("No worker was free within {} s.", Seconds())));
    late.push_back(call);
    return true;
  });
  for (auto& slot : slots) SweepSlot(*slot, now, late);
  Pump();
  WatchUntil(NextEvent(now));
  for (const auto& call : late) call->answered.Set();
}

void Dispatcher::State::SweepSlot(Slot& slot, SteadyTime now, std::vector<CallPtr>& late) {
  auto& running = slot.running;
  if (running.empty()) return;
  bool overrun = now + kSlack >= slot.head_since + options.request_deadline;
  for (std::size_t i = 0; i < running.size(); ++i) {
    const auto& call = running[i].call;
    if (!running[i].decides() || call->deadline > now || (i == 0 && overrun)) continue;
    double queued = std::chrono::duration<double>(slot.head_since - call->arrived).count();
    call->answer = std::unexpected(
        Late(i == 0 ? fmt::format("The model did not answer within {} s, of which the request waited {:.1f} s for a "
                                  "free worker.",
                                  Seconds(), queued)
                    : fmt::format("No worker was free within {} s.", Seconds())));
    late.push_back(call);
  }
  if (overrun && !slot.killing) Kill(slot);
  if (now - slot.head_since >= kRecallAfter && slot.link->manner() == predictor::Manner::kOneByOne) Recall(slot);
}

// Takes back what was sent behind a request that takes long. The worker may begin one of them at this very moment: its
// answer then counts, and the other one's is not waited for.
void Dispatcher::State::Recall(Slot& slot) {
  std::vector<CallPtr> back;
  for (std::size_t i = 1; i < slot.running.size(); ++i) {
    auto& one = slot.running[i];
    if (one.recalled || !one.decides()) continue;
    one.recalled = true;
    slot.link->Queue(predictor::FrameKind::kRecall, one.id, 0, nullptr);
    back.push_back(one.call);
  }
  if (back.empty()) return;
  Requeue(back);
  Flush(slot);
}

// User code cannot be interrupted otherwise.
void Dispatcher::State::Kill(Slot& slot) {
  slot.killing = true;
  auto call = slot.running.front().call;
  auto self = shared_from_this();
  auto kill = [self, &slot, call]() -> Task<void> {
    auto killed = co_await slot.link->AskZygote("kill");
    if (!killed) {
      LogWarning("dispatcher: a hanging worker could not be killed", {{"error", killed.error().message}});
      slot.killing = false;
    }
    self->Finish(call, std::unexpected(Late(fmt::format(
                           "The model did not answer within {} s; its worker was restarted.", self->Seconds()))));
  };
  asio::co_spawn(executor, std::move(kill), LogEnd);
}

}  // namespace atelier::serving
