#include "object_store/pins.h"

namespace atelier::object_store {

unsigned ReadGate::Enter() {
  std::lock_guard lock(mutex_);
  ++inside_[phase_];
  return phase_;
}

void ReadGate::Leave(unsigned phase) {
  std::lock_guard lock(mutex_);
  if (--inside_[phase] == 0) left_.notify_all();
}

void ReadGate::WaitForReaders() {
  std::unique_lock lock(mutex_);
  const unsigned before = phase_;
  phase_ = 1 - phase_;
  left_.wait(lock, [&] { return inside_[before] == 0; });
}

void PinTable::Pin(BlobId id) {
  std::lock_guard lock(mutex_);
  ++entries_[id.value()].readers;
}

void PinTable::Unpin(BlobId id) {
  std::function<void()> call;
  {
    std::lock_guard lock(mutex_);
    auto entry = entries_.find(id.value());
    if (--entry->second.readers > 0) return;
    if (entry->second.awaited) call = on_release_;
    entries_.erase(entry);
  }
  if (call) call();
}

bool PinTable::IsPinned(BlobId id) {
  std::lock_guard lock(mutex_);
  auto entry = entries_.find(id.value());
  if (entry == entries_.end()) return false;
  entry->second.awaited = true;
  return true;
}

void PinTable::OnRelease(std::function<void()> call) {
  std::lock_guard lock(mutex_);
  on_release_ = std::move(call);
}

}  // namespace atelier::object_store
