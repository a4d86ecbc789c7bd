#include "app/platform.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>

#include "api/audit/audit_routes.h"
#include "api/boards/board_routes.h"
#include "api/iam/administration_routes.h"
#include "api/iam/iam_routes.h"
#include "api/infer/infer_route.h"
#include "api/modelarts/algorithm_routes.h"
#include "api/modelarts/api_key_routes.h"
#include "api/modelarts/app_routes.h"
#include "api/modelarts/inference_routes.h"
#include "api/modelarts/model_routes.h"
#include "api/modelarts/parameter_set_routes.h"
#include "api/modelarts/service_routes.h"
#include "api/modelarts/training_routes.h"
#include "api/modelarts/training_v2_routes.h"
#include "api/modelarts/unserved_routes.h"
#include "api/modelarts/visualization_routes.h"
#include "api/object_store/object_store_surface.h"
#include "api/platform/platform_surface.h"
#include "app/lifecycle_metrics.h"
#include "app/maintenance.h"
#include "app/operations_routes.h"
#include "app/orphans.h"
#include "app/project_usage.h"
#include "app/stored_data.h"
#include "app/tenancy.h"
#include "audit/audit_log.h"
#include "auth/app_authenticator.h"
#include "base/log.h"
#include "base/strings.h"
#include "batch/batch_runner.h"
#include "batch/places.h"
#include "boards/board_service.h"
#include "boards/object_event_source.h"
#include "compute/local_backend.h"
#include "engines/background_installer.h"
#include "engines/engine_store.h"
#include "http/server.h"
#include "iam/app_service.h"
#include "object_store/lifecycle_worker.h"
#include "observe/metrics.h"
#include "registry/package_check.h"
#include "serving/blocking_predict.h"
#include "serving/predict_router.h"
#include "serving/predictor_runner.h"
#include "spec/document.h"
#include "spec/request_validator.h"
#include "storage/algorithm_repository.h"
#include "storage/app_repository.h"
#include "storage/audit_repository.h"
#include "storage/board_repository.h"
#include "storage/identity_repository.h"
#include "storage/model_repository.h"
#include "storage/parameter_set_repository.h"
#include "storage/service_repository.h"
#include "storage/training_repository.h"
#include "training/algorithm_service.h"
#include "training/algorithm_template.h"
#include "training/engine_store_source.h"
#include "training/job_service.h"
#include "training/object_artifact_store.h"
#include "training/parameter_sets.h"
#include "training/run_layout.h"
#include "training/whole_jobs.h"

namespace atelier::app {
namespace {

constexpr std::chrono::microseconds kPlatformSpin{100};  // about what a prediction takes
constexpr std::size_t kPoolQueue = 4096;
constexpr const char* kPlatform = "platform";
constexpr const char* kObjectStore = "object_store";

std::optional<compute::SandboxLevel> SandboxLevelOf(const std::string& text) {
  if (text == "full") return compute::SandboxLevel::kFull;
  if (text == "limits") return compute::SandboxLevel::kLimits;
  if (text == "none") return compute::SandboxLevel::kNone;
  return std::nullopt;
}

// Package index and proxy settings of the server's own environment: jobs that install packages need them. Never
// secrets.
std::map<std::string, std::string> PassedEnvironment() {
  std::map<std::string, std::string> passed;
  for (const char* name :
       {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_CERT", "PIP_FIND_LINKS", "PIP_DEFAULT_TIMEOUT",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE"})
    if (const char* value = std::getenv(name))  // NOLINT(concurrency-mt-unsafe): before any thread
      passed[name] = value;
  return passed;
}

std::vector<std::string> BaseDomains(const std::string& setting) {
  std::vector<std::string> domains;
  for (auto piece : Split(setting, ','))
    if (auto name = Trim(piece); !name.empty()) domains.push_back(ToLower(name));
  return domains;
}

void LogAccess(const http::AccessRecord& record) {
  Log(record.status >= 500 ? LogLevel::kError : LogLevel::kInfo, "request",
      {{"request_id", record.request_id},
       {"listener", record.listener},
       {"remote", record.remote_address},
       {"method", record.method},
       {"path", record.path},
       {"action", record.action},
       {"status", record.status},
       {"bytes_in", record.bytes_in},
       {"bytes_out", record.bytes_out},
       {"micros", record.duration.count()},
       {"error", record.error}});
}

}  // namespace

fs::path ProgramDirectory() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

Result<fs::path> PythonDirectory(const std::string& setting) {
  if (!setting.empty()) return fs::absolute(setting);
  auto program = ProgramDirectory();
  for (auto folder = program; folder.has_relative_path(); folder = folder.parent_path())
    for (const auto& candidate : {folder / "share/atelier/python", folder / "python"}) {
      std::error_code error;
      if (fs::exists(candidate / "engines/catalogue.json", error)) return candidate;
    }
  return FailedPrecondition("the Python that ships with Atelier was not found beside " + program.string() +
                            ": set python-dir");
}

// In the order of construction; destroyed in the reverse.
struct Platform::Parts {
  Settings settings;
  SystemClock clock;
  bool first_start = false;
  std::atomic<bool> ready{false};
  observe::Metrics metrics;
  std::unique_ptr<StoredData> stored;

  std::unique_ptr<storage::SqlAuditRepository> audit_rows;
  std::unique_ptr<audit::AuditLog> audit;
  std::optional<spec::RequestValidator> validator;

  std::unique_ptr<storage::SqlIdentityRepository> identity_rows;
  std::unique_ptr<iam::IdentityService> identities;
  std::unique_ptr<object_store::ObjectService> objects;
  std::unique_ptr<Maintenance> maintenance;
  std::unique_ptr<object_store::LifecycleWorker> lifecycle;
  std::unique_ptr<engines::EngineStore> engines;
  std::unique_ptr<engines::BackgroundInstaller> installer;
  std::unique_ptr<compute::LocalBackend> backend;
  registry::PredictorPrograms programs;

  std::unique_ptr<storage::SqlModelRepository> model_rows;
  std::unique_ptr<registry::PackageCheck> package_check;
  std::unique_ptr<registry::ModelService> models;
  std::unique_ptr<storage::SqlServiceRepository> service_rows;
  std::unique_ptr<serving::PredictorRunner> runner;

  std::unique_ptr<storage::SqlAppRepository> app_rows;
  std::unique_ptr<iam::AppService> apps;
  std::unique_ptr<auth::AppAuthenticator> app_authenticator;
  std::unique_ptr<auth::PlatformAuthenticator> platform_authenticator;
  std::unique_ptr<auth::ObjectStoreAuthenticator> object_store_authenticator;
  std::unique_ptr<WorkerPool> pool;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<serving::PredictRouter> router;
  std::unique_ptr<serving::DeploymentService> services;
  std::unique_ptr<batch::BatchRunner> batches;

  std::unique_ptr<storage::SqlTrainingRepository> job_rows;
  std::unique_ptr<training::ObjectArtifactStore> artifacts;
  std::unique_ptr<training::EngineStoreSource> engine_source;
  std::unique_ptr<training::JobService> jobs;
  std::unique_ptr<training::WholeJobs> whole_jobs;
  std::unique_ptr<storage::SqlParameterSetRepository> parameter_set_rows;
  std::unique_ptr<training::ParameterSets> parameter_sets;
  std::unique_ptr<storage::SqlAlgorithmRepository> algorithm_rows;
  std::unique_ptr<training::AlgorithmService> algorithms;

  std::unique_ptr<Tenancy> tenancy;

  std::unique_ptr<storage::SqlBoardRepository> board_rows;
  std::unique_ptr<boards::ObjectEventSource> events;
  std::unique_ptr<boards::BoardService> boards;

  std::unique_ptr<ProjectContents> project_usage;
  std::unique_ptr<iam::Administration> administration;

  http::Handler platform_handler;
  std::vector<api::RouteLine> route_lines;
  std::string platform_address, object_store_address;

  const DataDirectory& Directory() const { return *stored->directory; }
  Result<void> OpenStorage();
  Result<void> OpenCompute();
  void MakeModels();
  Result<void> MakeServer();
  void MakeServices();
  void MakeTenancy();
  void MakeJobs();
  void MakeBoards();
  Result<void> MakeRoutes();
  void AddGauges();
  Result<std::string> JobOutput(const std::string& project_id, const std::string& job_id,
                                const std::string& version_name);
};

Platform::Platform() : parts_(std::make_unique<Parts>()) {}
Platform::~Platform() { Stop(); }
const std::string& Platform::platform_address() const { return parts_->platform_address; }
const std::string& Platform::object_store_address() const { return parts_->object_store_address; }
bool Platform::first_start() const { return parts_->first_start; }
const std::vector<api::RouteLine>& Platform::routes() const { return parts_->route_lines; }

Result<std::unique_ptr<Platform>> Platform::Open(const Settings& settings) {
  std::unique_ptr<Platform> platform(new Platform());
  auto& parts = *platform->parts_;
  parts.settings = settings;
  ATELIER_CHECK(parts.OpenStorage());
  ATELIER_CHECK(parts.OpenCompute());
  parts.MakeModels();
  ATELIER_CHECK(parts.MakeServer());
  parts.MakeServices();
  parts.MakeTenancy();
  parts.MakeJobs();
  parts.MakeBoards();
  ATELIER_CHECK(parts.MakeRoutes());
  parts.AddGauges();
  return platform;
}

Result<void> Platform::Parts::OpenStorage() {
  ATELIER_TRY(stored, StoredData::Open(settings.data_dir, clock, true));
  audit_rows = std::make_unique<storage::SqlAuditRepository>(*stored->control);
  audit::AuditLimits limits;
  limits.retention = std::chrono::days(settings.audit_retention);
  limits.rows = settings.audit_rows;
  audit = std::make_unique<audit::AuditLog>(*audit_rows, clock, limits);
  identity_rows = std::make_unique<storage::SqlIdentityRepository>(*stored->control);
  identities = std::make_unique<iam::IdentityService>(*identity_rows, clock, settings.region);
  ATELIER_TRY(auto credentials, identities->Bootstrap(settings.domain_name, settings.user_name));
  if (credentials) {
    first_start = true;
    ATELIER_CHECK(Directory().WriteCredentials(*credentials));
  }
  objects = std::make_unique<object_store::ObjectService>(*stored->index, *stored->blobs, clock, settings.region);
  maintenance = std::make_unique<Maintenance>(
      *stored, clock,
      object_store::ScrubberOptions{settings.scrub_bytes_per_second, std::chrono::seconds(settings.scrub_interval)});
  lifecycle = std::make_unique<object_store::LifecycleWorker>(
      *objects, clock,
      object_store::LifecycleOptions{.interval = std::chrono::seconds(settings.lifecycle_interval),
                                     .day = std::chrono::seconds(settings.lifecycle_day)});
  return {};
}

Result<void> Platform::Parts::OpenCompute() {
  ATELIER_TRY(fs::path python_dir, PythonDirectory(settings.python_dir));
  ATELIER_TRY(auto catalogue, engines::Catalogue::Load(python_dir / "engines/catalogue.json"));
  auto engines_dir = settings.engines_dir.empty() ? Directory() / "engines" : fs::absolute(settings.engines_dir);
  engines = std::make_unique<engines::EngineStore>(std::move(catalogue), engines_dir, python_dir);
  compute::LocalBackendOptions options;
  options.directory = Directory() / "workloads";
  options.launcher = ProgramDirectory() / "atelier-launcher";
  options.level = SandboxLevelOf(settings.sandbox);
  ATELIER_TRY(backend, compute::LocalBackend::Open(std::move(options)));
  LogInfo("sandbox", {{"level", compute::ToString(backend->level())}, {"reason", backend->level_reason()}});
  programs = {ProgramDirectory() / "atelier-predictor", python_dir, settings.serving_engine};
  return {};
}

void Platform::Parts::MakeModels() {
  model_rows = std::make_unique<storage::SqlModelRepository>(*stored->control);
  installer = std::make_unique<engines::BackgroundInstaller>(*engines);
  package_check =
      std::make_unique<registry::PackageCheck>(*backend, *engines, *installer, clock, programs, Directory() / "checks");
  // Without a sandbox nothing keeps user code from writing into a hard link: then packages are copied.
  bool link = backend->level() != compute::SandboxLevel::kNone;
  models = std::make_unique<registry::ModelService>(*model_rows, *objects, *package_check, clock,
                                                    registry::ModelServiceOptions{Directory() / "models", link});
  service_rows = std::make_unique<storage::SqlServiceRepository>(*stored->control);
  runner = std::make_unique<serving::PredictorRunner>(*backend, *engines, programs, Directory() / "replicas",
                                                      settings.workers_per_predictor);
}

Result<void> Platform::Parts::MakeServer() {
  platform_authenticator = std::make_unique<auth::PlatformAuthenticator>(*identities, clock);
  app_rows = std::make_unique<storage::SqlAppRepository>(*stored->control);
  auto project_enabled = [this](const std::string& id) -> Result<bool> {
    ATELIER_TRY(auto project, identity_rows->FindProject(id));
    return project && project->enabled;
  };
  ATELIER_TRY(apps, iam::AppService::Open(*app_rows, clock, std::move(project_enabled)));
  app_authenticator = std::make_unique<auth::AppAuthenticator>(*apps, clock);
  object_store_authenticator = std::make_unique<auth::ObjectStoreAuthenticator>(*identities, clock);
  pool = std::make_unique<WorkerPool>(settings.worker_threads, kPoolQueue);
  server = std::make_unique<http::Server>(http::ServerLimits{}, *pool, [this](const http::AccessRecord& record) {
    LogAccess(record);
    metrics.CountRequest({record.listener, record.action, record.status,
                          static_cast<double>(record.duration.count()) / 1e6, record.bytes_in, record.bytes_out});
  });
  // The routes need the server's loop, the server needs the routes: they are looked up when a request comes.
  http::ListenerOptions platform{.name = kPlatform,
                                 .address = settings.listen,
                                 .loops = 1,
                                 .spin = kPlatformSpin,
                                 .handler = [this](http::Exchange& exchange) { return platform_handler(exchange); }};
  ATELIER_TRY(platform_address, server->AddListener(std::move(platform)));
  http::ListenerOptions store{
      .name = kObjectStore,
      .address = settings.obs_listen,
      .loops = settings.object_store_loops,
      .handler = api::MakeObjectStoreHandler(*objects, *object_store_authenticator,
                                             {settings.region, BaseDomains(settings.obs_domains),
                                              [this](const std::string& id) { return identities->AccountName(id); }})};
  ATELIER_TRY(object_store_address, server->AddListener(std::move(store)));
  return {};
}

void Platform::Parts::MakeServices() {
  serving::PredictRouterOptions options{settings.predict_queue, std::chrono::seconds(settings.predict_timeout)};
  router = std::make_unique<serving::PredictRouter>(server->Loop(kPlatform).get_executor(), options);
  serving::DeploymentService::Hooks hooks;
  hooks.publish_route = [this](const serving::ServiceRoute& route) {
    router->Publish(route);
    if (route.gone) apps->ForgetService(route.service_id);
    batches->Wake();
  };
  hooks.counts = [this](const std::string& service_id) { return router->Counts(service_id); };
  hooks.drained = [this](const std::string& replica_id) { return router->Drained(replica_id); };
  hooks.check_batch = [this](const serving::Caller& caller, const serving::BatchSpec& spec) {
    return batch::CheckSpec(*objects, caller.project_id, spec);
  };
  hooks.check_replicas = [this](const serving::Caller& caller, std::size_t more) {
    return tenancy->CheckReplicas(caller.project_id, more);
  };
  services = std::make_unique<serving::DeploymentService>(*service_rows, *models, *runner, clock, std::move(hooks));
  auto predict = [this](const std::string& id, serving::PredictRequest request, const std::stop_token& stop) {
    return serving::BlockingPredict(*router, server->Loop(kPlatform).get_executor(), id, std::move(request), stop);
  };
  batch::BatchPorts ports{*services, *models, *objects, predict,
                          [this](const std::string& specification) { return runner->Workers(specification); }};
  batches = std::make_unique<batch::BatchRunner>(std::move(ports), settings.predict_body_limit);
  models->SetServicesUsing([this](const std::string& model_id) { return services->ServicesUsing(model_id); });
  backend->OnChange([this](const std::string& id) {
    if (id.starts_with("svc-")) services->Wake();
    if (id.starts_with("model-")) models->Wake();
  });
}

void Platform::Parts::MakeTenancy() {
  job_rows = std::make_unique<storage::SqlTrainingRepository>(*stored->control);
  algorithm_rows = std::make_unique<storage::SqlAlgorithmRepository>(*stored->control);
  algorithms = std::make_unique<training::AlgorithmService>(*algorithm_rows, clock);
  tenancy = std::make_unique<Tenancy>(*stored->control,
                                      Tenancy::Rooms{*job_rows, *algorithm_rows, *model_rows, *service_rows}, clock,
                                      DefaultQuotas(settings));
}

void Platform::Parts::MakeJobs() {
  artifacts = std::make_unique<training::ObjectArtifactStore>(*objects);
  engine_source = std::make_unique<training::EngineStoreSource>(*engines, *installer);
  training::JobOptions options;
  options.runner.directory = Directory() / "jobs";
  options.runner.workload.disk_limit = settings.job_disk_limit;
  options.runner.workload.network =
      settings.job_network == "none" ? compute::NetworkAccess::kNone : compute::NetworkAccess::kHost;
  options.runner.workload.environment = PassedEnvironment();
  options.runner.workload.environment["S3_ENDPOINT"] = "http://" + object_store_address;
  options.runner.workload.environment["S3_USE_HTTPS"] = "0";
  options.runner.workload.environment["S3_VERIFY_SSL"] = "0";
  options.runner.workload.environment["S3_REGION"] = settings.region;
  options.job_quota = [this](const std::string& project_id) { return tenancy->JobQuota(project_id); };
  jobs = std::make_unique<training::JobService>(
      training::JobPorts{*job_rows, *artifacts, *engine_source, *backend, clock}, std::move(options));
  auto find_algorithm = [this](const std::string& project_id,
                               const std::string& id) -> Result<training::AlgorithmTemplate> {
    ATELIER_TRY(auto algorithm, algorithms->Find(project_id, id));
    return training::TemplateOf(algorithm);
  };
  whole_jobs = std::make_unique<training::WholeJobs>(*jobs, find_algorithm);
}

void Platform::Parts::MakeBoards() {
  board_rows = std::make_unique<storage::SqlBoardRepository>(*stored->control);
  events = std::make_unique<boards::ObjectEventSource>(*objects);
  boards::BoardOptions options;
  options.runner.directory = Directory() / "boards";
  options.runner.program_folder = programs.python_dir / "board";
  options.runner.engine = settings.serving_engine;
  options.quota = settings.board_quota;
  boards = std::make_unique<boards::BoardService>(
      boards::BoardPorts{*board_rows, *events, *engine_source, *backend, clock}, std::move(options));
  backend->OnChange([this](const std::string& id) {
    if (id.starts_with(boards::kWorkloads)) boards->Wake();
  });
  parameter_set_rows = std::make_unique<storage::SqlParameterSetRepository>(*stored->control);
  parameter_sets = std::make_unique<training::ParameterSets>(*parameter_set_rows, *engine_source, *backend, clock);
}

Result<std::string> Platform::Parts::JobOutput(const std::string& project_id, const std::string& job_id,
                                               const std::string& version_name) {
  auto id = ParseNumber<std::int64_t>(job_id);
  if (!id) {  // users of API v2 know the job by its UUID
    if (auto named = whole_jobs->Find(project_id, job_id)) id = named->job.id;
  }
  if (!id)
    return InvalidArgument("source_job_id: expected a training job's number or UUID, got '" + job_id + "'",
                           "ModelArts.3037", "source_job_id");
  auto found = jobs->FindVersionNamed(project_id, *id, version_name);
  if (!found && found.error().kind == ErrorKind::kNotFound)
    return NotFound(found.error().message, "ModelArts.3017", "source_job_version");
  if (!found) return std::unexpected(std::move(found).error());
  ATELIER_TRY(auto folder, training::VersionFolder(found->version.spec.train_url, found->version.number));
  return "/" + folder.bucket + "/" + folder.key;
}

Result<void> Platform::Parts::MakeRoutes() {
  project_usage = std::make_unique<ProjectContents>(
      ProjectRooms{*objects, *job_rows, *algorithm_rows, *parameter_set_rows, *model_rows, *service_rows, *board_rows});
  administration = std::make_unique<iam::Administration>(*identity_rows, *identities, *project_usage, clock);
  auto finder = [this](const std::string& project, const std::string& job, const std::string& version) {
    return JobOutput(project, job, version);
  };
  auto may_maintain = [this](const iam::Principal& principal) { return administration->AuthorizeServer(principal); };
  auto sees_all = [this](const iam::Principal& principal) {
    return administration->AuthorizeServer(principal).has_value();
  };
  std::vector<api::PlatformRoute> routes = OperationsRoutes(metrics, [this] { return ready.load(); });
  for (auto& group :
       {maintenance->Routes(may_maintain), api::IamRoutes(*identities, {"http://" + object_store_address}),
        api::AdministrationRoutes(*administration), api::AuditRoutes(*audit, sees_all), api::TrainingRoutes(*jobs),
        api::ParameterSetRoutes(*parameter_sets), api::TrainingV2Routes(*whole_jobs), api::VisualizationRoutes(*boards),
        api::ModelRoutes(*models, finder), api::ServiceRoutes(*services, backend->Flavors()),
        api::AppRoutes(*apps, *services), api::ApiKeyRoutes(*apps, *services),
        api::InferenceRoutes(*services, *models, backend->Flavors()), api::AlgorithmRoutes(*algorithms),
        tenancy->Routes(*identities), api::UnservedRoutes()})
    routes.insert(routes.end(), group.begin(), group.end());
  tenancy->Guard(routes);
  auto direct = api::InferRoutes(*router, *platform_authenticator, *app_authenticator, {settings.predict_body_limit});
  for (auto& route : api::BoardRoutes(*boards, *platform_authenticator)) direct.push_back(std::move(route));
  route_lines = api::ListRoutes(routes, direct);
  ATELIER_TRY(auto specification, spec::Specification::Parse(spec::DocumentText()));
  ATELIER_TRY(validator, spec::RequestValidator::Make(std::move(specification)));
  platform_handler = api::MakePlatformHandler(std::move(routes), std::move(direct), *platform_authenticator,
                                              {.validator = &*validator, .audit = audit.get()});
  return {};
}

void Platform::Parts::AddGauges() {
  maintenance->AddGauges(metrics);
  metrics.AddCounter("atelier_audit_dropped_total", "Failed requests that the audit log had no room for.",
                     [this] { return static_cast<double>(audit->dropped()); });
  AddLifecycleMetrics(metrics, [this] { return lifecycle->totals(); });
  metrics.AddGauge("atelier_predictions_in_flight", "Predictions waiting or running.",
                   [this] { return static_cast<double>(router->InFlight()); });
  metrics.AddGauge("atelier_workloads", "Workloads known to the compute backend.", [this] {
    auto ids = backend->List();
    return ids ? static_cast<double>(ids->size()) : -1.0;
  });
}

Result<void> Platform::Start() {
  auto& parts = *parts_;
  ATELIER_CHECK(ForgetOrphans(*parts.backend, {*parts.service_rows, *parts.model_rows}));
  parts.models->Start();
  parts.services->Start();
  parts.batches->Start();
  parts.jobs->Start();
  parts.boards->Start();
  parts.maintenance->Start();
  parts.server->Start();
  parts.lifecycle->Start();
  parts.ready = true;
  ATELIER_CHECK(parts.Directory().WriteAddresses(parts.platform_address, parts.object_store_address));
  LogInfo("serving", {{"platform", parts.platform_address},
                      {"object_store", parts.object_store_address},
                      {"data_dir", parts.Directory().path().string()}});
  return {};
}

void Platform::Stop() {
  auto& parts = *parts_;
  if (parts.batches) parts.batches->Stop();  // while there is a loop to answer it
  if (parts.server && parts.ready.exchange(false)) {
    parts.Directory().RemoveAddresses();
    parts.server->Stop(std::chrono::seconds(parts.settings.stop_grace));
    parts.pool.reset();  // before the loops go: its threads may still be leaving their last post to one
  }
  if (parts.maintenance) parts.maintenance->Stop();
  if (parts.lifecycle) parts.lifecycle->Stop();
  parts.whole_jobs.reset();
  parts.jobs.reset();
  if (parts.boards) parts.boards->Stop();
  if (parts.services) parts.services->Stop();
  if (parts.models) parts.models->Stop();
  FlushLog();
}

}  // namespace atelier::app
