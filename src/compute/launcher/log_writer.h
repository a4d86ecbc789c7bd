// Copies what a workload prints to its log file, up to a size.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/files.h"

namespace atelier::compute {

// Owns the log file's descriptor. One thread. Trouble with the disk must not stop the workload: output is then dropped
// and counted as such, like output beyond the limit.
class LogWriter {
 public:
  static Result<LogWriter> Open(const fs::path& file, std::uint64_t limit_bytes);

  void Write(std::string_view bytes);
  // The first bytes ever written, for the message of a workload that could not start.
  const std::string& beginning() const { return beginning_; }
  const std::string& trouble() const { return trouble_; }  // why output was lost to the disk; empty when it was not

 private:
  LogWriter(UniqueFd file, std::uint64_t limit_bytes)
      : file_(std::move(file)), limit_bytes_(limit_bytes), left_(limit_bytes) {}

  UniqueFd file_;
  std::uint64_t limit_bytes_, left_;
  bool full_ = false;
  std::string beginning_, trouble_;
};

}  // namespace atelier::compute
