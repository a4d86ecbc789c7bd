// Which jobs of a project are wanted, in which order, which page: the search of API v2 (modelarts-api section 2B.4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "training/job_summary.h"

namespace atelier::training {

enum class SearchField { kId, kName, kDescription, kPhase, kCreated, kStarted, kDuration };
enum class SearchOperator {
  kLike,     // contains one of the values, case ignored
  kIn,       // is one of them
  kNot,      // is none of them
  kBetween,  // lies between the two values, both included
};

// What a condition says, ready to be compared: texts for texts, numbers for times (ms), durations (ms) and statuses.
struct SearchFilter {
  SearchField field = SearchField::kName;
  SearchOperator op = SearchOperator::kIn;
  std::vector<std::string> texts;
  std::vector<std::int64_t> numbers;
};

struct JobSearch {
  static constexpr std::size_t kMostFilters = 20;
  static constexpr std::size_t kMostValues = 100;
  static constexpr int kMostPerPage = 50;

  std::string workspace_id = {};           // empty: any
  std::vector<SearchFilter> filters = {};  // all must hold
  std::vector<SearchField> order = {};     // before the creation time and the id, which always decide last
  bool descending = true;
  std::int64_t page = 0;  // from 0
  int per_page = kMostPerPage;
};

// The words of requests. InvalidArgument with ModelArts.2807 (key), 2808 (operator), 2809 (value), 2790 (order).
Result<SearchFilter> ParseSearchFilter(std::string_view key, std::string_view op,
                                       const std::vector<std::string>& values);
Result<SearchField> ParseSearchOrder(std::string_view field);
bool IsTextField(SearchField field);

struct JobSearchPage {
  std::vector<JobSummary> jobs;
  std::size_t matches = 0;  // that pass the filters
  std::size_t total = 0;    // jobs of the project that have a version
};
// What every repository must find: jobs without a version are never found. Reference for the contract test.
JobSearchPage SearchJobs(std::vector<JobSummary> all, const JobSearch& search, TimePoint now);

// The cloud's words for a status: "Running", and more exactly "Running", "Queuing", "CreateFailed".
std::string_view PhaseOf(Status status);
std::string_view SecondaryPhaseOf(Status status);

}  // namespace atelier::training
