// What a DeploymentService is made of. See deployment_service.h for what it promises.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/reconcile_loop.h"
#include "serving/deployment_reconciler.h"
#include "serving/deployment_service.h"

namespace atelier::serving {

// Service rows change under `rows`: callers and the reconciler read, change and write a row as one step.
struct DeploymentService::State {
  ServiceRepository& repository;
  registry::ModelService& models;
  ReplicaRunner& runner;
  const Clock& clock;
  Hooks hooks;
  std::mutex rows;
  std::mutex counting;                         // taken after `rows`; guards:
  std::map<std::string, ServiceCounts> saved;  // what of the counts since the server's start is in the rows
  // Replicas whose rows have gone on to another attempt, until the runner lets them be forgotten (their launcher may
  // still be ending). Guarded by `rows`. Lost in a crash, they are orphans, which the next start forgets.
  std::set<std::string> ending;
  DeploymentReconciler reconciler;
  std::mutex measuring;  // guards:
  struct Sample {
    TimePoint time;
    double cpu_seconds = 0;
    double cores = 0;
  };
  std::map<std::string, Sample> samples;  // by replica; those of replicas that are gone are dropped
  ReconcileLoop loop;
  bool stopped = false;

  State(ServiceRepository& r, registry::ModelService& m, ReplicaRunner& u, const Clock& c, Hooks h);

  ReconcileLoop::Outcome Pass();
  Result<bool> Advance(const std::string& id);  // true when nothing is left to do
  Result<void> Store(const DeploymentReconciler::Step& step);
  void ForgetEnded();
  // Rows of the caller's project; NotFound (3502) for every other.
  Result<Service> Row(const Caller& caller, const std::string& id);
  Result<void> Update(Service service);  // and what was counted since
  void AddUnsaved(Service& service);     // the caller holds `counting`
  void SaveCounts();
  ServiceCounts Unsaved(const std::string& id);  // the caller holds `counting`
  // What is wanted, checked against the models there are. Errors as Deploy() has them.
  Result<std::vector<ModelDeployment>> Resolve(const Caller& caller, const std::vector<DeployRequest::Item>& items,
                                               bool wait_for_models);
  void SwitchTo(Service& service, bool running, const std::string& why);
  // The batch task of a new configuration, if that names one. 3519 while it runs.
  Result<void> TakeBatch(const Caller& caller, Service& service, const std::vector<DeployRequest::Item>& items);
  Result<void> TakeConfiguration(const Caller& caller, Service& service, const ServiceChanges& changes);
  double CoresUsed(const std::string& replica_id, const ReplicaUsage& usage);  // the caller holds `measuring`
};

// Whether a service that runs has come to the end of its schedule.
inline bool ScheduleEnded(const Service& service, TimePoint now) {
  return service.stop_at && service.desired == DesiredState::kRunning && service.status != ServiceStatus::kFailed &&
         *service.stop_at <= now;
}
// Anew from now on, or nothing without a schedule.
void StartSchedule(Service& service, TimePoint now);

}  // namespace atelier::serving
