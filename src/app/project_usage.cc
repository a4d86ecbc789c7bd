#include "app/project_usage.h"

#include <fmt/format.h>

namespace atelier::app {

Result<std::vector<std::string>> ProjectContents::Of(const std::string& project_id) {
  ATELIER_TRY(auto buckets, objects_.ListBuckets({project_id}));
  ATELIER_TRY(auto jobs, jobs_.CountJobs(project_id));
  ATELIER_TRY(auto parameter_sets, parameter_sets_.Count(project_id));
  ATELIER_TRY(auto models, models_.List(project_id, {}));
  ATELIER_TRY(auto services, services_.List(project_id, {}));
  std::vector<std::string> owned;
  auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) owned.push_back(fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"));
  };
  add(buckets.size(), "bucket");
  add(jobs, "training job");
  add(parameter_sets, "parameter set");
  add(models.total, "model");
  add(services.total, "service");
  return owned;
}

}  // namespace atelier::app
