#include "training/log_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/files.h"
#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::size_t kBlock = 64 << 10;
constexpr std::size_t kMostBytes = 1 << 20;

// The length of the first `lines` lines of the text, how many they are, and how much was looked at.
std::pair<std::size_t, std::size_t> TakeLines(std::string_view text, std::size_t lines) {
  std::size_t length = 0, taken = 0;
  while (taken < lines) {
    auto newline = text.find('\n', length);
    if (newline == std::string_view::npos) break;
    length = newline + 1;
    ++taken;
  }
  return {length, taken};
}

Result<LogPage> ReadForward(int fd, std::uint64_t size, std::uint64_t from, const LogQuery& query) {
  LogPage page{.content = {}, .lines = 0, .begin = from, .end = from};
  std::string text;
  while (from + text.size() < size && text.size() < kMostBytes) {
    auto length = std::min<std::uint64_t>(kBlock, size - from - text.size());
    ATELIER_TRY(auto block, PreadExactly(fd, from + text.size(), length));
    text += block;
    auto [taken_length, taken] = TakeLines(text, query.lines);
    page.lines = taken;
    page.end = from + taken_length;
    if (taken == query.lines) break;
  }
  bool at_end = from + text.size() == size;
  bool open_line = page.lines < query.lines && page.end < from + text.size();
  // A line longer than the largest reply is given in pieces: a reader must always come forward.
  if (open_line && ((at_end && query.whole_tail) || (page.lines == 0 && text.size() >= kMostBytes))) {
    page.end = from + text.size();
    ++page.lines;
  }
  page.content = text.substr(0, page.end - from);
  return page;
}

Result<LogPage> ReadBackward(int fd, std::uint64_t until, const LogQuery& query) {
  LogPage page{.content = {}, .lines = 0, .begin = until, .end = until};
  std::string text;
  if (query.lines == 0) return page;
  std::size_t begin = 0;
  while (true) {
    auto have = text.size();
    auto length = std::min<std::uint64_t>(kBlock, until - have);
    ATELIER_TRY(auto block, PreadExactly(fd, until - have - length, length));
    text.insert(0, block);
    // The newline that ends the text itself does not begin a line in it.
    std::size_t newlines = 0;
    std::size_t position = text.size();
    if (position > 0 && text.back() == '\n') --position;
    begin = 0;
    while (position > 0) {
      auto newline = text.rfind('\n', position - 1);
      if (newline == std::string::npos) break;
      if (++newlines == query.lines) {
        begin = newline + 1;
        break;
      }
      position = newline;
    }
    if (begin > 0 || text.size() == until || text.size() >= kMostBytes) break;
  }
  // Cut at a size limit: the first, incomplete line is left for the next page, unless it is all there is.
  if (begin == 0 && text.size() < until) {
    auto newline = text.find('\n');
    if (newline != std::string::npos && newline + 1 < text.size()) begin = newline + 1;
  }
  page.content = text.substr(begin);
  page.begin = until - page.content.size();
  page.lines = static_cast<std::size_t>(std::ranges::count(page.content, '\n'));
  if (!page.content.empty() && page.content.back() != '\n') ++page.lines;
  return page;
}

// Where the last whole line ends.
Result<std::uint64_t> EndOfWholeLines(int fd, std::uint64_t size) {
  std::uint64_t end = size;
  while (end > 0) {
    auto length = std::min<std::uint64_t>(kBlock, end);
    ATELIER_TRY(auto block, PreadExactly(fd, end - length, length));
    auto newline = block.rfind('\n');
    if (newline != std::string::npos) return end - length + newline + 1;
    end -= length;
  }
  return 0;
}

std::size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

}  // namespace

Result<LogPage> ReadLogPage(const std::filesystem::path& log, const LogQuery& query) {
  auto file = OpenFile(log, O_RDONLY);
  if (!file && file.error().kind == ErrorKind::kNotFound) {
    auto at = query.cursor.value_or(0);
    return LogPage{.content = {}, .lines = 0, .begin = at, .end = at};
  }
  if (!file) return std::unexpected(std::move(file).error());
  struct stat info{};
  if (::fstat(file->get(), &info) != 0) return ErrnoError("stat " + log.string(), errno);
  auto size = static_cast<std::uint64_t>(info.st_size);
  Result<LogPage> page;
  if (query.cursor && query.forward) {
    page = ReadForward(file->get(), size, std::min(*query.cursor, size), query);
  } else {
    auto end = size;
    if (query.cursor) {
      end = std::min(*query.cursor, size);
    } else if (!query.whole_tail) {
      ATELIER_TRY(end, EndOfWholeLines(file->get(), size));
    }
    page = ReadBackward(file->get(), end, query);
  }
  if (page) page->content = ReplaceInvalidUtf8(page->content);
  return page;
}

std::string FormatCursor(std::uint64_t offset) { return fmt::format("{:019}", offset); }

Result<std::optional<std::uint64_t>> ParseCursor(std::string_view text) {
  if (text.empty()) return std::optional<std::uint64_t>();
  auto number = ParseNumber<std::uint64_t>(text);
  if (!number)
    return InvalidArgument(
        fmt::format("base_line: expected a start_line or end_line of an earlier reply, got '{}'", text),
        "ModelArts.0104", "base_line");
  return number;
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  if (IsValidUtf8(text)) return std::string(text);
  std::string clean;
  clean.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size();) {
    auto length = SequenceLength(static_cast<unsigned char>(text[i]));
    if (length > 0 && i + length <= text.size() && IsValidUtf8(text.substr(i, length))) {
      clean.append(text.substr(i, length));
      i += length;
    } else {
      clean += "\xEF\xBF\xBD";
      ++i;
    }
  }
  return clean;
}

}  // namespace atelier::training
