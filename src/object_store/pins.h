// Keeps the cleaner away from bytes that somebody reads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "object_store/blob.h"

namespace atelier::object_store {

// Sections in which a reader looks up rows and pins what they name. Thread-safe.
class ReadGate {
 public:
  class Section {
   public:
    explicit Section(ReadGate& gate) : gate_(gate), phase_(gate.Enter()) {}
    ~Section() { gate_.Leave(phase_); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    ReadGate& gate_;
    unsigned phase_;
  };

  // Returns when every section that was open at the call has ended; sections begun later do not delay it. One caller at
  // a time.
  void WaitForReaders();

 private:
  unsigned Enter();
  void Leave(unsigned phase);

  std::mutex mutex_;
  std::condition_variable left_;
  unsigned phase_ = 0;            // guarded by mutex_
  std::uint64_t inside_[2] = {};  // guarded by mutex_
};

// How many readers hold each record. Thread-safe.
class PinTable {
 public:
  void Pin(BlobId id);
  void Unpin(BlobId id);
  bool IsPinned(BlobId id);
  // Called once, after the next Unpin of a blob that IsPinned found pinned.
  void OnRelease(std::function<void()> call);

 private:
  struct Entry {
    std::uint64_t readers = 0;
    bool awaited = false;
  };
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, Entry> entries_;  // guarded by mutex_
  std::function<void()> on_release_;                  // guarded by mutex_
};

}  // namespace atelier::object_store
