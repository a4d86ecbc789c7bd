#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/strings.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kPoll = 100ms;
constexpr auto kPatience = 10min;  // an engine may have to be installed first
constexpr std::int64_t kInit = 1, kWaiting = 7, kRunning = 8;

// modelarts-api section 2A.11, as far as boards use it.
std::string StatusText(std::int64_t status) {
  switch (status) {
    case kInit:
      return "Initializing";
    case kWaiting:
      return "Waiting";
    case kRunning:
      return "Running";
    case 9:
      return "Stopping";
    case 10:
      return "Ended on time";
    case 11:
      return "Failed";
    case 12:
      return "Stopped";
    case 13:
      return "Canceled";
    default:
      return std::to_string(status);
  }
}

Result<PlatformClient> Connect(const Common& common) {
  ATELIER_TRY(Connection connection, FindConnection(common.data_dir));
  return PlatformClient(std::move(connection));
}

std::string BoardPath(const json::object& board) { return "v1:/visualization-jobs/" + Text(board, "job_id"); }

// Until it runs; an error when it ends instead.
Result<json::object> WaitUntilItRuns(PlatformClient& client, const json::object& board) {
  auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    ATELIER_TRY(auto now, client.Call("GET", BoardPath(board)));
    auto status = Number(now, "status");
    if (status == kRunning) return now;
    auto text = fmt::format("board {} is {}: {}", Text(now, "job_name"), ToLower(StatusText(status)),
                            Text(now, "status_reason"));
    if (status != kInit && status != kWaiting) return FailedPrecondition(text);
    if (std::chrono::steady_clock::now() > deadline) return MakeError(ErrorKind::kDeadlineExceeded, text);
    std::this_thread::sleep_for(kPoll);
  }
}

Result<int> Report(const Common& common, PlatformClient& client, const json::object& board, bool wait) {
  auto now = board;
  if (wait) {
    ATELIER_TRY(now, WaitUntilItRuns(client, board));
  }
  if (common.json)
    fmt::print("{}\n", PrettyJson(now));
  else
    fmt::print("{}\n", Text(now, "service_url"));
  return 0;
}

Result<std::string> OutputOf(PlatformClient& client, const std::string& job) {
  ATELIER_TRY(auto ref, FindJobVersion(client, job, ""));
  ATELIER_TRY(auto version,
              client.Call("GET", fmt::format("v1:/training-jobs/{}/versions/{}", ref.job_id, ref.version_id)));
  auto output = Text(version, "train_url");
  if (output.empty()) return FailedPrecondition(fmt::format("job {} has no training output path", ref.job_name));
  return output;
}

}  // namespace

Result<int> CreateBoard(const Common& common, const BoardOptions& options) {
  ATELIER_TRY(auto client, Connect(common));
  if (options.events.empty() && options.job.empty())
    return InvalidArgument("say whose events: --events /bucket/folder/ or --job <training job>");
  auto events = options.events;
  if (events.empty()) {
    ATELIER_TRY(events, OutputOf(client, options.job));
  }
  json::object body{{"job_name", options.name}, {"job_desc", options.description}, {"train_url", events}};
  if (!options.flavor.empty()) body["flavor"] = json::object{{"code", options.flavor}};
  if (options.hours > 0)
    body["schedule"] = json::array{json::object{{"type", "stop"}, {"time_unit", "HOURS"}, {"duration", options.hours}}};
  ATELIER_TRY(auto board, client.Call("POST", "v1:/visualization-jobs", body));
  return Report(common, client, board, options.wait);
}

Result<int> ListBoards(const Common& common) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto answer, client.Call("GET", "v1:/visualization-jobs?per_page=1000&sortBy=create_time&order=desc"));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("jobs")));
    return 0;
  }
  Table table({"ID", "NAME", "STATUS", "EVENTS", "CREATED (UTC)", "DURATION"},
              {true, false, false, false, false, true});
  for (const auto& item : answer.at("jobs").as_array()) {
    const auto& board = item.as_object();
    table.Add({Text(board, "job_id"), Text(board, "job_name"), StatusText(Number(board, "status")),
               Text(board, "train_url"), ShowTime(Number(board, "create_time")),
               ShowDuration(Number(board, "duration"))});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> ShowBoard(const Common& common, const std::string& board) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto found, FindBoard(client, board));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(found));
    return 0;
  }
  Table table({"FIELD", "VALUE"});
  table.Add({"board", fmt::format("{} (id {})", Text(found, "job_name"), Text(found, "job_id"))});
  table.Add({"status", StatusText(Number(found, "status"))});
  for (const auto& [title, key] :
       std::initializer_list<std::pair<std::string, std::string>>{{"reason", "status_reason"},
                                                                  {"description", "job_desc"},
                                                                  {"events", "train_url"},
                                                                  {"address", "service_url"}})
    if (auto text = Text(found, key); !text.empty()) table.Add({title, text});
  table.Add({"created (UTC)", ShowTime(Number(found, "create_time"))});
  table.Add({"duration", ShowDuration(Number(found, "duration"))});
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> StopBoard(const Common& common, const std::string& board) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto found, FindBoard(client, board));
  ATELIER_CHECK(client.Call("POST", BoardPath(found) + "/stop"));
  fmt::print("stopping {}\n", Text(found, "job_name"));
  return 0;
}

Result<int> RestartBoard(const Common& common, const std::string& board, bool wait) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto found, FindBoard(client, board));
  ATELIER_TRY(auto restarted, client.Call("POST", BoardPath(found) + "/restart"));
  return Report(common, client, restarted, wait);
}

Result<int> DeleteBoard(const Common& common, const std::string& board) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto found, FindBoard(client, board));
  ATELIER_CHECK(client.Call("DELETE", BoardPath(found)));
  fmt::print("deleted {}\n", Text(found, "job_name"));
  return 0;
}

Result<int> OpenBoard(const Common& common, const std::string& board) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto found, FindBoard(client, board));
  return Report(common, client, found, true);
}

}  // namespace atelier::cli
