// One worker: a forked child that loads the model and answers requests in their order.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "predictor/answer.h"
#include "predictor/micro_batches.h"
#include "predictor/protocol.h"
#include "predictor/python_host.h"
#include "predictor/saved_model.h"

namespace atelier::predictor {

struct PredictorOptions {
  std::filesystem::path model_dir;    // saved_model.pb, customize_service.py
  std::filesystem::path run_dir;      // sockets and state.json
  std::filesystem::path environment;  // of the serving engine
  std::filesystem::path python_dir;   // holds model_service
  std::filesystem::path report;       // of `check`
  std::string service_name, model_name = "model";
  std::size_t workers = 1;
  std::uint64_t memory_limit = 0;  // RLIMIT_DATA of a worker; 0: none
  std::uint64_t backoff_max_ms = 5000;

  std::filesystem::path user_code() const { return model_dir / "customize_service.py"; }
  bool has_user_code() const;
};

// The model and, where there is one, its inference code, loaded and warm.
class LoadedModel {
 public:
  static Result<std::unique_ptr<LoadedModel>> Load(const TensorFlowApi& api, const PredictorOptions& options);

  Answer Predict(std::string_view content_type, std::string_view body);
  // One answer for each, in their order: what Predict would give, in fewer runs of the model.
  std::vector<Answer> PredictTogether(const std::vector<const Frame*>& frames);
  Manner manner() const;
  const SavedModel& model() const { return *model_; }
  const UserService* service() const { return service_.get(); }

 private:
  std::unique_ptr<SavedModel> model_;
  std::unique_ptr<UserService> service_;
  MicroBatches batches_;
};

// Listens on RUN/worker-<index>.sock, reports "ready" or "failed: <why>" on `ready_fd`, and serves until SIGTERM.
// Returns the exit code.
int RunWorker(const TensorFlowApi& api, const PredictorOptions& options, std::size_t index, int ready_fd);

// A listening Unix socket at folder/name, whatever the length of the folder's path.
Result<UniqueFd> ListenUnix(const std::filesystem::path& folder, const std::string& name);

}  // namespace atelier::predictor
