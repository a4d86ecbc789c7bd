#include "app/orphans.h"

#include <set>

#include "base/log.h"
#include "serving/rollout.h"

namespace atelier::app {

Result<void> ForgetOrphans(compute::Backend& backend, const WorkloadOwners& owners) {
  std::set<std::string> wanted;
  ATELIER_TRY(auto services, owners.services.All());
  for (const auto& service : services)
    for (auto& id : serving::ReplicaIds(service)) wanted.insert(std::move(id));
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
