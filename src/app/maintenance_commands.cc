#include "app/maintenance_commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "app/maintenance.h"
#include "backup/contents.h"
#include "base/strings.h"
#include "cli/connection.h"
#include "cli/table.h"

namespace atelier::app {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(200);
constexpr const char* kVerification = "/v1/atelier/object-store/verification";
constexpr const char* kBackup = "/v1/atelier/backup";

struct MaintenanceOptions {
  std::string bucket, folder;
  bool status = false, copy = false, no_verify = false, check = false;
};

// A bar for each stage of the work.
class StageBars {
 public:
  void Show(const std::string& stage, std::uint64_t done, std::uint64_t total) {
    if (stage.empty() || total == 0) return;
    if (stage != stage_ || done < shown_) {
      bar_.emplace(stage, total);
      stage_ = stage;
      shown_ = 0;
    }
    bar_->Add(done - shown_);
    shown_ = done;
  }

 private:
  std::string stage_;
  std::uint64_t shown_ = 0;
  std::optional<cli::ProgressBar> bar_;
};

std::string TextOf(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

std::uint64_t NumberOf(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

json::object ObjectOf(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->as_object() : json::object{};
}

json::array ArrayOf(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->as_array() : json::array{};
}

// Starts a task of the server and shows it to its end: its result.
Result<json::object> RunOnServer(cli::PlatformClient& client, const std::string& path, const std::string& name,
                                 const json::object& request) {
  ATELIER_CHECK(client.Call("POST", path, request));
  StageBars bars;
  for (;;) {
    ATELIER_TRY(json::object answer, client.Call("GET", path));
    json::object status = ObjectOf(answer, name);
    const std::string state = TextOf(status, "state");
    if (state == "done") return ObjectOf(status, "result");
    if (state != "running") return Internal("the server's " + name + " has " + state + ": " + TextOf(status, "error"));
    bars.Show(TextOf(status, "stage"), NumberOf(status, "done_bytes"), NumberOf(status, "total_bytes"));
    std::this_thread::sleep_for(kPoll);
  }
}

// Through the server when one runs, else on its data directory.
template <class Alone>
Result<json::object> Run(const cli::Common& common, const std::string& path, const std::string& name,
                         const json::object& request, const Alone& alone) {
  auto connection = cli::FindConnection(common.data_dir);
  if (connection) {
    cli::PlatformClient client(*std::move(connection));
    auto result = RunOnServer(client, path, name, request);
    // server.json of a server that was killed
    if (result || result.error().kind != ErrorKind::kUnavailable) return result;
  }
  std::error_code error;
  if (!fs::exists(common.data_dir / backup::kControl, error))
    return FailedPrecondition(common.data_dir.string() + " has no data of Atelier, and no server runs on it");
  SystemClock clock;
  ATELIER_TRY(auto data, StoredData::Open(common.data_dir, clock, false));
  StageBars bars;
  auto report = [&](const std::string& stage, std::uint64_t done, std::uint64_t total) {
    bars.Show(stage, done, total);
    return true;
  };
  return alone(*data, clock, report);
}

// 1 when there is damage, so that scripts notice.
int PrintDamage(const json::array& damage) {
  if (damage.empty()) return 0;
  cli::Table table({"BUCKET", "KEY", "PART", "BLOB", "WHAT"});
  for (const auto& value : damage) {
    const json::object& blob = value.as_object();
    for (const auto& user_value : ArrayOf(blob, "users")) {
      const json::object& user = user_value.as_object();
      std::string part = user.contains("upload_id")
                             ? fmt::format("{} of upload {}", NumberOf(user, "part_number"), TextOf(user, "upload_id"))
                             : "-";
      table.Add({TextOf(user, "bucket"), TextOf(user, "key"), part, TextOf(blob, "blob"), TextOf(blob, "reason")});
    }
  }
  fmt::print("{}DAMAGED: these bytes are not served. Store the objects again, or take them from a backup.\n",
             table.Render());
  return 1;
}

int ExitCode(const json::array& damage) { return damage.empty() ? 0 : 1; }

Result<int> ShowStatus(const cli::Common& common) {
  ATELIER_TRY(auto connection, cli::FindConnection(common.data_dir));
  cli::PlatformClient client(std::move(connection));
  ATELIER_TRY(json::object status, client.Call("GET", std::string(kVerification) + "?damage=true"));
  json::array damage = ArrayOf(status, "damage");
  if (common.json) {
    fmt::print("{}\n", PrettyJson(status));
    return ExitCode(damage);
  }
  json::object scrub = ObjectOf(status, "scrub"), task = ObjectOf(status, "verification");
  auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
  cli::Table table({"FIELD", "VALUE"});
  table.Add({"verification", TextOf(task, "state")});
  table.Add({"verified since the start", HumanBytes(NumberOf(status, "verified_bytes"))});
  table.Add({"scrubber's rate", HumanBytes(NumberOf(scrub, "bytes_per_second")) + "/s"});
  table.Add({"last whole scrub", or_dash(TextOf(scrub, "last_ended"))});
  table.Add({"running scrub", scrub.contains("started") ? "since " + TextOf(scrub, "started") + ", " +
                                                              HumanBytes(NumberOf(scrub, "bytes")) + " read"
                                                        : "-"});
  table.Add({"next scrub", or_dash(TextOf(scrub, "next"))});
  table.Add({"damaged blobs", std::to_string(damage.size())});
  fmt::print("{}", table.Render());
  return PrintDamage(damage);
}

Result<int> VerifyCommand(const cli::Common& common, const MaintenanceOptions& options) {
  if (options.status) return ShowStatus(common);
  auto alone = [&](StoredData& data, const Clock&, const LongTask::Report& report) {
    return Verify(data, options.bucket, report);
  };
  json::object request{{"bucket", options.bucket}};
  ATELIER_TRY(json::object result, Run(common, kVerification, "verification", request, alone));
  json::array damage = ArrayOf(result, "damage");
  if (common.json) {
    fmt::print("{}\n", PrettyJson(result));
    return ExitCode(damage);
  }
  fmt::print("verified {} blobs, {}: {}\n", NumberOf(result, "blobs"), HumanBytes(NumberOf(result, "bytes")),
             damage.empty() ? "all as they were stored" : fmt::format("{} damaged", damage.size()));
  return PrintDamage(damage);
}

Result<int> PrintCopied(const cli::Common& common, const json::object& result, const std::string& sentence) {
  json::array damage = ArrayOf(result, "damage");
  if (common.json) {
    fmt::print("{}\n", PrettyJson(result));
    return ExitCode(damage);
  }
  fmt::print("{}: {} blobs, {} ({} as hard links), {} files, {}; objects as of {}\n", sentence,
             NumberOf(result, "blobs"), HumanBytes(NumberOf(result, "blob_bytes")), NumberOf(result, "linked"),
             NumberOf(result, "files"), HumanBytes(NumberOf(result, "file_bytes")), TextOf(result, "made"));
  return PrintDamage(damage);
}

Result<int> BackupCommand(const cli::Common& common, const MaintenanceOptions& options) {
  const fs::path to = fs::absolute(options.folder).lexically_normal();
  const backup::Options chosen{!options.copy, !options.no_verify};
  auto alone = [&](StoredData& data, const Clock& clock, const LongTask::Report& report) {
    return BackUp(data, clock, to, chosen, report);
  };
  json::object request{{"to", to.string()}, {"link", chosen.link}, {"verify", chosen.verify}};
  ATELIER_TRY(json::object result, Run(common, kBackup, "backup", request, alone));
  return PrintCopied(common, result, "backed up to " + to.string());
}

Result<int> RestoreCommand(const cli::Common& common, const MaintenanceOptions& options) {
  const fs::path from = fs::absolute(options.folder).lexically_normal();
  StageBars bars;
  auto report = [&](const std::string& stage, std::uint64_t done, std::uint64_t total) {
    bars.Show(stage, done, total);
    return true;
  };
  if (options.check) {
    ATELIER_TRY(auto checked, backup::CheckBackup(from, kDataFormat, report));
    return PrintCopied(common, BackupJson(checked), "the backup is whole");
  }
  // The lock keeps a server away while files arrive.
  ATELIER_TRY(auto lock, DataDirectory::Open(common.data_dir));
  const backup::Options chosen{!options.copy, !options.no_verify};
  ATELIER_TRY(auto restored, backup::Restore(from, common.data_dir, kDataFormat, chosen, report));
  return PrintCopied(common, BackupJson(restored), "restored into " + common.data_dir.string());
}

}  // namespace

void AddMaintenanceCommands(CLI::App& root, cli::Common& common, cli::Chosen& chosen) {
  auto options = std::make_shared<MaintenanceOptions>();
  using Command = Result<int> (*)(const cli::Common&, const MaintenanceOptions&);
  auto add = [&](CLI::App& parent, const std::string& name, const std::string& help, Command run) -> CLI::App& {
    auto* command = parent.add_subcommand(name, help);
    command->add_flag("--json", common.json, "Print JSON");
    command->callback(
        [&common, &chosen, options, run] { chosen = [&common, options, run] { return run(common, *options); }; });
    return *command;
  };
  auto& verify =
      add(*root.get_subcommand("obs"), "verify", "Read every stored byte and compare checksums", VerifyCommand);
  verify.add_option("--bucket", options->bucket, "Only the objects of this bucket");
  verify.add_flag("--status", options->status, "What is known: the scrubber, the last verification, damage");
  auto& backup = add(root, "backup", "Copy all data, also while the server runs", BackupCommand);
  backup.add_option("--to", options->folder, "An empty or new folder, as the server sees it")->required();
  backup.add_flag("--copy", options->copy, "Copy bytes even where hard links would do");
  backup.add_flag("--no-verify", options->no_verify, "Do not read the copy again");
  auto& restore = add(root, "restore", "Make a data directory (--data-dir) out of a backup", RestoreCommand);
  restore.add_option("--from", options->folder, "The backup")->required();
  restore.add_flag("--copy", options->copy, "Copy bytes even where hard links would do");
  restore.add_flag("--no-verify", options->no_verify, "Do not read linked files");
  restore.add_flag("--check", options->check, "Only read the backup and compare its checksums");
}

}  // namespace atelier::app
