// Import, check, list and delete models.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "object_store/object_service.h"
#include "registry/model_repository.h"
#include "registry/types.h"

namespace atelier::registry {

// Port: really opens a model package, in a process of its own (implemented by PackageCheck over a compute backend).
// Idempotent.
class ModelChecker {
 public:
  struct Outcome {
    bool ok = false;
    std::string report;  // JSON text: signatures, service class, warnings
    std::string reason;  // when not ok
  };
  virtual ~ModelChecker() = default;
  // Unavailable: not yet, and what is waited for; FailedPrecondition: it will never be possible, and why.
  virtual Result<void> Start(const Model& model, const std::filesystem::path& package) = 0;
  // nullopt while it runs.
  virtual Result<std::optional<Outcome>> Poll(const std::string& model_id) = 0;
  virtual Result<void> Forget(
      const std::string& model_id) = 0;  // stops it first; FailedPrecondition until it has ended
};

struct ImportRequest {
  std::string name, version, description;
  std::string source_location;
  std::string source_job_id, source_job_version;
  std::string model_type;  // optional; must agree with config.json
  std::string model_algorithm, runtime;
  std::string initial_config;  // a config.json as text
  std::string apis;            // JSON text that replaces config.json's apis, or empty
  std::string dependencies;    // JSON text, or empty
  std::string execution_code;
  std::vector<std::string> install_types;
  std::string workspace_id = "0";
  std::string source_type, source_copy;
  std::string metrics;                      // JSON text that replaces config.json's metrics, or empty
  std::string docs;                         // JSON text, or empty
  std::string input_params, output_params;  // JSON text, or empty
};

struct ModelServiceOptions {
  std::filesystem::path directory;  // <data-dir>/models
  bool link = true;                 // packages as hard links (the sandbox shows them read-only); else copies
};

// Thread-safe. One reconcile thread carries imports and deletions on; a crash at any point is repaired by its next
// pass.
class ModelService {
 public:
  // `services_using`: names of services that use a model, given by the composition root.
  ModelService(ModelRepository& repository, object_store::ObjectService& objects, ModelChecker& checker,
               const Clock& clock, ModelServiceOptions options);
  ~ModelService();

  void SetServicesUsing(std::function<Result<std::vector<std::string>>(const std::string& model_id)> services_using);
  void Start();
  void Stop();
  void Wake();

  // The package is found and its config.json read at once, so that a wrong path or a broken file is told to the caller;
  // the model is then `publishing` until the SavedModel and the inference code have really been opened.
  Result<Model> Import(const Caller& caller, const ImportRequest& request);
  Result<Model> Find(const Caller& caller, const std::string& id);  // NotFound, ModelArts.3001
  Result<ModelPage> List(const Caller& caller, const ModelFilter& filter);
  // FailedPrecondition, ModelArts.3009, naming the services that still use it.
  Result<void> Delete(const Caller& caller, const std::string& id);
  // All versions of the model's name (at most 20): deleted ids and refused ones with the reason.
  struct CascadeReport {
    std::vector<std::string> deleted;
    std::vector<std::pair<std::string, Error>> refused;
  };
  Result<CascadeReport> DeleteAllVersions(const Caller& caller, const std::string& id);

  // Where the package of a published model lies. Valid until the model is deleted.
  std::filesystem::path PackageDirectory(const std::string& id) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace atelier::registry
