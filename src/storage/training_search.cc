#include "storage/training_search.h"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <vector>

#include "storage/like_pattern.h"
#include "storage/training_rows.h"

namespace atelier::storage {
namespace {

using training::JobSearch;
using training::SearchField;
using training::SearchFilter;
using training::SearchOperator;

// Each job with its newest version; jobs without one are left out.
constexpr const char* kFrom =
    " FROM training_job j JOIN training_version v ON v.id = (SELECT n.id FROM training_version n WHERE n.job_id = j.id "
    "AND n.deleting = 0 ORDER BY n.number DESC LIMIT 1) WHERE j.project_id = :project AND j.deleting = 0";

// The same jobs, to be counted from indexes alone.
constexpr const char* kFromAll =
    " FROM training_job j WHERE j.project_id = :project AND j.deleting = 0 AND EXISTS (SELECT 1 FROM training_version "
    "v "
    "WHERE v.job_id = j.id AND v.deleting = 0)";

std::string ColumnOf(SearchField field, TimePoint now) {
  switch (field) {
    case SearchField::kId:
      return "j.uuid";
    case SearchField::kName:
      return "j.name";
    case SearchField::kDescription:
      return "j.description";
    case SearchField::kPhase:
      return "v.status";
    case SearchField::kCreated:
      return "j.created_at";
    case SearchField::kStarted:
      return "v.started_at";
    case SearchField::kDuration:
      return fmt::format(
          "(CASE WHEN v.started_at = 0 THEN 0 WHEN v.ended_at = 0 THEN max(0, {} - v.started_at) ELSE max(0, "
          "v.ended_at - v.started_at) END)",
          ToUnixMillis(now));
  }
  return "j.created_at";
}

// A statement's text with the user's texts beside it, never in it. Numbers were parsed and stand in the text.
struct Condition {
  std::string text;
  std::deque<std::string> values;  // stay where they are while a statement is bound to them

  std::string Bind(std::string value) {
    values.push_back(std::move(value));
    return fmt::format(":v{}", values.size() - 1);
  }
  std::string BindAll(const SearchFilter& filter) {
    std::string list;
    for (const auto& text_value : filter.texts) list += (list.empty() ? "" : ", ") + Bind(text_value);
    for (auto number : filter.numbers) list += (list.empty() ? "" : ", ") + std::to_string(number);
    return list;
  }
};

void AddFilter(const SearchFilter& filter, TimePoint now, Condition& condition) {
  auto column = ColumnOf(filter.field, now);
  switch (filter.op) {
    case SearchOperator::kLike: {
      std::string any;
      for (const auto& part : filter.texts)
        any += fmt::format("{}{} LIKE {} ESCAPE '\\'", any.empty() ? "" : " OR ", column,
                           condition.Bind(LikeContaining(part)));
      condition.text += fmt::format(" AND ({})", any);
      return;
    }
    case SearchOperator::kBetween:
      condition.text += fmt::format(" AND {} BETWEEN {} AND {}", column, filter.numbers[0], filter.numbers[1]);
      return;
    case SearchOperator::kIn:
    case SearchOperator::kNot:
      condition.text += fmt::format(" AND {} {} ({})", column, filter.op == SearchOperator::kIn ? "IN" : "NOT IN",
                                    condition.BindAll(filter));
      return;
  }
}

std::string OrderText(const JobSearch& search, TimePoint now) {
  const char* direction = search.descending ? " DESC" : " ASC";
  std::string order = " ORDER BY ";
  for (auto field : search.order) order += ColumnOf(field, now) + direction + ", ";
  return fmt::format("{}j.created_at{}, j.id{}", order, direction, direction);
}

void BindTo(soci::statement& statement, const std::string& project_id, const Condition& condition) {
  statement.exchange(soci::use(project_id, "project"));
  for (std::size_t i = 0; i < condition.values.size(); ++i)
    statement.exchange(soci::use(condition.values[i], fmt::format("v{}", i)));
}

std::size_t Count(soci::session& sql, const std::string& project_id, const Condition& condition,
                  const char* from = kFrom) {
  std::int64_t count = 0;
  soci::statement select(sql);
  BindTo(select, project_id, condition);
  select.exchange(soci::into(count));
  select.alloc();
  select.prepare(fmt::format("SELECT count(*){}{}", from, condition.text));
  select.define_and_bind();
  select.execute(false);
  while (select.fetch()) {
  }
  return static_cast<std::size_t>(count);
}

struct Hit {
  std::int64_t job = 0, version = 0;
  int versions = 0;
};

std::vector<Hit> FindHits(soci::session& sql, const std::string& project_id, const Condition& condition,
                          const std::string& order_and_page) {
  Hit hit;
  std::vector<Hit> hits;
  soci::statement select(sql);
  BindTo(select, project_id, condition);
  select.exchange(soci::into(hit.job));
  select.exchange(soci::into(hit.version));
  select.exchange(soci::into(hit.versions));
  select.alloc();
  select.prepare(
      fmt::format("SELECT j.id, v.id, (SELECT count(*) FROM training_version c WHERE c.job_id = j.id AND "
                  "c.deleting = 0){}{}{}",
                  kFrom, condition.text, order_and_page));
  select.define_and_bind();
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
  Condition condition;
  if (!search.workspace_id.empty())
    condition.text += fmt::format(" AND j.workspace_id = {}", condition.Bind(search.workspace_id));
  for (const auto& filter : search.filters) AddFilter(filter, now, condition);
  training::JobSearchPage page;
  page.total = Count(sql, project_id, {}, kFromAll);
  page.matches = condition.text.empty() ? page.total : Count(sql, project_id, condition);
  auto order_and_page =
      fmt::format("{} LIMIT {} OFFSET {}", OrderText(search, now), search.per_page, search.page * search.per_page);
  ATELIER_CHECK(FetchPage(sql, FindHits(sql, project_id, condition, order_and_page), page));
  return page;
}

}  // namespace atelier::storage
