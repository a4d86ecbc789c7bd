// Rules that every MetadataIndex shares, so that they are written once.
#pragma once

#include <optional>
#include <string>

#include "object_store/listing.h"
#include "object_store/metadata_index.h"
#include "object_store/types.h"

namespace atelier::object_store {

// `present`: the current version under the key. Errors as WriteConditions says.
Result<void> CheckWriteConditions(const WriteConditions& conditions, const std::string& key,
                                  const std::optional<StoredObject>& present);

// Whether what a look-up found can be read: NoSuchKey, NoSuchVersion; MethodNotAllowed (FailedPrecondition) for a
// delete marker.
Result<void> CheckReadable(const std::optional<StoredObject>& found, const std::string& key,
                           const VersionChoice& version);

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

// The order of a key's versions, as the tail of a Position: the newest first.
std::string VersionTail(std::int64_t sequence);
// The rank (-sequence) beyond which a listing goes on from a position.
std::int64_t RankBeyond(const Position& position);

// A page of versions. `sequence_of()` finds the place of the version after which the page begins;
// `scan(key, rank, limit)` gives records below the query's prefix beyond (key, rank), rank = -sequence.
template <class SequenceOf, class Scan>
Result<VersionPage> ListObjectVersions(const VersionQuery& query, SequenceOf sequence_of, Scan scan) {
  Position from{query.after_key, {}, query.after_key.empty()};
  if (!query.after_key.empty() && query.after_version) {
    Result<std::optional<std::int64_t>> sequence = sequence_of();
    if (!sequence) return std::unexpected(std::move(sequence).error());
    if (*sequence) from.tail = VersionTail(**sequence);
  }
  auto scan_from = [&](const Position& at, std::size_t limit) { return scan(at.key, RankBeyond(at), limit); };
  auto place_of = [](const ObjectRecord& record) { return Position{record.key, VersionTail(record.sequence), true}; };
  auto collected =
      CollectPage<ObjectRecord>(PageRequest{query.prefix, query.delimiter, from, query.limit}, scan_from, place_of);
  if (!collected) return std::unexpected(std::move(collected).error());

  VersionPage page{std::move(collected->rows), std::move(collected->common_prefixes), collected->truncated, {}, {}};
  // The first row of a key is its latest version, unless the page begins among the key's versions.
  std::string key = from.tail.empty() ? std::string() : from.key;
  bool none_yet = from.tail.empty();
  for (ObjectRecord& record : page.versions) {
    record.latest = none_yet || record.key != key;
    key = record.key;
    none_yet = false;
  }
  if (!page.versions.empty()) {
    page.next_key = page.versions.back().key;
    page.next_version = page.versions.back().version_id;
  }
  if (!page.common_prefixes.empty() && page.common_prefixes.back() > page.next_key) {
    page.next_key = page.common_prefixes.back();
    page.next_version.reset();
  }
  return page;
}

}  // namespace atelier::object_store
