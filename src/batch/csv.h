// Rows of a CSV text (RFC 4180): fields between commas, quoted ones with "" for a quote, lines that end in LF or CRLF.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace atelier::batch {

using Row = std::vector<std::string>;

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {}

  // nullopt at the end; empty lines are no rows. InvalidArgument for a quote that is not closed or a row that is too
  // long: what follows cannot be understood then.
  Result<std::optional<Row>> Next();

 private:
  Result<std::string> Field();
  bool EatLineEnd();

  std::string_view rest_;
};

// A field that CsvReader reads back.
std::string QuotedField(std::string_view text);

}  // namespace atelier::batch
