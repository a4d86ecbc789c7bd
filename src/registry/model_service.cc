#include "registry/model_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/reconcile_loop.h"
#include "base/strings.h"
#include "registry/import_validation.h"
#include "registry/model_config.h"
#include "registry/package_finder.h"

namespace atelier::registry {
namespace {

constexpr std::chrono::milliseconds kTick{250};

}  // namespace

struct ModelService::State {
  ModelRepository& repository;
  object_store::ObjectService& objects;
  ModelChecker& checker;
  const Clock& clock;
  ModelServiceOptions options;
  std::function<Result<std::vector<std::string>>(const std::string&)> services_using;
  std::mutex rows;  // held from the reading of a row to its update
  ReconcileLoop loop;

  State(ModelRepository& r, object_store::ObjectService& o, ModelChecker& c, const Clock& k, ModelServiceOptions opts)
      : repository(r), objects(o), checker(c), clock(k), options(std::move(opts)), loop("models", kTick, [this] {
          return Pass();
        }) {}

  ReconcileLoop::Outcome Pass();
  Result<void> Advance(const Model& model);
  Result<void> Publish(const Model& model);
  Result<void> NotStarted(const Model& model, const Error& error);
  Result<void> FetchPackage(const Model& model);
  Result<void> Settle(const std::string& id, const ModelChecker::Outcome& outcome);
  Result<void> Erase(const Model& model);
};

ModelService::ModelService(ModelRepository& repository, object_store::ObjectService& objects, ModelChecker& checker,
                           const Clock& clock, ModelServiceOptions options)
    : state_(std::make_unique<State>(repository, objects, checker, clock, std::move(options))) {}

ModelService::~ModelService() { Stop(); }

void ModelService::SetServicesUsing(
    std::function<Result<std::vector<std::string>>(const std::string&)> services_using) {
  state_->services_using = std::move(services_using);
}

void ModelService::Start() { state_->loop.Start(); }
void ModelService::Stop() { state_->loop.Stop(); }
void ModelService::Wake() { state_->loop.Wake(); }

fs::path ModelService::PackageDirectory(const std::string& id) const { return state_->options.directory / id; }

Result<Model> ModelService::Import(const Caller& caller, const ImportRequest& request) {
  ATELIER_CHECK(ValidateImportRequest(request));
  ATELIER_TRY(SourceLocation location, ParseSourceLocation(request.source_location));
  ATELIER_TRY(FoundPackage package,
              FindPackage(state_->objects, {caller.project_id}, location, request.initial_config));
  if (!request.model_type.empty() && !EqualsIgnoreCase(request.model_type, package.config.model_type))
    return InvalidArgument(fmt::format("model_type is '{}' in the call but '{}' in config.json", request.model_type,
                                       package.config.model_type),
                           "ModelArts.3037", "model_type");
  Model model;
  model.id = NewUuid();
  model.project_id = caller.project_id;
  model.owner = caller.user_name;
  model.name = request.name;
  model.version = request.version;
  model.description = request.description;
  model.source_location = request.source_location;
  model.source_job_id = request.source_job_id;
  model.source_job_version = request.source_job_version;
  model.package_bucket = package.bucket;
  model.package_prefix = package.prefix;
  model.execution_code = package.execution_code;
  model.config = std::move(package.config);
  if (!request.model_algorithm.empty()) model.config.model_algorithm = request.model_algorithm;
  if (!request.runtime.empty()) model.config.runtime = request.runtime;
  if (!request.apis.empty()) {
    ATELIER_TRY(model.config.apis, ParseApis(request.apis, model.config.warnings));
  }
  if (!request.dependencies.empty()) {
    ATELIER_TRY(model.config.dependencies, ParseDependencies(request.dependencies));
  }
  model.install_types = request.install_types;
  model.workspace_id = request.workspace_id;
  model.source_type = request.source_type;
  model.source_copy = request.source_copy;
  if (!request.metrics.empty()) model.config.metrics = request.metrics;
  if (!request.docs.empty()) model.docs = request.docs;
  model.input_params = request.input_params;
  model.output_params = request.output_params;
  model.size_bytes = package.size_bytes;
  model.created = model.updated = state_->clock.Now();
  if (auto inserted = state_->repository.Insert(model); !inserted) {
    if (inserted.error().kind != ErrorKind::kAlreadyExists) return std::unexpected(std::move(inserted).error());
    return AlreadyExists(fmt::format("Model ({}, {}) already exists.", model.name, model.version), "ModelArts.3002",
                         model.name);
  }
  Wake();
  return model;
}

Result<Model> ModelService::Find(const Caller& caller, const std::string& id) {
  ATELIER_TRY(auto model, state_->repository.Find(id));
  if (!model || model->project_id != caller.project_id || model->status == ModelStatus::kDeleting)
    return NotFound(fmt::format("Model {} does not exist.", id), "ModelArts.3001", id);
  return *std::move(model);
}

Result<ModelPage> ModelService::List(const Caller& caller, const ModelFilter& filter) {
  return state_->repository.List(caller.project_id, filter);
}

Result<void> ModelService::Delete(const Caller& caller, const std::string& id) {
  ATELIER_TRY(Model model, Find(caller, id));
  if (state_->services_using) {
    ATELIER_TRY(auto services, state_->services_using(id));
    if (!services.empty())
      return FailedPrecondition(fmt::format("Model ({}, {}) is used by {} {}: delete or change {} first.", model.name,
                                            model.version, services.size() == 1 ? "service" : "services",
                                            Join(services, ", "), services.size() == 1 ? "it" : "them"),
                                "ModelArts.3009", id);
  }
  {
    std::lock_guard lock(state_->rows);
    ATELIER_TRY(model, Find(caller, id));  // it may have been settled since
    model.status = ModelStatus::kDeleting;
    model.updated = state_->clock.Now();
    ATELIER_CHECK(state_->repository.Update(model));
  }
  Wake();
  return {};
}

Result<ModelService::CascadeReport> ModelService::DeleteAllVersions(const Caller& caller, const std::string& id) {
  ATELIER_TRY(Model model, Find(caller, id));
  ModelFilter filter;
  filter.name = model.name;
  filter.exact = true;
  filter.limit = 20;
  ATELIER_TRY(ModelPage page, List(caller, filter));
  CascadeReport report;
  for (const auto& version : page.models) {
    if (auto deleted = Delete(caller, version.id))
      report.deleted.push_back(version.id);
    else
      report.refused.emplace_back(version.id, std::move(deleted).error());
  }
  return report;
}

ReconcileLoop::Outcome ModelService::State::Pass() {
  auto unsettled = repository.Unsettled();
  if (!unsettled) {
    LogError("models: cannot list unsettled models", {{"error", unsettled.error().message}});
    return ReconcileLoop::Outcome::kUnsettled;
  }
  for (auto& model : *unsettled)
    if (auto advanced = Advance(model); !advanced)
      LogWarning("models: step failed, will be repeated", {{"model", model.id}, {"error", advanced.error().message}});
  auto left = repository.Unsettled();
  return left && left->empty() ? ReconcileLoop::Outcome::kSettled : ReconcileLoop::Outcome::kUnsettled;
}

Result<void> ModelService::State::Advance(const Model& model) {
  if (model.status == ModelStatus::kDeleting) return Erase(model);
  return Publish(model);
}

Result<void> ModelService::State::Publish(const Model& model) {
  auto directory = options.directory / model.id;
  if (!fs::exists(directory)) {
    if (auto fetched = FetchPackage(model); !fetched) {
      // The package was found at import; what cannot be fetched now (deleted meanwhile, disk full) will not get better
      // by itself.
      if (fetched.error().kind == ErrorKind::kUnavailable) return fetched;
      // What was fetched of it goes at once: the disk may be full because of it.
      ATELIER_CHECK(RemoveTree(options.directory / (model.id + ".partial")));
      return Settle(model.id, {false, {}, "the model package could not be fetched: " + fetched.error().message});
    }
  }
  if (auto started = checker.Start(model, directory); !started) return NotStarted(model, started.error());
  ATELIER_TRY(auto outcome, checker.Poll(model.id));
  if (!outcome) return {};
  ATELIER_CHECK(Settle(model.id, *outcome));
  return checker.Forget(model.id);
}

// What is waited for is shown with the model; what will never be ends its way.
Result<void> ModelService::State::NotStarted(const Model& model, const Error& error) {
  if (error.kind == ErrorKind::kFailedPrecondition) return Settle(model.id, {false, {}, error.message});
  if (error.kind != ErrorKind::kUnavailable) return std::unexpected(error);
  std::lock_guard lock(rows);
  ATELIER_TRY(auto now, repository.Find(model.id));
  if (!now || now->status != ModelStatus::kPublishing || now->reason == error.message) return {};
  now->reason = error.message;
  return repository.Update(*now);
}

Result<void> ModelService::State::FetchPackage(const Model& model) {
  // Built beside and renamed, so that an existing folder is always whole.
  auto partial = options.directory / (model.id + ".partial");
  ATELIER_CHECK(MakeDirectories(options.directory));
  ATELIER_CHECK(RemoveTree(partial));
  ATELIER_TRY(auto report, objects.Materialize({model.project_id}, model.package_bucket, model.package_prefix, partial,
                                               options.link));
  if (report.files == 0) return NotFound("the folder is empty now", "ModelArts.3017");
  ATELIER_CHECK(SyncDirectory(partial));
  std::error_code error;
  fs::rename(partial, options.directory / model.id, error);
  if (error) return ErrnoError("rename " + partial.string(), error.value());
  return SyncDirectory(options.directory);
}

Result<void> ModelService::State::Settle(const std::string& id, const ModelChecker::Outcome& outcome) {
  std::lock_guard lock(rows);
  ATELIER_TRY(auto model, repository.Find(id));
  // Its deletion was asked while it was checked.
  if (!model || model->status != ModelStatus::kPublishing) return {};
  model->status = outcome.ok ? ModelStatus::kPublished : ModelStatus::kFailed;
  model->reason = outcome.reason;
  model->check_report = outcome.report;
  model->updated = clock.Now();
  LogInfo("model checked",
          {{"model", id}, {"name", model->name}, {"status", ToString(model->status)}, {"reason", model->reason}});
  return repository.Update(*model);
}

Result<void> ModelService::State::Erase(const Model& model) {
  ATELIER_CHECK(checker.Forget(model.id));
  ATELIER_CHECK(RemoveTree(options.directory / (model.id + ".partial")));
  ATELIER_CHECK(RemoveTree(options.directory / model.id));
  return repository.Remove(model.id);
}

}  // namespace atelier::registry
