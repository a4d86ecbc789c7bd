// Calls of the training v1 routes over a training world in memory, and golden files of their answers.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/modelarts/parameter_set_routes.h"
#include "api/modelarts/testing/route_calls.h"
#include "api/modelarts/training_routes.h"
#include "base/json.h"
#include "training/testing/memory_parameter_set_repository.h"
#include "training/testing/training_world.h"

namespace atelier::api {

inline constexpr const char* kCreateBody = R"({
  "job_name": "trainjob-mnist", "job_desc": "digits", "workspace_id": "0",
  "notification": {"topic_urn": "", "events": []},
  "config": {
    "worker_server_num": 1, "engine_id": 3, "spec_id": 7, "model_id": 1,
    "app_url": "/test-modelarts/mnist/mnist-tensorflow-code/",
    "boot_file_url": "/test-modelarts/mnist/mnist-tensorflow-code/train_mnist_tf.py",
    "data_url": "/test-modelarts/mnist/dataset-mnist/", "train_url": "/test-modelarts/mnist/mnist-model/",
    "parameter": [{"label": "max_steps", "value": 1000}, {"label": "rate", "value": "0.01"}]
  }
})";

class TrainingCalls : public testing::Test {
 protected:
  // The tree's root: ATELIER_SOURCE_DIR, which only the test files themselves know.
  explicit TrainingCalls(fs::path source) : source_(std::move(source)) {}

  // The routes of everything that a test may call.
  std::vector<PlatformRoute> Routes() {
    auto routes = TrainingRoutes(*world_.service);
    for (auto& route : ParameterSetRoutes(sets_)) routes.push_back(std::move(route));
    return routes;
  }
  Result<http::Response> Call(const std::string& method, const std::string& path, const std::string& body = "",
                              const std::string& query = "") {
    iam::Principal principal;
    principal.project_id = training::kProject;
    return CallRoute(Routes(), {.method = method,
                                .path = fmt::format("/v1/{}{}?{}", training::kProject, path, query),
                                .body = body,
                                .principal = principal,
                                .shape = ErrorShape::kTraining});
  }
  json::object Body(const std::string& method, const std::string& path, const std::string& body = "",
                    const std::string& query = "") {
    return ObjectOf(Call(method, path, body, query), 200);
  }
  Error Refusal(const std::string& method, const std::string& path, const std::string& body = "",
                const std::string& query = "") {
    return ErrorOf(Call(method, path, body, query));
  }

  // What the client gets for a refused request.
  json::object RefusalJson(const std::string& method, const std::string& path, const std::string& body = "",
                           const std::string& query = "") {
    auto response = RenderError(Refusal(method, path, body, query), ErrorShape::kTraining, "request-1");
    auto shown = ParseJsonObject(std::get<std::string>(response.body)).value_or(json::object());
    return {{"status", response.status}, {"body", shown}};
  }

  // Compares with training_golden/<name>.json.
  void ExpectGolden(const std::string& name, const json::object& body) {
    ExpectGoldenFile(source_ / "src/api/modelarts/training_golden" / (name + ".json"), body);
  }

  // A job that ran for five seconds and ended.
  void RunMnist() {
    Body("POST", "/training-jobs", kCreateBody);
    world_.Settle();
    world_.clock.Advance(Milliseconds(5'000));
    compute::Exit exit;
    exit.cpu_seconds = 5;
    exit.peak_memory_bytes = 1ULL << 30;
    world_.backend.Finish("job-1-v0001", exit);
    world_.Settle();
  }

  const fs::path source_;
  training::TrainingWorld world_;
  training::MemoryParameterSetRepository set_rows_;
  training::ParameterSets sets_{set_rows_, world_.engines, world_.backend, world_.clock};
};

}  // namespace atelier::api
