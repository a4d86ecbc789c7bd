// How a page of the job list is read: which index, which order. Private to the training repository.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "storage/conditions.h"
#include "training/job_listing.h"

namespace atelier::storage {

// What is known before a page is read.
struct JobListing {
  training::JobQuery query;
  Conditions where = {};     // what the query asks for
  TimePoint now = {};        // running jobs have lasted until then
  std::size_t jobs = 0;      // of the project
  std::size_t matching = 0;  // that pass the filter
};

// Selects the ids of the page. With no filter it walks the index of the order and stops at the page's end. With one it
// does the cheaper of two things: walk that index and leave out what does not match, or gather what matches through
// another index and sort it. The cheaper one looks at no more rows than about the root of (page's end x jobs). A search
// looks at every name besides. Its values are those of `where`.
std::string JobPageStatement(const JobListing& listing);

// The conditions of a query.
Conditions JobConditions(const std::string& project_id, const training::JobQuery& query);
// Fills in the conditions, and how many jobs there are and match.
JobListing CountListing(soci::session& sql, const std::string& project_id, const training::JobQuery& query,
                        TimePoint now);
std::vector<std::int64_t> SelectJobPage(soci::session& sql, const JobListing& listing);

}  // namespace atelier::storage
