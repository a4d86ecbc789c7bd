#include "compute/launcher/log_writer.h"

#include <fcntl.h>

#include <algorithm>

namespace atelier::compute {

namespace {
constexpr std::size_t kBeginningBytes = 2048;
}  // namespace

Result<LogWriter> LogWriter::Open(const fs::path& file, std::uint64_t limit_bytes) {
  ATELIER_TRY(UniqueFd fd, OpenFile(file, O_WRONLY | O_CREAT | O_APPEND));
  return LogWriter(std::move(fd), limit_bytes);
}

void LogWriter::Write(std::string_view bytes) {
  if (beginning_.size() < kBeginningBytes) beginning_ += bytes.substr(0, kBeginningBytes - beginning_.size());
  std::string_view kept = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_)));
  left_ -= kept.size();
  if (auto written = WriteAll(file_.get(), kept); !written && trouble_.empty()) trouble_ = written.error().message;
  if (kept.size() == bytes.size() || full_) return;
  full_ = true;
  auto told = WriteAll(file_.get(), "\n[atelier] the log reached its limit of " + std::to_string(limit_bytes_) +
                                        " bytes; further output is dropped\n");
  if (!told && trouble_.empty()) trouble_ = told.error().message;
}

}  // namespace atelier::compute
