#include "audit/audit_log.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"

namespace atelier::audit {
namespace {

constexpr std::size_t kBatch = 512;
constexpr std::size_t kTrimBatch = 1000;

}  // namespace

AuditLog::AuditLog(AuditRepository& repository, const Clock& clock, AuditLimits limits)
    : repository_(repository), clock_(clock), limits_(limits), thread_([this] { Run(); }) {}

AuditLog::~AuditLog() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  thread_.join();
}

Result<void> AuditLog::Record(Entry entry) {
  entry.time = clock_.Now();
  Waiter mine;
  std::unique_lock lock(mutex_);
  waiting_.push_back({std::move(entry), &mine});
  ready_.notify_one();
  written_.wait(lock, [&] { return mine.done; });
  return std::move(mine.result);
}

void AuditLog::Note(Entry entry) {
  entry.time = clock_.Now();
  std::lock_guard lock(mutex_);
  if (notes_ >= limits_.waiting) {
    ++dropped_;
    return;
  }
  ++notes_;
  waiting_.push_back({std::move(entry), nullptr});
  ready_.notify_one();
}

std::uint64_t AuditLog::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

void AuditLog::Run() {
  std::size_t written = limits_.trim_after;  // so that the first look is at once
  std::unique_lock lock(mutex_);
  while (true) {
    if (written >= limits_.trim_after) {
      written = 0;
      lock.unlock();
      Trim();
      lock.lock();
    }
    bool woken = ready_.wait_for(lock, limits_.trim, [this] { return stopping_ || !waiting_.empty(); });
    if (!woken) written = limits_.trim_after;
    if (waiting_.empty() && stopping_) return;
    if (waiting_.empty()) continue;
    auto batch = TakeBatch(lock);
    written += batch.size();
    Write(batch, lock);
  }
}

// Somebody who waits for a change is written at once, with all that came before; notes alone gather for a moment.
std::deque<AuditLog::Item> AuditLog::TakeBatch(std::unique_lock<std::mutex>& lock) {
  ready_.wait_for(lock, limits_.gather, [this] { return stopping_ || notes_ < waiting_.size() || notes_ >= kBatch; });
  std::deque<Item> batch;
  auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kBatch));
  std::move(waiting_.begin(), waiting_.begin() + count, std::back_inserter(batch));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  notes_ -= static_cast<std::size_t>(std::ranges::count(batch, nullptr, &Item::waiter));
  return batch;
}

void AuditLog::Write(std::deque<Item>& batch, std::unique_lock<std::mutex>& lock) {
  std::vector<Entry> entries;
  for (auto& item : batch) entries.push_back(std::move(item.entry));
  lock.unlock();
  auto result = repository_.Append(entries);
  if (!result) LogError("the audit log could not be written", {{"error", result.error().message}});
  lock.lock();
  for (auto& item : batch) {
    if (item.waiter == nullptr) {
      if (!result) ++dropped_;
      continue;
    }
    item.waiter->result = result;
    item.waiter->done = true;
  }
  written_.notify_all();
}

void AuditLog::Trim() {
  const auto before = clock_.Now() - limits_.retention;
  while (true) {
    auto removed = repository_.Trim(before, limits_.rows, kTrimBatch);
    if (!removed) LogError("the audit log could not be trimmed", {{"error", removed.error().message}});
    if (!removed || *removed == 0) return;
    std::lock_guard lock(mutex_);
    if (stopping_ || !waiting_.empty()) return;  // those who wait come first; the next look goes on
  }
}

}  // namespace atelier::audit
