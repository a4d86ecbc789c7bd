#include "api/modelarts/visualization_routes.h"

#include <fmt/format.h>

#include <utility>

#include "api/modelarts/training_request_json.h"
#include "api/modelarts/visualization_json.h"
#include "api/modelarts/visualization_request_json.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using boards::BoardService;

http::Response Reply(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }
http::Response Done() { return Reply({{"is_success", true}}); }

const std::string& ProjectOf(const PlatformCall& call) { return call.principal.project_id; }

// Anything but a number names nothing.
Result<std::int64_t> BoardId(const PlatformCall& call) {
  const auto& text = call.arguments.at("job_id");
  if (auto number = ParseNumber<std::int64_t>(text)) return *number;
  return NotFound(
      fmt::format("job_id: expected a number, got '{}'; the list of visualization jobs shows the ids", text), {}, text);
}

Result<http::Response> Create(BoardService& boards, const PlatformCall& call) {
  ATELIER_TRY(auto request, ParseCreateBoard(call.body));
  ATELIER_TRY(auto board, boards.Create(ProjectOf(call), request));
  return Reply(CreatedBoardJson(board, call.base_url));
}

Result<http::Response> List(BoardService& boards, const PlatformCall& call) {
  ATELIER_TRY(auto query, ParseBoardQuery(call.request.query));
  ATELIER_TRY(auto page, boards.List(ProjectOf(call), query));
  return Reply(BoardListJson(page, call.base_url, boards.Now()));
}

Result<http::Response> Show(BoardService& boards, const PlatformCall& call) {
  ATELIER_TRY(auto id, BoardId(call));
  ATELIER_TRY(auto board, boards.Find(ProjectOf(call), id));
  return Reply(BoardDetailsJson(board, call.base_url, boards.Now()));
}

Result<http::Response> Describe(BoardService& boards, const PlatformCall& call) {
  ATELIER_TRY(auto id, BoardId(call));
  ATELIER_TRY(auto description, ParseDescription(call.body));
  ATELIER_CHECK(boards.Describe(ProjectOf(call), id, description));
  return Done();
}

Result<http::Response> Delete(BoardService& boards, const PlatformCall& call) {
  ATELIER_TRY(auto id, BoardId(call));
  ATELIER_CHECK(boards.Delete(ProjectOf(call), id));
  return Done();
}

Result<http::Response> Stop(BoardService& boards, const PlatformCall& call) {
  ATELIER_TRY(auto id, BoardId(call));
  ATELIER_CHECK(boards.StopBoard(ProjectOf(call), id));
  return Done();
}

Result<http::Response> Restart(BoardService& boards, const PlatformCall& call) {
  ATELIER_TRY(auto id, BoardId(call));
  ATELIER_TRY(auto board, boards.Restart(ProjectOf(call), id));
  return Reply(CreatedBoardJson(board, call.base_url));
}

using Handler = Result<http::Response> (*)(BoardService&, const PlatformCall&);

PlatformRoute MakeRoute(BoardService& boards, const char* method, const char* path, const char* action,
                        Handler handler) {
  PlatformTarget target{.handler = [&boards, handler](const PlatformCall& call) { return handler(boards, call); },
                        .error_shape = ErrorShape::kTraining};
  return {.method = method,
          .pattern = fmt::format("/v1/{{project_id}}/visualization-jobs{}", path),
          .action = action,
          .target = std::move(target)};
}

}  // namespace

std::vector<PlatformRoute> VisualizationRoutes(BoardService& boards) {
  return {MakeRoute(boards, "POST", "", "CreateVisualizationJob", Create),
          MakeRoute(boards, "GET", "", "ListVisualizationJobs", List),
          MakeRoute(boards, "GET", "/{job_id}", "ShowVisualizationJob", Show),
          MakeRoute(boards, "PUT", "/{job_id}", "UpdateVisualizationJob", Describe),
          MakeRoute(boards, "DELETE", "/{job_id}", "DeleteVisualizationJob", Delete),
          MakeRoute(boards, "POST", "/{job_id}/stop", "StopVisualizationJob", Stop),
          MakeRoute(boards, "POST", "/{job_id}/restart", "RestartVisualizationJob", Restart)};
}

}  // namespace atelier::api
