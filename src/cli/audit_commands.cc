// atelier audit: who did what, oldest first, as a log is read.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "base/clock.h"
#include "base/strings.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

constexpr std::size_t kPage = 1000;
constexpr std::size_t kMost = 10'000;      // entries of one call
constexpr std::size_t kWithoutSince = 50;  // and when nothing says since when
constexpr std::chrono::seconds kPoll{1};

std::string ListPath(const AuditOptions& options, std::int64_t start, std::size_t limit, std::int64_t marker) {
  std::string path = fmt::format("v1:/audit-log?limit={}", limit);
  if (start > 0) path += fmt::format("&start_time={}", start);
  if (marker > 0) path += fmt::format("&marker={}", marker);
  if (!options.user.empty()) path += "&user=" + PercentEncode(options.user);
  if (!options.action.empty()) path += "&action=" + PercentEncode(options.action);
  return path;
}

// Oldest first; at most `most`, the newest of them.
Result<json::array> Entries(PlatformClient& client, const AuditOptions& options, std::int64_t start, std::size_t most) {
  json::array found;
  std::int64_t marker = 0;
  do {
    auto limit = std::min(kPage, most - found.size());
    ATELIER_TRY(auto page, client.Call("GET", ListPath(options, start, limit, marker)));
    for (auto& entry : page.at("entries").as_array()) found.push_back(std::move(entry));
    marker = page.contains("next_marker") ? Number(page, "next_marker") : 0;
  } while (marker > 0 && found.size() < most);
  std::ranges::reverse(found);
  return found;
}

std::string WhoOf(const json::object& entry) {
  auto name = Text(entry, "user_name");
  if (name.empty()) return "-";
  auto key = Text(entry, "access_key");
  return key.empty() ? name : name + " (" + key + ")";
}

void Print(const json::array& entries) {
  Table table({"TIME (UTC)", "WHO", "FROM", "ACTION", "ON", "STATUS"}, {false, false, false, false, false, true});
  for (const auto& item : entries) {
    const auto& entry = item.as_object();
    table.Add({ShowTime(Number(entry, "time")), WhoOf(entry), Text(entry, "remote_address"), Text(entry, "action"),
               Text(entry, "resource"), std::to_string(Number(entry, "status"))});
  }
  fmt::print("{}", table.Render());
}

void PrintLine(const json::object& entry, bool as_json) {
  if (as_json) {
    fmt::print("{}\n", CompactJson(entry));
    return;
  }
  fmt::print("{}  {}  {}  {}  {}  {}\n", ShowTime(Number(entry, "time")), WhoOf(entry), Text(entry, "remote_address"),
             Text(entry, "action"), Number(entry, "status"), Text(entry, "resource"));
}

// Until the command is interrupted.
Result<int> Follow(PlatformClient& client, const AuditOptions& options, bool as_json, std::int64_t start) {
  std::int64_t seen = 0;
  for (;;) {
    ATELIER_TRY(auto entries, Entries(client, options, start, start > 0 ? kMost : kWithoutSince));
    for (const auto& item : entries) {
      const auto& entry = item.as_object();
      if (Number(entry, "id") <= seen) continue;
      seen = Number(entry, "id");
      start = Number(entry, "time");
      PrintLine(entry, as_json);
    }
    std::fflush(stdout);
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace

Result<TimePoint> ReadSince(std::string_view text, TimePoint now) {
  if (auto time = ParseIso8601(text)) return *time;
  constexpr std::pair<char, std::int64_t> kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  for (const auto& [letter, seconds] : kUnits) {
    if (!text.ends_with(letter)) continue;
    auto count = ParseNumber<std::uint32_t>(text.substr(0, text.size() - 1));
    if (count && *count > 0) return now - std::chrono::seconds(*count * seconds);
  }
  return InvalidArgument(fmt::format(
      "--since: expected a span such as 30m, 2h or 7d, or a time such as 2026-01-02T03:04:05Z, got '{}'", text));
}

Result<int> ShowAuditLog(const Common& common, const AuditOptions& options) {
  std::int64_t start = 0;
  if (!options.since.empty()) {
    ATELIER_TRY(auto since, ReadSince(options.since, SystemClock().Now()));
    start = ToUnixMillis(since);
  }
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  if (options.follow) return Follow(client, options, common.json, start);
  ATELIER_TRY(auto entries, Entries(client, options, start, start > 0 ? kMost : kWithoutSince));
  if (common.json)
    fmt::print("{}\n", PrettyJson(entries));
  else
    Print(entries);
  return 0;
}

}  // namespace atelier::cli
