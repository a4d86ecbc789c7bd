#include "app/project_usage.h"

#include <fmt/format.h>

namespace atelier::app {

Result<std::vector<std::string>> ProjectContents::Of(const std::string& project_id) {
  ATELIER_TRY(auto buckets, objects_.ListBuckets({project_id}));
  ATELIER_TRY(auto jobs, jobs_.Summaries(project_id));
  ATELIER_TRY(auto algorithms, algorithms_.List(project_id, {.limit = 1}));
  ATELIER_TRY(auto models, models_.List(project_id, {}));
  ATELIER_TRY(auto services, services_.List(project_id, {}));
  ATELIER_TRY(auto boards, boards_.OfProject(project_id));
  std::vector<std::string> owned;
  auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) owned.push_back(fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"));
  };
  add(buckets.size(), "bucket");
  add(jobs.size(), "training job");
  add(algorithms.total, "algorithm");
  add(models.total, "model");
  add(services.total, "service");
  add(boards.size(), "visualization job");
  return owned;
}

}  // namespace atelier::app
