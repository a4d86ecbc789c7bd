#include "storage/training_search.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "storage/conditions.h"
#include "storage/like_pattern.h"
#include "storage/training_rows.h"

namespace atelier::storage {
namespace {

using training::JobSearch;
using training::SearchField;
using training::SearchFilter;
using training::SearchOperator;

// What the triggers of migration 0007 keep beside each job says all that a search asks of its newest version.
constexpr const char* kFrom = " FROM training_job j";

Conditions JobsOf(const std::string& project_id) {
  Conditions where;
  where.Add("j.project_id = :", project_id);
  where.Add("j.deleting = 0");
  where.Add("j.version_count > 0");  // jobs without a version are left out
  return where;
}

std::string ColumnOf(SearchField field, TimePoint now) {
  switch (field) {
    case SearchField::kId:
      return "j.uuid";
    case SearchField::kName:
      return "j.name";
    case SearchField::kDescription:
      return "j.description";
    case SearchField::kPhase:
      return "j.status";
    case SearchField::kCreated:
      return "j.created_at";
    case SearchField::kStarted:
      return "j.started_at";
    case SearchField::kDuration:
      return fmt::format("(j.duration + j.running * max(0, {} - j.started_at))", ToUnixMillis(now));
  }
  return "j.created_at";
}

// The values of a filter: texts by name, numbers, which were parsed, as such.
std::string ValuesOf(const SearchFilter& filter, Conditions& where) {
  std::string list;
  for (const auto& text : filter.texts) list += (list.empty() ? "" : ", ") + where.Name(text);
  for (auto number : filter.numbers) list += (list.empty() ? "" : ", ") + std::to_string(number);
  return list;
}

void AddFilter(const SearchFilter& filter, TimePoint now, Conditions& where) {
  auto column = ColumnOf(filter.field, now);
  switch (filter.op) {
    case SearchOperator::kLike: {
      std::string any;
      for (const auto& part : filter.texts)
        any += fmt::format("{}{} LIKE {} ESCAPE '\\'", any.empty() ? "" : " OR ", column,
                           where.Name(LikeContaining(part)));
      return where.Add(fmt::format("({})", any));
    }
    case SearchOperator::kBetween:
      return where.Add(fmt::format("{} BETWEEN {} AND {}", column, filter.numbers[0], filter.numbers[1]));
    case SearchOperator::kIn:
      return where.Add(fmt::format("{} IN ({})", column, ValuesOf(filter, where)));
    case SearchOperator::kNot:
      return where.Add(fmt::format("{} NOT IN ({})", column, ValuesOf(filter, where)));
  }
}

std::string OrderText(const JobSearch& search, TimePoint now) {
  const char* direction = search.descending ? " DESC" : " ASC";
  std::string order = " ORDER BY ";
  for (auto field : search.order) order += ColumnOf(field, now) + direction + ", ";
  return fmt::format("{}j.created_at{}, j.id{}", order, direction, direction);
}

std::size_t Count(soci::session& sql, const Conditions& where) {
  std::int64_t count = 0;
  soci::statement select(sql);
  where.Prepare(select, fmt::format("SELECT count(*){}", kFrom), "", count);
  select.execute(true);
  return static_cast<std::size_t>(count);
}

struct Hit {
  std::int64_t job = 0, version = 0;
  int versions = 0;
};

std::vector<Hit> FindHits(soci::session& sql, const Conditions& where, const std::string& order_and_page) {
  std::vector<Hit> hits;
  Hit hit;
  soci::statement select(sql);
  where.Prepare(select, fmt::format("SELECT j.id, j.newest_version, j.version_count{}", kFrom), order_and_page, hit.job,
                hit.version, hit.versions);
  select.execute(false);
  while (select.fetch()) hits.push_back(hit);
  return hits;
}

// The rows of a page: at most JobSearch::kMostPerPage.
Result<void> FetchPage(soci::session& sql, const std::vector<Hit>& hits, training::JobSearchPage& page) {
  if (hits.empty()) return {};
  std::string jobs_list, versions_list;
  for (const auto& hit : hits) {
    jobs_list += (jobs_list.empty() ? "" : ",") + std::to_string(hit.job);
    versions_list += (versions_list.empty() ? "" : ",") + std::to_string(hit.version);
  }
  ATELIER_TRY(auto jobs, SelectJobs(sql, fmt::format("WHERE id IN ({})", jobs_list)));
  ATELIER_TRY(auto versions, SelectVersions(sql, fmt::format("WHERE id IN ({})", versions_list)));
  std::map<std::int64_t, training::Job> job_of;
  for (auto& job : jobs) job_of.emplace(job.id, std::move(job));
  std::map<std::int64_t, training::JobVersion> version_of;
  for (auto& version : versions) version_of.emplace(version.id, std::move(version));
  for (const auto& hit : hits)
    page.jobs.push_back(
        {.job = job_of.at(hit.job), .newest = version_of.at(hit.version), .version_count = hit.versions});
  return {};
}

}  // namespace

Result<training::JobSearchPage> SearchJobRows(soci::session& sql, const std::string& project_id,
                                              const JobSearch& search, TimePoint now) {
  auto where = JobsOf(project_id);
  const auto all = where;
  if (!search.workspace_id.empty()) where.Add("j.workspace_id = :", search.workspace_id);
  for (const auto& filter : search.filters) AddFilter(filter, now, where);
  bool narrowed = !search.workspace_id.empty() || !search.filters.empty();
  training::JobSearchPage page;
  page.total = Count(sql, all);
  page.matches = narrowed ? Count(sql, where) : page.total;
  auto order_and_page =
      fmt::format("{} LIMIT {} OFFSET {}", OrderText(search, now), search.per_page, search.page * search.per_page);
  ATELIER_CHECK(FetchPage(sql, FindHits(sql, where, order_and_page), page));
  return page;
}

}  // namespace atelier::storage
