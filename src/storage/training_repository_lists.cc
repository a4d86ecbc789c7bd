// The lists of SqlTrainingRepository. What they sort and count by is kept by triggers (migration 0007).
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <soci/soci.h>

#include <map>

#include "storage/training_listing.h"
#include "storage/training_repository.h"
#include "storage/training_rows.h"

namespace atelier::storage {
namespace {

using training::Job;
using training::JobPage;
using training::JobSummary;
using training::JobVersion;

struct NewestVersion {
  std::int64_t version_id = 0;  // 0: none
  int version_count = 0;
};

std::map<std::int64_t, NewestVersion> SelectNewest(soci::session& sql, const std::string& job_ids) {
  std::map<std::int64_t, NewestVersion> by_job;
  std::int64_t job_id = 0;
  NewestVersion newest;
  soci::statement select =
      (sql.prepare << "SELECT id, newest_version, version_count FROM training_job WHERE id IN (" << job_ids << ")",
       soci::into(job_id), soci::into(newest.version_id), soci::into(newest.version_count));
  select.execute();
  while (select.fetch()) by_job[job_id] = newest;
  return by_job;
}

// In the order of the ids.
Result<std::vector<JobSummary>> SelectSummaries(soci::session& sql, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return std::vector<JobSummary>();
  auto list = fmt::format("{}", fmt::join(ids, ","));
  auto newest = SelectNewest(sql, list);
  std::vector<std::int64_t> version_ids;
  for (const auto& [job_id, version] : newest) version_ids.push_back(version.version_id);
  ATELIER_TRY(auto jobs, SelectJobs(sql, fmt::format("WHERE id IN ({})", list)));
  ATELIER_TRY(auto versions, SelectVersions(sql, fmt::format("WHERE id IN ({})", fmt::join(version_ids, ","))));
  std::map<std::int64_t, JobSummary> by_id;
  for (auto& job : jobs) {
    auto id = job.id;
    by_id[id] = {.job = std::move(job), .newest = std::nullopt, .version_count = newest[id].version_count};
  }
  for (auto& version : versions) by_id[version.job_id].newest = std::move(version);
  std::vector<JobSummary> summaries;
  for (auto id : ids) summaries.push_back(std::move(by_id[id]));
  return summaries;
}

}  // namespace

Result<JobPage> SqlTrainingRepository::ListJobs(const std::string& project_id, const training::JobQuery& query,
                                                TimePoint now) {
  JobPage page;
  auto read = [&](soci::session& sql) -> Result<void> {
    auto listing = CountListing(sql, project_id, query, now);
    page.total = listing.matching;
    ATELIER_TRY(page.jobs, SelectSummaries(sql, SelectJobPage(sql, listing)));
    return {};
  };
  ATELIER_CHECK(control_.Read(read));
  return page;
}

Result<std::size_t> SqlTrainingRepository::CountJobs(const std::string& project_id) {
  std::size_t jobs = 0;
  ATELIER_CHECK(control_.Read([&](soci::session& sql) -> Result<void> {
    jobs = CountListing(sql, project_id, {}, {}).jobs;
    return {};
  }));
  return jobs;
}

Result<training::VersionRows> SqlTrainingRepository::ListVersions(std::int64_t job_id, std::size_t offset,
                                                                  std::size_t limit) {
  training::VersionRows rows;
  auto page = fmt::format(
      "INDEXED BY training_version_listed WHERE job_id = :a AND deleting = 0 ORDER BY number DESC LIMIT {} OFFSET {}",
      limit, offset);
  ATELIER_CHECK(control_.Read([&](soci::session& sql) -> Result<void> {
    std::int64_t total = 0;
    sql << "SELECT coalesce(max(version_count), 0) FROM training_job WHERE id = :i", soci::use(job_id),
        soci::into(total);
    rows.total = static_cast<std::size_t>(total);
    ATELIER_TRY(rows.versions, SelectVersions(sql, page, job_id));
    return {};
  }));
  return rows;
}

}  // namespace atelier::storage
