#include "batch/csv.h"

#include <fmt/format.h>

namespace atelier::batch {
namespace {

constexpr std::size_t kMostColumns = 100'000;
constexpr std::size_t kLongestField = 1 << 20;

}  // namespace

bool CsvReader::EatLineEnd() {
  if (rest_.starts_with("\r\n"))
    rest_.remove_prefix(2);
  else if (rest_.starts_with('\n'))
    rest_.remove_prefix(1);
  else
    return rest_.empty();
  return true;
}

Result<std::string> CsvReader::Field() {
  std::string field;
  bool quoted = rest_.starts_with('"');
  if (quoted) rest_.remove_prefix(1);
  while (!rest_.empty()) {
    if (field.size() > kLongestField)
      return InvalidArgument(fmt::format("a field is longer than {} bytes", kLongestField), "ModelArts.0104");
    if (!quoted && (rest_.front() == ',' || rest_.front() == '\n' || rest_.starts_with("\r\n"))) return field;
    if (quoted && rest_.front() == '"') {
      rest_.remove_prefix(1);
      quoted = rest_.starts_with('"');  // "": a quote inside; else what follows is bare
      if (!quoted) continue;
    }
    field += rest_.front();
    rest_.remove_prefix(1);
  }
  if (quoted) return InvalidArgument("a quoted field is not closed before the end of the file", "ModelArts.0104");
  return field;
}

Result<std::optional<Row>> CsvReader::Next() {
  while (!rest_.empty() && EatLineEnd()) continue;
  if (rest_.empty()) return std::nullopt;
  Row row;
  for (;;) {
    if (row.size() >= kMostColumns)
      return InvalidArgument(fmt::format("a row has more than {} columns", kMostColumns), "ModelArts.0104");
    ATELIER_TRY(auto field, Field());
    row.push_back(std::move(field));
    if (EatLineEnd()) return row;
    rest_.remove_prefix(1);  // the comma
  }
}

std::string QuotedField(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace atelier::batch
