// How far long work is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"

namespace atelier::backup {

// Called often; false: stop (Cancelled). Bytes start anew with each stage ("copying blobs").
using Progress = std::function<bool(const std::string& stage, std::uint64_t done_bytes, std::uint64_t total_bytes)>;

// One stage of the work.
class Stage {
 public:
  Stage(const Progress& progress, std::string name, std::uint64_t total)
      : progress_(progress), name_(std::move(name)), total_(total) {}

  Result<void> Add(std::uint64_t bytes) {
    done_ += bytes;
    if (!progress_ || progress_(name_, done_, total_)) return {};
    return MakeError(ErrorKind::kCancelled, "stopped while " + name_);
  }
  std::uint64_t done() const { return done_; }

 private:
  const Progress& progress_;
  const std::string name_;
  const std::uint64_t total_;
  std::uint64_t done_ = 0;
};

}  // namespace atelier::backup
