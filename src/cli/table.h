// Tables and progress for people; JSON for machines.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace atelier::cli {

// Columns aligned by the widest cell (in characters, not bytes); numbers to the right when `right` says so.
class Table {
 public:
  explicit Table(std::vector<std::string> header, std::vector<bool> right = {});
  void Add(std::vector<std::string> row);
  std::string Render() const;

 private:
  std::vector<std::string> header_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

// Characters of UTF-8 text.
std::size_t DisplayWidth(std::string_view text);

// "2026-01-02 03:04:05" (local time would need the reader's zone: UTC it is), "1 min 5 s".
std::string ShowTime(std::int64_t unix_millis);
std::string ShowDuration(std::int64_t millis);

// What long work is at, on standard error: redrawn in place on a terminal and cleared at the end; elsewhere a line for
// each new `stage`.
class StatusLine {
 public:
  StatusLine();
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  void Show(const std::string& stage, const std::string& text);

 private:
  bool terminal_;
  std::string stage_;
};

// One line on standard error, redrawn at most ten times a second; silent when standard error is no terminal.
class ProgressBar {
 public:
  ProgressBar(std::string label, std::uint64_t total_bytes);
  ~ProgressBar();
  void Add(std::uint64_t bytes);

 private:
  void Draw(bool last);
  std::string label_;
  std::uint64_t total_, done_ = 0;
  std::chrono::steady_clock::time_point started_, drawn_;
  bool visible_;
};

}  // namespace atelier::cli
