// The parameters that every list of training v1 has: page, per_page, sortBy, order, search_content (modelarts-api
// sections 2A.4, 2A.9, 2A.10).
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "api/modelarts/paging.h"
#include "api/modelarts/training_fields.h"

namespace atelier::api {

// Into the members page, per_page, order, descending and search. `parse_order` reads the word of sortBy; `ascending`:
// the order of the list where none is asked for. ModelArts.0104.
template <class ListQuery, class ParseOrder>
Result<void> ReadListQuery(const http::Query& query, ParseOrder parse_order, bool ascending, ListQuery& into) {
  constexpr std::size_t kMostSearch = 100;
  ATELIER_TRY(auto page, QueryNumber(query, "page", 1, 0, 65535));
  ATELIER_TRY(auto per_page, QueryNumber(query, "per_page", 10, 1, 1000));
  into.page = std::max(1, static_cast<int>(page));  // clients that count from 0 get the first page
  into.per_page = static_cast<int>(per_page);
  if (auto order = QueryText(query, "sortBy"); !order.empty()) {
    ATELIER_TRY(into.order, parse_order(order));
  }
  ATELIER_TRY(ascending, QueryAscending(query, ascending));
  into.descending = !ascending;
  into.search = QueryText(query, "search_content");
  if (into.search.size() > kMostSearch)
    return RefuseField("search_content", fmt::format("at most {} characters", kMostSearch),
                       std::to_string(into.search.size()));
  return {};
}

}  // namespace atelier::api
