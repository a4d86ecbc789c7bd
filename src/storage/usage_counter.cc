#include "storage/usage_counter.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "training/state_machine.h"

namespace atelier::storage {
namespace {

using tenancy::Resource;

std::string RunningVersions() {
  std::string open;
  for (int number = 0; number <= static_cast<int>(training::Status::kLost); ++number)
    if (!training::IsFinal(static_cast<training::Status>(number)))
      open += fmt::format("{}{}", open.empty() ? "" : ",", number);
  return fmt::format(
      "SELECT COUNT(*) FROM training_version v JOIN training_job j ON j.id = v.job_id WHERE v.status IN ({}) AND "
      "v.deleting = 0 AND j.project_id = :o",
      open);
}

// What is being deleted is not counted: its place can be taken.
std::string QueryFor(Resource resource) {
  switch (resource) {
    case Resource::kJobs:
      return "SELECT COUNT(*) FROM training_job WHERE project_id = :o AND deleting = 0";
    case Resource::kRunningVersions:
      return RunningVersions();
    case Resource::kModels:
      return "SELECT COUNT(*) FROM model WHERE project_id = :o AND status <> 'deleting'";
    case Resource::kServices:
      return "SELECT COUNT(*) FROM service WHERE project_id = :o AND status <> 'deleting'";
    case Resource::kReplicas:  // of stopped services too: they can be started
      return "SELECT COALESCE(SUM(json_extract(d.value, '$.instance_count')), 0) FROM service s, "
             "json_each(s.document, '$.deployments') d WHERE s.project_id = :o AND s.status <> 'deleting'";
    case Resource::kAlgorithms:
      return "SELECT COUNT(*) FROM algorithm WHERE project_id = :o";
    case Resource::kAccessKeys:
      return "SELECT COUNT(*) FROM access_key WHERE user_id = :o";
  }
  return "SELECT 0 WHERE :o IS NOT NULL";
}

}  // namespace

Result<std::size_t> SqlUsageCounter::Count(Resource resource, const std::string& owner) {
  long long count = 0;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    sql << QueryFor(resource), soci::into(count), soci::use(owner);
    return {};
  }));
  return static_cast<std::size_t>(count);
}

}  // namespace atelier::storage
