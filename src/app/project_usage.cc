#include "app/project_usage.h"

#include <fmt/format.h>

namespace atelier::app {

Result<std::vector<std::string>> ProjectContents::Of(const std::string& project_id) {
  ATELIER_TRY(auto buckets, rooms_.objects.ListBuckets({project_id}));
  ATELIER_TRY(auto jobs, rooms_.jobs.CountJobs(project_id));
  ATELIER_TRY(auto algorithms, rooms_.algorithms.List(project_id, {.limit = 1}));
  ATELIER_TRY(auto parameter_sets, rooms_.parameter_sets.Count(project_id));
  ATELIER_TRY(auto models, rooms_.models.List(project_id, {}));
  ATELIER_TRY(auto services, rooms_.services.List(project_id, {}));
  ATELIER_TRY(auto boards, rooms_.boards.OfProject(project_id));
  std::vector<std::string> owned;
  auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) owned.push_back(fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"));
  };
  add(buckets.size(), "bucket");
  add(jobs, "training job");
  add(algorithms.total, "algorithm");
  add(parameter_sets, "parameter set");
  add(models.total, "model");
  add(services.total, "service");
  add(boards.size(), "visualization job");
  return owned;
}

}  // namespace atelier::app
