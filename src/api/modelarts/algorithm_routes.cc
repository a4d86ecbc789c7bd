#include "api/modelarts/algorithm_routes.h"

#include "api/modelarts/algorithm_json.h"

namespace atelier::api {
namespace {

using training::AlgorithmService;

http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }
const std::string& ProjectOf(const PlatformCall& call) { return call.principal.project_id; }

Result<http::Response> CreateAlgorithm(AlgorithmService& algorithms, const PlatformCall& call) {
  ATELIER_TRY(auto spec, ParseAlgorithm(call.body));
  training::AlgorithmOwner owner{ProjectOf(call), call.principal.domain_id, call.principal.user_name};
  ATELIER_TRY(auto algorithm, algorithms.Create(owner, std::move(spec)));
  return Answer(AlgorithmJson(algorithm));
}

Result<http::Response> ListAlgorithms(AlgorithmService& algorithms, const PlatformCall& call) {
  ATELIER_TRY(auto query, ParseAlgorithmQuery(call.request.query));
  ATELIER_TRY(auto page, algorithms.List(ProjectOf(call), query));
  return Answer(AlgorithmListJson(page, call.request.query, query));
}

Result<http::Response> ShowAlgorithm(AlgorithmService& algorithms, const PlatformCall& call) {
  ATELIER_TRY(auto algorithm, algorithms.Find(ProjectOf(call), call.arguments.at("algorithm_id")));
  return Answer(AlgorithmJson(algorithm));
}

Result<http::Response> ChangeAlgorithm(AlgorithmService& algorithms, const PlatformCall& call) {
  ATELIER_TRY(auto spec, ParseAlgorithm(call.body));
  ATELIER_TRY(auto algorithm, algorithms.Replace(ProjectOf(call), call.arguments.at("algorithm_id"), std::move(spec)));
  return Answer(AlgorithmJson(algorithm));
}

Result<http::Response> DeleteAlgorithm(AlgorithmService& algorithms, const PlatformCall& call) {
  ATELIER_CHECK(algorithms.Delete(ProjectOf(call), call.arguments.at("algorithm_id")));
  return http::Response::Json(202, "\"\"");
}

// Hyperparameter search is not served, so there is nothing to search with.
Result<http::Response> ListSearchAlgorithms(AlgorithmService&, const PlatformCall&) {
  return Answer({{"search_algo_count", 0}, {"search_algo_list", json::array{}}});
}

}  // namespace

std::vector<PlatformRoute> AlgorithmRoutes(AlgorithmService& algorithms) {
  auto with = [&](Result<http::Response> (*handler)(AlgorithmService&, const PlatformCall&)) -> PlatformTarget {
    return {[&algorithms, handler](const PlatformCall& call) { return handler(algorithms, call); },
            ErrorShape::kTrainingV2};
  };
  return {
      {"POST", "/v2/{project_id}/algorithms", "CreateAlgorithm", with(CreateAlgorithm)},
      {"GET", "/v2/{project_id}/algorithms", "ListAlgorithms", with(ListAlgorithms)},
      {"GET", "/v2/{project_id}/algorithms/{algorithm_id}", "ShowAlgorithm", with(ShowAlgorithm)},
      {"PUT", "/v2/{project_id}/algorithms/{algorithm_id}", "ChangeAlgorithm", with(ChangeAlgorithm)},
      {"DELETE", "/v2/{project_id}/algorithms/{algorithm_id}", "DeleteAlgorithm", with(DeleteAlgorithm)},
      {"GET", "/v2/{project_id}/search-algorithms", "ListSearchAlgorithms", with(ListSearchAlgorithms)},
  };
}

}  // namespace atelier::api
