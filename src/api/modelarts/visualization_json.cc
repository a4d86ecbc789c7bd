#include "api/modelarts/visualization_json.h"

#include <fmt/format.h>

namespace atelier::api {
namespace {

using boards::Board;

// The fields that lists and details share.
json::object BoardJson(const Board& board, const std::string& base_url, TimePoint now) {
  return {{"job_id", board.id},
          {"job_name", board.name},
          {"status", static_cast<int>(board.run.status)},
          {"create_time", ToUnixMillis(board.created)},
          {"duration", boards::DurationOf(board.run, now).count()},
          {"job_desc", board.description},
          {"service_url", ServiceUrl(board, base_url)},
          {"train_url", board.spec.train_url},
          {"resource_id", fmt::format("board{:08x}", board.id)},
          // Not of the cloud: why it is in this state.
          {"status_reason", board.run.reason}};
}

}  // namespace

std::string ServiceUrl(const Board& board, const std::string& base_url) {
  return fmt::format("{}{}/?ticket={}", base_url, boards::PagePath(board.id), board.run.ticket);
}

json::object CreatedBoardJson(const Board& board, const std::string& base_url) {
  return {{"is_success", true},
          {"job_id", board.id},
          {"job_name", board.name},
          {"status", static_cast<int>(board.run.status)},
          {"create_time", ToUnixMillis(board.created)},
          {"service_url", ServiceUrl(board, base_url)}};
}

json::object BoardListJson(const boards::BoardListPage& page, const std::string& base_url, TimePoint now) {
  json::array jobs;
  for (const auto& board : page.page.boards) jobs.push_back(BoardJson(board, base_url, now));
  return {{"is_success", true},
          {"job_total_count", page.page.total},
          {"job_count_limit", page.left},
          {"quotas", page.quota},
          {"jobs", std::move(jobs)}};
}

json::object BoardDetailsJson(const Board& board, const std::string& base_url, TimePoint now) {
  auto body = BoardJson(board, base_url, now);
  body["job_type"] = "tensorboard";
  body["flavor"] = json::object{{"code", board.spec.flavor}};
  body["schedule"] = json::array();
  if (board.spec.stop_after_hours > 0)
    body["schedule"].as_array().push_back(
        {{"type", "stop"}, {"time_unit", "HOURS"}, {"duration", board.spec.stop_after_hours}});
  return body;
}

}  // namespace atelier::api
