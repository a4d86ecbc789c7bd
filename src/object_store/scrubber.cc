#include "object_store/scrubber.h"

#include <algorithm>

#include "base/log.h"
#include "object_store/verification.h"

namespace atelier::object_store {
namespace {

constexpr auto kRetry = std::chrono::minutes(1);
// The clock may be set back: the wait for the next pass is looked at again now and then.
constexpr auto kLongestWait = std::chrono::hours(1);

}  // namespace

std::chrono::nanoseconds ScrubWait(std::uint64_t bytes_read, std::chrono::nanoseconds elapsed,
                                   std::uint64_t bytes_per_second) {
  std::chrono::duration<double> due(static_cast<double>(bytes_read) / static_cast<double>(bytes_per_second));
  return std::max(std::chrono::nanoseconds(0), std::chrono::duration_cast<std::chrono::nanoseconds>(due) - elapsed);
}

void Scrubber::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Scrubber::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Scrubber::WaitFor(std::chrono::nanoseconds time) {
  std::unique_lock lock(mutex_);
  return !stop_.wait_for(lock, time, [&] { return stopping_; });
}

Result<TimePoint> Scrubber::NextPass() {
  ATELIER_TRY(ScrubProgress progress, record_.Scrub());
  if (progress.started || !progress.last_ended) return clock_.Now();
  return *progress.last_ended + options_.interval;
}

void Scrubber::Run() {
  std::chrono::nanoseconds wait(0);
  while (WaitFor(wait)) {
    auto next = NextPass();
    if (next && *next > clock_.Now()) {
      wait = std::min<std::chrono::nanoseconds>(kLongestWait, *next - clock_.Now());
      continue;
    }
    auto passed = next ? RunPass() : std::unexpected(next.error());
    if (!passed) LogWarning("the scrubber could not go on; it tries again", {{"error", passed.error().message}});
    wait = passed ? std::chrono::nanoseconds(0) : std::chrono::nanoseconds(kRetry);
  }
}

Result<ScrubProgress> Scrubber::BeginPass() {
  ATELIER_TRY(ScrubProgress progress, record_.Scrub());
  if (progress.started) return progress;
  progress = {BlobId(), clock_.Now(), 0, 0, progress.last_ended};
  ATELIER_CHECK(record_.SaveScrub(progress));
  return progress;
}

Result<bool> Scrubber::RunPass() {
  ATELIER_TRY(ScrubProgress progress, BeginPass());
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t read = 0, saved = 0;
  auto pace = [&](std::uint64_t bytes) {
    auto wait = ScrubWait(read, std::chrono::steady_clock::now() - began, options_.bytes_per_second);
    read += bytes;
    return WaitFor(wait);
  };
  auto verify = [&](const BlobRef& blob) -> Result<bool> {
    auto verdict = health_.Verify(blob, pace);
    if (!verdict && verdict.error().kind == ErrorKind::kCancelled) return false;
    ATELIER_CHECK(verdict);
    progress.position = blob.id;
    ++progress.blobs;
    progress.bytes += blob.size;
    if (read - saved < kSaveStep) return true;
    saved = read;
    ATELIER_CHECK(record_.SaveScrub(progress));
    return true;
  };
  auto whole = VisitBlobs(index_, progress.position, verify);
  if (!whole || !*whole) {
    ATELIER_CHECK(record_.SaveScrub(progress));
    return whole;
  }
  LogInfo("scrubbed the object store",
          {{"blobs", progress.blobs}, {"bytes", progress.bytes}, {"damaged", health_.damaged_blobs()}});
  ATELIER_CHECK(record_.SaveScrub({BlobId(), std::nullopt, 0, 0, clock_.Now()}));
  return true;
}

}  // namespace atelier::object_store
