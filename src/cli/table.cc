#include "cli/table.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/strings.h"

namespace atelier::cli {

std::size_t DisplayWidth(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Table::Table(std::vector<std::string> header, std::vector<bool> right)
    : header_(std::move(header)), right_(std::move(right)) {
  right_.resize(header_.size(), false);
}

void Table::Add(std::vector<std::string> row) {
  row.resize(header_.size());
  rows_.push_back(std::move(row));
}

std::string Table::Render() const {
  std::vector<std::size_t> widths;
  for (const auto& title : header_) widths.push_back(DisplayWidth(title));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  std::string text;
  auto line = [&](const std::vector<std::string>& cells) {
    std::string drawn;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::string padding(widths[i] - DisplayWidth(cells[i]), ' ');
      drawn += right_[i] ? padding + cells[i] : cells[i] + padding;
      if (i + 1 < cells.size()) drawn += "  ";
    }
    drawn.erase(drawn.find_last_not_of(' ') + 1);
    text += drawn + "\n";
  };
  line(header_);
  for (const auto& row : rows_) line(row);
  return text;
}

std::string ShowTime(std::int64_t unix_millis) {
  if (unix_millis <= 0) return "-";
  auto text = FormatIso8601(FromUnixMillis(unix_millis));
  return text.substr(0, 10) + " " + text.substr(11, 8);
}

std::string ShowDuration(std::int64_t millis) {
  if (millis < 60'000) return fmt::format("{:.1f} s", static_cast<double>(millis) / 1000);
  if (millis < 3'600'000) return fmt::format("{} min {} s", millis / 60'000, millis / 1000 % 60);
  return fmt::format("{} h {} min", millis / 3'600'000, millis / 60'000 % 60);
}

StatusLine::StatusLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}

StatusLine::~StatusLine() {
  if (terminal_ && !stage_.empty()) fmt::print(stderr, "\r\033[K");
}

void StatusLine::Show(const std::string& stage, const std::string& text) {
  if (terminal_)
    fmt::print(stderr, "\r\033[K{}", text);
  else if (stage != stage_)
    fmt::print(stderr, "{}\n", stage);
  stage_ = stage;
}

ProgressBar::ProgressBar(std::string label, std::uint64_t total_bytes)
    : label_(std::move(label)),
      total_(total_bytes),
      started_(std::chrono::steady_clock::now()),
      visible_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (visible_) Draw(true);
}

void ProgressBar::Add(std::uint64_t bytes) {
  done_ += bytes;
  auto now = std::chrono::steady_clock::now();
  if (!visible_ || now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  Draw(false);
}

void ProgressBar::Draw(bool last) {
  constexpr std::size_t kWidth = 24;
  double share = total_ == 0 ? 1.0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
  auto filled = static_cast<std::size_t>(share * kWidth);
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started_;
  auto rate = seconds.count() > 0 ? static_cast<double>(done_) / seconds.count() : 0.0;
  fmt::print(stderr, "\r\033[K{}  [{}{}] {:3.0f}%  {} / {}  {}/s{}", label_, std::string(filled, '#'),
             std::string(kWidth - filled, '.'), share * 100, HumanBytes(done_), HumanBytes(total_),
             HumanBytes(static_cast<std::uint64_t>(rate)), last ? "\n" : "");
  std::fflush(stderr);
}

}  // namespace atelier::cli
