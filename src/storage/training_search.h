// The search for jobs (training/job_search.h) as SQL. Private to training_repository.cc.
#pragma once

#include <soci/soci.h>

#include <string>

#include "base/error.h"
#include "training/job_search.h"

namespace atelier::storage {

Result<training::JobSearchPage> SearchJobRows(soci::session& sql, const std::string& project_id,
                                              const training::JobSearch& search, TimePoint now);

}  // namespace atelier::storage
