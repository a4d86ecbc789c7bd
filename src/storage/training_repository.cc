#include "storage/training_repository.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "base/ids.h"
#include "storage/training_rows.h"
#include "storage/training_search.h"
#include "training/state_machine.h"

namespace atelier::storage {
namespace {

using training::Job;
using training::JobVersion;
using training::Mirror;
using training::PublishedFile;
using training::RunState;

std::int64_t NextId(soci::session& sql, const std::string& sequence) {
  std::int64_t id = 0;
  sql << "UPDATE training_sequence SET value = value + 1 WHERE name = :n", soci::use(sequence);
  sql << "SELECT value FROM training_sequence WHERE name = :n", soci::use(sequence), soci::into(id);
  return id;
}

Result<void> InsertNewJob(soci::session& sql, Job& job) {
  int same_name = 0;
  sql << "SELECT count(*) FROM training_job WHERE project_id = :p AND name = :n AND deleting = 0",
      soci::use(job.project_id), soci::use(job.name), soci::into(same_name);
  if (same_name > 0) return AlreadyExists(fmt::format("Job name:{} is existed", job.name), "ModelArts.0103", job.name);
  job.id = NextId(sql, "job");
  if (job.uuid.empty()) job.uuid = NewUuid();
  InsertJob(sql, job);
  return {};
}

void InsertNext(soci::session& sql, int number, JobVersion& version) {
  version.id = NextId(sql, "version");
  version.number = number;
  InsertVersion(sql, version);
  sql << "UPDATE training_job SET last_number = :l WHERE id = :i", soci::use(number), soci::use(version.job_id);
}

// Runs a select in a read transaction and gives its rows.
template <class Row, class Select>
Result<std::vector<Row>> ReadRows(Database& control, Select select) {
  std::vector<Row> rows;
  auto read = [&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(rows, select(sql));
    return {};
  };
  ATELIER_CHECK(control.Read(read));
  return rows;
}

template <class Row>
Result<std::optional<Row>> First(Result<std::vector<Row>> rows) {
  if (!rows) return std::unexpected(std::move(rows).error());
  if (rows->empty()) return std::nullopt;
  return std::move(rows->front());
}

// "0,1,4": the statuses that are not final.
std::string OpenStatuses() {
  std::string list;
  for (int number = 0; number <= static_cast<int>(training::Status::kLost); ++number)
    if (!training::IsFinal(static_cast<training::Status>(number)))
      list += fmt::format("{}{}", list.empty() ? "" : ",", number);
  return list;
}

}  // namespace

Result<Job> SqlTrainingRepository::CreateJob(Job job) {
  ATELIER_CHECK(control_.Write([&](soci::session& sql) { return InsertNewJob(sql, job); }));
  return job;
}

Result<JobVersion> SqlTrainingRepository::CreateJobWithVersion(Job job, JobVersion first) {
  auto write = [&](soci::session& sql) -> Result<void> {
    ATELIER_CHECK(InsertNewJob(sql, job));
    first.job_id = job.id;
    InsertNext(sql, 1, first);
    return {};
  };
  ATELIER_CHECK(control_.Write(write));
  return first;
}

Result<JobVersion> SqlTrainingRepository::AddVersion(JobVersion version) {
  auto write = [&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(auto jobs, SelectJobs(sql, "WHERE id = :a AND deleting = 0", version.job_id));
    if (jobs.empty()) return NotFound(fmt::format("there is no training job {}", version.job_id));
    InsertNext(sql, jobs.front().last_number + 1, version);
    int wanted = static_cast<int>(Mirror::kWanted), none = static_cast<int>(Mirror::kNone);
    sql << "UPDATE training_version SET mirror = :w WHERE job_id = :j AND number = 1 AND id <> :i AND mirror = :n "
           "AND train_url <> '' AND train_url = :u",
        soci::use(wanted), soci::use(version.job_id), soci::use(version.id), soci::use(none),
        soci::use(version.spec.train_url);
    return {};
  };
  ATELIER_CHECK(control_.Write(write));
  return version;
}

Result<std::optional<Job>> SqlTrainingRepository::FindJob(std::int64_t job_id) {
  return First(ReadRows<Job>(control_, [&](soci::session& sql) { return SelectJobs(sql, "WHERE id = :a", job_id); }));
}

Result<std::optional<Job>> SqlTrainingRepository::FindJobByUuid(const std::string& uuid) {
  return First(ReadRows<Job>(control_, [&](soci::session& sql) { return SelectJobs(sql, "WHERE uuid = :a", uuid); }));
}

Result<std::optional<Job>> SqlTrainingRepository::FindJobByName(const std::string& project_id,
                                                                const std::string& name) {
  return First(ReadRows<Job>(control_, [&](soci::session& sql) {
    return SelectJobs(sql, "WHERE project_id = :a AND name = :b AND deleting = 0", project_id, name);
  }));
}

Result<std::optional<JobVersion>> SqlTrainingRepository::NewestVersion(std::int64_t job_id) {
  return First(ReadRows<JobVersion>(control_, [&](soci::session& sql) {
    return SelectVersions(sql, "WHERE job_id = :a AND deleting = 0 ORDER BY number DESC LIMIT 1", job_id);
  }));
}

Result<training::JobSearchPage> SqlTrainingRepository::Search(const std::string& project_id,
                                                              const training::JobSearch& search, TimePoint now) {
  training::JobSearchPage page;
  auto read = [&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(page, SearchJobRows(sql, project_id, search, now));
    return {};
  };
  ATELIER_CHECK(control_.Read(read));
  return page;
}

Result<std::optional<JobVersion>> SqlTrainingRepository::FindVersion(std::int64_t version_id) {
  return First(ReadRows<JobVersion>(
      control_, [&](soci::session& sql) { return SelectVersions(sql, "WHERE id = :a", version_id); }));
}

Result<std::optional<JobVersion>> SqlTrainingRepository::FindNumber(std::int64_t job_id, int number) {
  auto condition = fmt::format("WHERE job_id = :a AND number = {}", number);
  return First(
      ReadRows<JobVersion>(control_, [&](soci::session& sql) { return SelectVersions(sql, condition, job_id); }));
}

Result<std::vector<JobVersion>> SqlTrainingRepository::Pending() {
  auto condition = fmt::format("WHERE cleaned = 0 OR deleting = 1 OR mirror = {} OR status IN ({}) ORDER BY id",
                               static_cast<int>(Mirror::kWanted), OpenStatuses());
  return ReadRows<JobVersion>(control_, [&](soci::session& sql) { return SelectVersions(sql, condition); });
}

Result<std::vector<std::int64_t>> SqlTrainingRepository::EmptyDeletedJobs() {
  return ReadRows<std::int64_t>(control_, [](soci::session& sql) -> Result<std::vector<std::int64_t>> {
    std::vector<std::int64_t> ids;
    std::int64_t id = 0;
    soci::statement select = (sql.prepare << "SELECT id FROM training_job j WHERE deleting = 1 AND NOT EXISTS "
                                             "(SELECT 1 FROM training_version v WHERE v.job_id = j.id) ORDER BY id",
                              soci::into(id));
    select.execute();
    while (select.fetch()) ids.push_back(id);
    return ids;
  });
}

Result<void> SqlTrainingRepository::SetDescription(std::int64_t job_id, const std::string& description) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "UPDATE training_job SET description = :d WHERE id = :i", soci::use(description), soci::use(job_id);
    return {};
  });
}

Result<void> SqlTrainingRepository::Update(std::int64_t version_id, const RunState& before, const RunState& after) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(auto found, SelectVersions(sql, "WHERE id = :a", version_id));
    if (found.empty() || found.front().run.status != before.status || found.front().run.mirror != before.mirror ||
        found.front().run.deleting != before.deleting)
      return MakeError(ErrorKind::kConflict, fmt::format("job version {} was changed meanwhile", version_id));
    UpdateRun(sql, version_id, after);
    return {};
  });
}

Result<void> SqlTrainingRepository::MarkJobDeleting(std::int64_t job_id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "UPDATE training_job SET deleting = 1 WHERE id = :i", soci::use(job_id);
    sql << "UPDATE training_version SET deleting = 1 WHERE job_id = :i", soci::use(job_id);
    return {};
  });
}

Result<void> SqlTrainingRepository::MarkVersionDeleting(std::int64_t version_id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "UPDATE training_version SET deleting = 1 WHERE id = :i", soci::use(version_id);
    return {};
  });
}

Result<void> SqlTrainingRepository::RemoveVersion(std::int64_t version_id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM training_output WHERE version_id = :i", soci::use(version_id);
    sql << "DELETE FROM training_version WHERE id = :i", soci::use(version_id);
    return {};
  });
}

Result<void> SqlTrainingRepository::RemoveJob(std::int64_t job_id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM training_job WHERE id = :i", soci::use(job_id);
    return {};
  });
}

Result<std::vector<PublishedFile>> SqlTrainingRepository::Published(std::int64_t version_id) {
  return ReadRows<PublishedFile>(control_, [&](soci::session& sql) -> Result<std::vector<PublishedFile>> {
    std::vector<PublishedFile> files;
    PublishedFile file;
    std::int64_t size = 0;
    soci::statement select = (sql.prepare << "SELECT path, size, modified_ns, etag FROM training_output WHERE "
                                             "version_id = :i ORDER BY path",
                              soci::use(version_id), soci::into(file.path), soci::into(size),
                              soci::into(file.modified_ns), soci::into(file.etag));
    select.execute();
    while (select.fetch()) {
      file.size = static_cast<std::uint64_t>(size);
      files.push_back(file);
    }
    return files;
  });
}

Result<void> SqlTrainingRepository::RecordPublished(std::int64_t version_id, const std::vector<PublishedFile>& files) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    for (const auto& file : files) {
      auto size = static_cast<std::int64_t>(file.size);
      sql << "INSERT INTO training_output(version_id, path, size, modified_ns, etag) VALUES(:v, :p, :s, :m, :e) "
             "ON CONFLICT(version_id, path) DO UPDATE SET size = excluded.size, modified_ns = excluded.modified_ns, "
             "etag = excluded.etag",
          soci::use(version_id), soci::use(file.path), soci::use(size), soci::use(file.modified_ns),
          soci::use(file.etag);
    }
    return {};
  });
}

Result<void> SqlTrainingRepository::ForgetPublished(std::int64_t version_id, const std::vector<std::string>& paths) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    for (const auto& path : paths)
      sql << "DELETE FROM training_output WHERE version_id = :v AND path = :p", soci::use(version_id), soci::use(path);
    return {};
  });
}

}  // namespace atelier::storage
