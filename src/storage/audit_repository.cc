#include "storage/audit_repository.h"

#include <soci/soci.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <limits>

namespace atelier::storage {
namespace {

using audit::Entry;

constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max();

// The newest entries of one project. A filter that chooses nothing is an empty text, a status 0, an open end of time.
std::vector<Entry> SelectOf(soci::session& sql, const audit::Query& query, const std::string& project) {
  const int status = query.status.value_or(0);
  const std::int64_t from = query.from ? ToUnixMillis(*query.from) : 0;
  const std::int64_t before = query.before ? ToUnixMillis(*query.before) : kLatest;
  const std::int64_t older = query.older_than.value_or(kLatest);
  const auto limit = static_cast<std::int64_t>(query.limit);
  std::vector<Entry> entries;
  Entry row;
  std::int64_t time = 0;
  int by = 0;
  soci::statement select =
      (sql.prepare << "SELECT id, time, project_id, user_id, user_name, signed_in_by, access_key, action, method, "
                      "resource, status, remote_address, request_id FROM audit_entry "
                      "WHERE project_id = :project AND id < :older AND time >= :from AND time < :before "
                      "AND (:user = '' OR user_name = :user OR user_id = :user) "
                      "AND (:action = '' OR action = :action) AND (:status = 0 OR status = :status) "
                      "ORDER BY id DESC LIMIT :limit",
       soci::use(project, "project"), soci::use(older, "older"), soci::use(from, "from"), soci::use(before, "before"),
       soci::use(query.user, "user"), soci::use(query.action, "action"), soci::use(status, "status"),
       soci::use(limit, "limit"), soci::into(row.id), soci::into(time), soci::into(row.project_id),
       soci::into(row.user_id), soci::into(row.user_name), soci::into(by), soci::into(row.access_key),
       soci::into(row.action), soci::into(row.method), soci::into(row.resource), soci::into(row.status),
       soci::into(row.remote_address), soci::into(row.request_id));
  select.execute();
  while (select.fetch()) {
    row.time = FromUnixMillis(time);
    row.signed_in_by = static_cast<audit::SignedInBy>(by);
    entries.push_back(row);
  }
  return entries;
}

std::size_t ChangedRows(soci::session& sql) {
  std::int64_t count = 0;
  sql << "SELECT changes()", soci::into(count);
  return static_cast<std::size_t>(count);
}

// The id of the newest entry that is one too many; 0 when there are not so many.
std::int64_t NewestBeyond(soci::session& sql, int failed, std::int64_t most) {
  std::int64_t id = 0;
  soci::indicator found = soci::i_null;
  sql << "SELECT max(id) FROM (SELECT id FROM audit_entry WHERE failed = :failed ORDER BY id DESC LIMIT 1 OFFSET "
         ":most)",
      soci::use(failed), soci::use(most), soci::into(id, found);
  return found == soci::i_ok ? id : 0;
}

}  // namespace

Result<void> SqlAuditRepository::Append(std::span<const Entry> entries) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    for (const Entry& entry : entries) {
      const std::int64_t time = ToUnixMillis(entry.time);
      const int by = static_cast<int>(entry.signed_in_by);
      const int failed = audit::Failed(entry) ? 1 : 0;
      sql << "INSERT INTO audit_entry(time, project_id, user_id, user_name, signed_in_by, access_key, action, method, "
             "resource, status, failed, remote_address, request_id) VALUES(:t, :p, :u, :n, :b, :k, :a, :m, :r, :s, :f, "
             ":d, :q)",
          soci::use(time), soci::use(entry.project_id), soci::use(entry.user_id), soci::use(entry.user_name),
          soci::use(by), soci::use(entry.access_key), soci::use(entry.action), soci::use(entry.method),
          soci::use(entry.resource), soci::use(entry.status), soci::use(failed), soci::use(entry.remote_address),
          soci::use(entry.request_id);
    }
    return {};
  });
}

Result<std::vector<Entry>> SqlAuditRepository::Find(const audit::Query& query) {
  std::vector<Entry> found;
  auto read = [&](soci::session& sql) -> Result<void> {
    for (const auto& project : query.projects) {
      auto entries = SelectOf(sql, query, project);
      std::ranges::move(entries, std::back_inserter(found));
    }
    return {};
  };
  ATELIER_CHECK(control_.Read(read));
  std::ranges::sort(found, std::greater{}, &Entry::id);
  if (found.size() > query.limit) found.resize(query.limit);
  return found;
}

Result<std::size_t> SqlAuditRepository::Trim(TimePoint before, std::size_t most, std::size_t batch) {
  const std::int64_t oldest = ToUnixMillis(before);
  const auto kept = static_cast<std::int64_t>(most);
  const auto pieces = static_cast<std::int64_t>(batch);
  // Counting takes a while in a long log: it holds no writer back.
  std::array<std::int64_t, 2> beyond{};
  auto count = [&](soci::session& sql) -> Result<void> {
    for (int failed : {0, 1}) beyond[static_cast<std::size_t>(failed)] = NewestBeyond(sql, failed, kept);
    return {};
  };
  ATELIER_CHECK(control_.Read(count));
  std::size_t removed = 0;
  auto remove = [&](soci::session& sql) -> Result<void> {
    for (int failed : {0, 1}) {
      const std::int64_t newest = beyond[static_cast<std::size_t>(failed)];
      sql << "DELETE FROM audit_entry WHERE id IN (SELECT id FROM audit_entry WHERE failed = :failed ORDER BY id LIMIT "
             ":batch) AND (time < :oldest OR id <= :newest)",
          soci::use(failed), soci::use(pieces), soci::use(oldest), soci::use(newest);
      removed += ChangedRows(sql);
    }
    return {};
  };
  ATELIER_CHECK(control_.Write(remove));
  return removed;
}

}  // namespace atelier::storage
