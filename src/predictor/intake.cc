#include "predictor/intake.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace atelier::predictor {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::microseconds kSpin{150};
constexpr std::chrono::milliseconds kBrisk{1};
// The dispatcher recalls what waits behind a request that takes long: after one there may be something to read.
constexpr std::chrono::milliseconds kLook{5};

}  // namespace

void Intake::Accept(Frame frame) {
  if (frame.header.kind == FrameKind::kPredict) {
    pending_.push_back({std::move(frame), false});
    return;
  }
  if (frame.header.kind == FrameKind::kRecall) {
    auto found = std::ranges::find(pending_, frame.header.id, [](const Request& one) { return one.frame.header.id; });
    if (found != pending_.end()) found->recalled = true;
    return;
  }
  ended_ = true;  // no dispatcher of this protocol
}

Intake::Outcome Intake::Receive() {
  try {
    auto room = buffer_.Room();
    ssize_t got = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Outcome::kNothingNow;
    if (got <= 0) return Outcome::kEnd;
    buffer_.Added(static_cast<std::size_t>(got));
    looked_ = Clock::now();
    for (;;) {
      auto frame = buffer_.Take();
      if (!frame) return Outcome::kEnd;
      auto& whole = *frame;
      if (!whole) return Outcome::kSome;
      Accept(*std::move(whole));
    }
  } catch (const std::bad_alloc&) {
    // The frame is half read: only closing the connection is left.
    fmt::print(stderr, "a request is larger than the memory that is left\n");
    return Outcome::kEnd;
  }
}

void Intake::ShutOnStop() {
  if (shut_ || !stop_.Asked()) return;
  shut_ = true;
  ::shutdown(fd_, SHUT_RD);
}

void Intake::ReceiveOrSleep() {
  BriefSpin spin(brisk_ ? kSpin : std::chrono::microseconds(0));
  auto begun = Clock::now();
  for (;;) {
    ShutOnStop();
    auto outcome = Receive();
    if (outcome != Outcome::kNothingNow) {
      ended_ = ended_ || outcome == Outcome::kEnd;
      brisk_ = Clock::now() - begun < kBrisk;
      return;
    }
    if (!spin.Again()) (void)stop_.WaitReadable(fd_);  // which of both it was is seen above
  }
}

bool Intake::Wait(bool look) {
  ShutOnStop();
  if (!pending_.empty() && !ended_ && (look || Clock::now() - looked_ > kLook))
    if (Receive() == Outcome::kEnd) ended_ = true;
  while (pending_.empty()) {
    if (ended_) return false;
    ReceiveOrSleep();
  }
  return true;
}

std::vector<Intake::Request> Intake::Take(std::size_t count) {
  std::vector<Request> taken;
  std::size_t bytes = 0;
  while (!pending_.empty() && taken.size() < count) {
    bytes += pending_.front().frame.body.size();
    if (!taken.empty() && bytes > kTogether) break;
    taken.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  return taken;
}

}  // namespace atelier::predictor
