// Rows of the training tables to and from the domain's types. Private to the training repository.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "training/types.h"

namespace atelier::storage {

// Selects whose condition has as many placeholders as arguments follow it.
Result<std::vector<training::Job>> SelectJobs(soci::session& sql, const std::string& condition, const std::string& a,
                                              const std::string& b);
Result<std::vector<training::Job>> SelectJobs(soci::session& sql, const std::string& condition, const std::string& a);
Result<std::vector<training::Job>> SelectJobs(soci::session& sql, const std::string& condition, std::int64_t argument);
Result<std::vector<training::Job>> SelectJobs(soci::session& sql, const std::string& condition);
Result<std::vector<training::JobVersion>> SelectVersions(soci::session& sql, const std::string& condition,
                                                         std::int64_t argument);
Result<std::vector<training::JobVersion>> SelectVersions(soci::session& sql, const std::string& condition);

void InsertJob(soci::session& sql, const training::Job& job);
void InsertVersion(soci::session& sql, const training::JobVersion& version);
void UpdateRun(soci::session& sql, std::int64_t version_id, const training::RunState& run);

}  // namespace atelier::storage
