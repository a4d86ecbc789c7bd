// Rows in vectors: what the parts of the in-memory IdentityRepository share.
#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "iam/names.h"
#include "iam/types.h"

namespace atelier::iam {

template <class T, class Matches>
std::vector<T> Select(const std::vector<T>& all, Matches matches) {
  std::vector<T> chosen;
  std::ranges::copy_if(all, std::back_inserter(chosen), matches);
  return chosen;
}

template <class T>
std::optional<T> FirstOf(std::vector<T> found) {
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

inline std::unexpected<Error> Gone() { return NotFound("there is no such row"); }

inline std::string_view WordFor(const User&) { return "user"; }
inline std::string_view WordFor(const Project&) { return "project"; }
inline std::string_view WordFor(const Group&) { return "group"; }

template <class Row>
bool Contains(const std::vector<Row>& rows, const std::string& value, std::string Row::* member) {
  return std::ranges::find(rows, value, member) != rows.end();
}

// Users, projects and groups: unique by domain and name.
template <class Row>
bool NameIsTaken(const std::vector<Row>& rows, const Row& by) {
  return std::ranges::any_of(
      rows, [&](const Row& row) { return row.id != by.id && row.domain_id == by.domain_id && row.name == by.name; });
}

template <class Row>
Result<void> InsertNamed(std::vector<Row>& rows, const Row& row) {
  if (NameIsTaken(rows, row)) return NameTaken(WordFor(row), row.name);
  rows.push_back(row);
  std::ranges::sort(rows, {}, &Row::name);
  return {};
}

template <class Row, class Changes>
Result<Row> UpdateNamed(std::vector<Row>& rows, const std::string& id, const Changes& changes) {
  auto found = std::ranges::find(rows, id, &Row::id);
  if (found == rows.end()) return Gone();
  Row changed = *found;
  Apply(changes, changed);
  if (NameIsTaken(rows, changed)) return NameTaken(WordFor(changed), changed.name);
  *found = changed;
  std::ranges::sort(rows, {}, &Row::name);
  return changed;
}

}  // namespace atelier::iam
