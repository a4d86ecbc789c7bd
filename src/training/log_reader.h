// Reads a log by lines from a byte offset: cheap to poll, however long the log is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::training {

struct LogQuery {
  std::optional<std::uint64_t> cursor = {};  // nullopt: the newest lines
  std::size_t lines = 50;                    // 0..500
  bool forward = true;                       // lines after the cursor; else the lines before it
  bool whole_tail = false;                   // the log is finished: a last line without its newline counts as a line
};

// Whole lines, in the order of the log, with their newlines; invalid UTF-8 is shown as U+FFFD. At most 1 MiB: fewer
// lines then.
struct LogPage {
  std::string content;
  std::size_t lines = 0;
  std::uint64_t begin = 0;  // offset of the first line: the cursor for the lines before
  std::uint64_t end = 0;    // offset behind the last line: the cursor for the lines after
};

// A missing file is an empty log. A cursor beyond the end gives no lines.
Result<LogPage> ReadLogPage(const std::filesystem::path& log, const LogQuery& query);

std::string FormatCursor(std::uint64_t offset);  // 19 digits
Result<std::optional<std::uint64_t>> ParseCursor(
    std::string_view text);  // "" is nullopt; InvalidArgument when no number

std::string ReplaceInvalidUtf8(std::string_view text);

}  // namespace atelier::training
