// Rules that every MetadataIndex shares, so that they are written once.
#pragma once

#include <optional>
#include <string>

#include "object_store/listing.h"
#include "object_store/types.h"

namespace atelier::object_store {

// `present`: the ETag of the object under the key now. Errors as WriteConditions says.
Result<void> CheckWriteConditions(const WriteConditions& conditions, const std::string& key,
                                  const std::optional<std::string>& present);

// A page by CollectPage; `scan(position, limit)` gives records below the query's prefix.
template <class Scan>
Result<ListPage> ListObjects(const ListQuery& query, Scan scan) {
  PageRequest request{query.prefix, query.delimiter, Position{query.after, {}, query.after.empty()}, query.limit};
  auto key_of = [](const ObjectRecord& record) { return Position{record.key, {}, true}; };
  auto collected = CollectPage<ObjectRecord>(request, scan, key_of);
  if (!collected) return std::unexpected(std::move(collected).error());
  ListPage page{std::move(collected->rows), std::move(collected->common_prefixes), collected->truncated, {}};
  if (!page.objects.empty()) page.next_after = page.objects.back().key;
  if (!page.common_prefixes.empty()) page.next_after = std::max(page.next_after, page.common_prefixes.back());
  return page;
}

}  // namespace atelier::object_store
