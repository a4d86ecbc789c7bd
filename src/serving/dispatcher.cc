#include "serving/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "serving/dispatcher_state.h"

namespace atelier::serving {
namespace {

namespace asio = boost::asio;

// Requests are sent ahead of their turn as long as they are expected to begin within this: a worker that finds its next
// request at hand need not sleep and be woken, which costs more than a quick model takes.
constexpr double kAheadSeconds = 1e-3;
constexpr std::size_t kMostAhead = 64;
constexpr double kAverageOver = 8;

}  // namespace

Dispatcher::State::State(asio::any_io_executor e, const std::filesystem::path& folder, DispatcherOptions o)
    : executor(std::move(e)), options(o), timer(executor) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options.workers); ++i) {
    slots.push_back(std::make_unique<Slot>());
    slots.back()->link = std::make_shared<WorkerLink>(executor, folder, i);
  }
}

Dispatcher::Dispatcher(boost::asio::any_io_executor executor, const std::filesystem::path& run_directory,
                       DispatcherOptions options)
    : state_(std::make_shared<State>(std::move(executor), run_directory, options)) {
  for (auto& slot : state_->slots) state_->Start(*slot);
}

Dispatcher::~Dispatcher() { Close(); }

void Dispatcher::Close() {
  auto state = state_;
  state->CloseAll();
}

DispatcherStats Dispatcher::stats() const {
  DispatcherStats stats{state_->waiting.size(), 0, 0};
  for (const auto& slot : state_->slots) {
    for (const auto& one : slot->running) stats.running += one.decides() ? 1 : 0;
    if (slot->up) ++stats.connected;
  }
  return stats;
}

Task<Result<PredictReply>> Dispatcher::Predict(PredictRequest request) {
  auto state = state_;
  if (state->closed) co_return std::unexpected(Stopping());
  auto call = std::make_shared<State::Call>();
  call->request = std::make_shared<const PredictRequest>(std::move(request));
  call->arrived = std::chrono::steady_clock::now();
  call->deadline = call->arrived + state->options.request_deadline;
  ATELIER_CO_CHECK(state->Submit(call));
  bool answered = co_await call->answered.Wait();
  if (!answered) {
    std::erase(state->waiting, call);
    call->answer = std::unexpected(Error{ErrorKind::kCancelled, "nobody waits for the answer", {}, {}});
  }
  co_return *std::move(call->answer);  // NOLINT(bugprone-unchecked-optional-access): set before the waiter goes on
}

Result<void> Dispatcher::State::Submit(const CallPtr& call) {
  Slot* slot = waiting.empty() ? Pick(*call) : nullptr;
  if (slot == nullptr && waiting.size() >= options.queue_limit)
    return ResourceExhausted(
        fmt::format("Traffic over threshold: {} requests are waiting already; try again later.", waiting.size()),
        "ModelArts.4206");
  if (slot == nullptr) {
    waiting.push_back(call);
    WatchUntil(call->deadline);
    return {};
  }
  bool idle = slot->running.empty();
  Assign(*slot, call);
  // A worker that is busy is in no hurry: what else comes in this turn of the loop goes with it.
  if (idle)
    Flush(*slot);
  else
    FlushSoon();
  return {};
}

std::size_t Dispatcher::State::Depth() const {
  if (service_seconds <= 0) return 1;
  return std::clamp<std::size_t>(static_cast<std::size_t>(kAheadSeconds / service_seconds), 1, kMostAhead);
}

// An idle worker, else the one with the least to do that may be given more; nullptr: wait.
Dispatcher::State::Slot* Dispatcher::State::Pick(const Call& call) {
  Slot* best = nullptr;
  auto depth = Depth();
  auto now = std::chrono::steady_clock::now();
  for (auto& slot : slots) {
    if (!slot->up) continue;
    const auto& running = slot->running;
    if (running.empty()) return slot.get();
    if (call.alone || running.front().call->alone || running.size() >= depth) continue;
    if (now - slot->head_since >= kRecallAfter) continue;
    if (best == nullptr || running.size() < best->running.size()) best = slot.get();
  }
  return best;
}

void Dispatcher::State::Assign(Slot& slot, const CallPtr& call) {
  auto now = std::chrono::steady_clock::now();
  if (slot.running.empty()) slot.head_since = now;
  call->id = next_id++;
  ++call->sendings;
  slot.running.push_back({call->id, call});
  WatchUntil(std::min(call->deadline, slot.head_since + options.request_deadline));
  if (slot.running.size() > 1) WatchUntil(slot.head_since + kRecallAfter);
  slot.link->Queue(predictor::FrameKind::kPredict, call->id,
                   static_cast<std::uint32_t>(std::max<std::int64_t>(1, options.request_deadline.count())),
                   call->request);
}

void Dispatcher::State::Flush(Slot& slot) {
  slot.link->Flush();
  if (!slot.link->deaf() || !slot.up) return;
  // It ends: what it has read it still answers, the rest is for others.
  slot.up = false;
  std::vector<CallPtr> unsent;
  for (const auto& one : slot.running)
    if (one.decides() && !slot.link->Sent(one.id)) unsent.push_back(one.call);
  std::erase_if(slot.running, [&](const Running& one) { return !slot.link->Sent(one.id); });
  Requeue(unsent);
  FlushSoon();
}

// In a later turn of the loop: sends what has been put together, and gives what waits to who can take it.
void Dispatcher::State::FlushSoon() {
  if (std::exchange(flush_posted, true)) return;
  asio::post(executor, [self = shared_from_this()] {
    self->flush_posted = false;
    for (auto& slot : self->slots) self->Flush(*slot);
    self->Pump();
  });
}

// Gives what waits to the workers that can take it.
void Dispatcher::State::Pump() {
  std::vector<Slot*> given;
  while (!waiting.empty() && !closed) {
    Slot* slot = Pick(*waiting.front());
    if (slot == nullptr) break;
    auto call = waiting.front();
    waiting.pop_front();
    Assign(*slot, call);
    if (std::ranges::find(given, slot) == given.end()) given.push_back(slot);
  }
  for (Slot* slot : given) Flush(*slot);
}

// Takes the replies off what runs. The calls that have their answer now are in `done`; going on with them is left to
// the caller, for they may do anything.
Result<void> Dispatcher::State::Settle(Slot& slot, std::vector<predictor::Frame> frames, std::vector<CallPtr>& done) {
  auto now = std::chrono::steady_clock::now();
  std::size_t begun = 0;
  for (auto& frame : frames) {
    bool next = frame.header.kind == predictor::FrameKind::kReply && !slot.running.empty() &&
                slot.running.front().id == frame.header.id;
    if (!next) return Unavailable("an answer to another request", "ModelArts.4503");
    auto one = std::move(slot.running.front());
    slot.running.pop_front();
    if (frame.header.status == predictor::kNotBegun) continue;
    ++begun;
    if (one.call->answer) continue;
    if (one.call->id == 0) std::erase(waiting, one.call);  // recalled, but it was begun already
    one.call->answer = PredictReply{frame.header.status, std::move(frame.content_type), std::move(frame.body),
                                    std::move(frame.warning)};
    done.push_back(std::move(one.call));
  }
  if (begun > 0) {
    double each = std::chrono::duration<double>(now - slot.head_since).count() / static_cast<double>(begun);
    service_seconds += service_seconds == 0 ? each : (each - service_seconds) / kAverageOver;
  }
  slot.head_since = now;
  return {};
}

// Back to the head of the queue, in their order.
void Dispatcher::State::Requeue(const std::vector<CallPtr>& calls) {
  for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
    (*call)->id = 0;
    waiting.push_front(*call);
    WatchUntil((*call)->deadline);
  }
}

void Dispatcher::State::Finish(const CallPtr& call, Result<PredictReply> answer) {
  if (call->answer) return;
  call->answer = std::move(answer);
  call->answered.Set();
}

void Dispatcher::State::CloseAll() {
  if (std::exchange(closed, true)) return;
  timer.cancel();
  std::vector<CallPtr> all(waiting.begin(), waiting.end());
  waiting.clear();
  for (auto& slot : slots) {
    slot->up = false;
    slot->link->Close();
    for (const auto& one : slot->running) all.push_back(one.call);
    slot->running.clear();
  }
  for (const auto& call : all) Finish(call, std::unexpected(Stopping()));
}

}  // namespace atelier::serving
