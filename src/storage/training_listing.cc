#include "storage/training_listing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "storage/like_pattern.h"

namespace atelier::storage {
namespace {

using training::JobOrder;
using training::JobQuery;

struct Order {
  std::string_view index, column;
};

Order OrderOf(JobOrder order) {
  switch (order) {
    case JobOrder::kName:
      return {"training_job_by_name", "name"};
    case JobOrder::kDescription:
      return {"training_job_by_description", "description"};
    case JobOrder::kStatus:
      return {"training_job_by_status", "status"};
    case JobOrder::kDuration:
      return {"training_job_by_duration", "duration"};
    case JobOrder::kVersionCount:
      return {"training_job_by_versions", "version_count"};
    case JobOrder::kCreated:
      return {"training_job_by_creation", "created_at"};
  }
  return {"training_job_by_name", "name"};
}

std::size_t Offset(const JobQuery& query) {
  return static_cast<std::size_t>(query.page - 1) * static_cast<std::size_t>(query.per_page);
}

// "10, 11": each once, so that a statement is never long.
std::string StatusList(const JobQuery& query) {
  std::set<int> numbers;
  for (auto status : query.statuses) numbers.insert(static_cast<int>(status));
  return fmt::format("{}", fmt::join(numbers, ", "));
}

// Whether the counts of training_job_count do not say how many jobs match.
bool MustBeCounted(const JobQuery& query) { return !query.search.empty() || !query.workspace_id.empty(); }

// What gathers the matching jobs: the narrowest index that there is for the filter.
std::string_view GatheringIndex(const JobQuery& query) {
  if (!query.workspace_id.empty()) return "training_job_by_workspace";
  return query.search.empty() ? "training_job_by_status" : "training_job_by_name";
}

// Along the order every matching row costs jobs / matching rows; gathering costs what matches.
bool WalksTheOrder(const JobListing& listing) {
  const auto& query = listing.query;
  if (query.statuses.empty() && !MustBeCounted(query)) return true;
  auto end = std::min(Offset(query) + static_cast<std::size_t>(query.per_page), listing.matching);
  return end * listing.jobs <= listing.matching * listing.matching;
}

std::string RunningFor(TimePoint now) { return fmt::format("max(0, {} - started_at)", ToUnixMillis(now)); }

// Ended jobs come in the order of the index. The running ones, never many, last longer at every look: they are sorted
// and merged in.
std::string WalkDurations(const JobListing& listing) {
  const auto& where = listing.where.text();
  return fmt::format(
      "SELECT id, duration AS lasted FROM training_job INDEXED BY training_job_by_duration{} AND running = 0 "
      "UNION ALL SELECT id, {} AS lasted FROM training_job INDEXED BY training_job_by_duration{} AND running = 1",
      where, RunningFor(listing.now), where);
}

}  // namespace

Conditions JobConditions(const std::string& project_id, const JobQuery& query) {
  Conditions where;
  where.Add("project_id = :", project_id);
  where.Add("deleting = 0");
  if (!query.search.empty()) where.Add("name LIKE : ESCAPE '\\'", LikeContaining(query.search));
  where.AddIf("workspace_id = :", query.workspace_id);
  if (!query.statuses.empty()) where.Add(fmt::format("status IN ({})", StatusList(query)));
  return where;
}

std::string JobPageStatement(const JobListing& listing) {
  const auto& query = listing.query;
  auto [index, column] = OrderOf(query.order);
  bool by_duration = query.order == JobOrder::kDuration;
  std::string rows, key(column);
  if (!WalksTheOrder(listing)) {
    index = GatheringIndex(query);
    if (by_duration) key = fmt::format("duration + running * {}", RunningFor(listing.now));
    rows = fmt::format("SELECT id FROM training_job INDEXED BY {}{}", index, listing.where.text());
  } else if (by_duration) {
    key = "lasted";
    rows = WalkDurations(listing);
  } else {
    rows = fmt::format("SELECT id FROM training_job INDEXED BY {}{}", index, listing.where.text());
  }
  std::string_view direction = query.descending ? "DESC" : "ASC";
  return fmt::format("{} ORDER BY {} {}, id {} LIMIT {} OFFSET {}", rows, key, direction, direction, query.per_page,
                     Offset(query));
}

JobListing CountListing(soci::session& sql, const std::string& project_id, const JobQuery& query, TimePoint now) {
  JobListing listing{.query = query, .where = JobConditions(project_id, query), .now = now};
  std::int64_t jobs = 0, matching = 0;
  std::string of_status = query.statuses.empty() ? "1" : fmt::format("status IN ({})", StatusList(query));
  sql << "SELECT coalesce(sum(jobs), 0), coalesce(sum(CASE WHEN " << of_status
      << " THEN jobs ELSE 0 END), 0) FROM training_job_count WHERE project_id = :project",
      soci::use(project_id), soci::into(jobs), soci::into(matching);
  if (MustBeCounted(query)) {
    soci::statement count(sql);
    listing.where.Prepare(count, fmt::format("SELECT count(*) FROM training_job INDEXED BY {}", GatheringIndex(query)),
                          "", matching);
    count.execute(true);
  }
  listing.jobs = static_cast<std::size_t>(jobs);
  listing.matching = static_cast<std::size_t>(matching);
  return listing;
}

std::vector<std::int64_t> SelectJobPage(soci::session& sql, const JobListing& listing) {
  std::vector<std::int64_t> ids;
  if (Offset(listing.query) >= listing.matching) return ids;
  std::int64_t id = 0;
  auto prepared = (sql.prepare << JobPageStatement(listing), soci::into(id));
  listing.where.BindTo(prepared);
  soci::statement select(prepared);
  select.execute();
  while (select.fetch()) ids.push_back(id);
  return ids;
}

}  // namespace atelier::storage
