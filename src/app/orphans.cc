#include "app/orphans.h"

#include <set>

#include "base/log.h"
#include "serving/deployment_service.h"

namespace atelier::app {

Result<void> ForgetOrphans(compute::Backend& backend, const WorkloadOwners& owners) {
  std::set<std::string> wanted;
  ATELIER_TRY(auto services, owners.services.All());
  for (const auto& service : services)
    for (std::size_t d = 0; d < service.deployments.size(); ++d)
      for (std::size_t r = 0; r < service.deployments[d].attempts.size(); ++r)
        wanted.insert(serving::ReplicaId(service, d, r));
  ATELIER_TRY(auto models, owners.models.Unsettled());
  for (const auto& model : models) wanted.insert("model-" + model.id);
  ATELIER_TRY(auto ids, backend.List());
  for (const auto& id : ids) {
    if ((!id.starts_with("svc-") && !id.starts_with("model-")) || wanted.contains(id)) continue;
    LogWarning("an orphan workload is stopped", {{"workload", id}});
    ATELIER_CHECK(backend.Stop(id, Milliseconds(0)));
    auto forgotten = backend.Forget(id);
    // Still ending: the next start forgets it.
    if (!forgotten && forgotten.error().kind != ErrorKind::kFailedPrecondition) return forgotten;
  }
  return {};
}

}  // namespace atelier::app
