// Pages of an ordered index, with common prefixes found by skipping.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace atelier::object_store {

// The smallest text greater than everything that begins with `prefix`; nullopt when there is none.
std::optional<std::string> PrefixEnd(std::string_view prefix);

// The common prefix of `key` under `prefix` and `delimiter`; nullopt when the key is listed as itself.
std::optional<std::string> CommonPrefix(std::string_view key, std::string_view prefix, std::string_view delimiter);

// A place in the order (key, tail): rows at it (inclusive) or beyond it. Objects have no tail; uploads have their id.
struct Position {
  std::string key, tail;
  bool inclusive = true;
};

template <class Row>
struct Page {
  std::vector<Row> rows;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
};

struct PageRequest {
  std::string prefix, delimiter;
  Position from;  // with `inclusive` unset: beyond it; empty and inclusive: from the beginning
  std::size_t limit = 1000;
};

// `scan(position, limit)` gives up to `limit` rows of the prefix in order; `key_of(row)` is a Position (its place).
// Under a delimiter the walk seeks past each common prefix, so a page costs by what it shows and not by what lies below
// the prefixes.
template <class Row, class Scan, class KeyOf>
Result<Page<Row>> CollectPage(const PageRequest& request, Scan scan, KeyOf key_of) {
  Page<Row> page;
  if (request.limit == 0) return page;
  Position at = request.from;
  // A start inside a common prefix skips that prefix.
  if (!at.inclusive && at.key.starts_with(request.prefix)) {
    if (auto common = CommonPrefix(at.key, request.prefix, request.delimiter)) {
      auto end = PrefixEnd(*common);
      if (!end) return page;
      at = Position{*end, {}, true};
    }
  }
  if (at.key < request.prefix) at = Position{request.prefix, {}, true};

  std::size_t step = request.delimiter.empty() ? request.limit + 1 : std::min<std::size_t>(request.limit + 1, 32);
  for (;;) {
    Result<std::vector<Row>> scanned = scan(at, step);
    if (!scanned) return std::unexpected(std::move(scanned).error());
    bool skipped = false;
    for (Row& row : *scanned) {
      Position place = key_of(row);
      if (skipped && place.key < at.key) continue;  // below the common prefix just passed
      if (page.rows.size() + page.common_prefixes.size() == request.limit) {
        page.truncated = true;
        return page;
      }
      skipped = false;
      if (auto common = CommonPrefix(place.key, request.prefix, request.delimiter)) {
        auto end = PrefixEnd(*common);
        page.common_prefixes.push_back(*std::move(common));
        if (!end) return page;
        at = Position{*end, {}, true};
        skipped = true;
      } else {
        at = std::move(place);
        at.inclusive = false;
        page.rows.push_back(std::move(row));
      }
    }
    if (scanned->size() < step) return page;
    step = skipped ? 8 : std::min<std::size_t>(step * 2, request.limit + 1);
  }
}

}  // namespace atelier::object_store
