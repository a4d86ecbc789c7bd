#include "app/settings.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>

#include "base/files.h"
#include "base/strings.h"

namespace atelier::app {
namespace {

using Assign = std::function<Result<void>(Settings&, std::string_view)>;

std::unexpected<Error> Expected(std::string_view what, std::string_view got) {
  return InvalidArgument(fmt::format("expected {}, got '{}'", what, got));
}

Assign Text(std::string Settings::* member) {
  return [member](Settings& settings, std::string_view text) -> Result<void> {
    settings.*member = text;
    return {};
  };
}

Assign Choice(std::string Settings::* member, std::vector<std::string_view> choices) {
  return [member, choices = std::move(choices)](Settings& settings, std::string_view text) -> Result<void> {
    if (std::ranges::find(choices, text) == choices.end())
      return Expected(fmt::format("one of {}", fmt::join(choices, ", ")), text);
    settings.*member = text;
    return {};
  };
}

Assign Address(std::string Settings::* member) {
  return [member](Settings& settings, std::string_view text) -> Result<void> {
    auto colon = text.rfind(':');
    auto port = colon == std::string_view::npos ? std::nullopt : ParseNumber<std::uint16_t>(text.substr(colon + 1));
    if (!port || colon == 0) return Expected("host:port (port 0 picks a free one)", text);
    settings.*member = text;
    return {};
  };
}

Assign Number(std::uint64_t Settings::* member, std::uint64_t least, std::uint64_t most) {
  return [member, least, most](Settings& settings, std::string_view text) -> Result<void> {
    auto number = ParseNumber<std::uint64_t>(text);
    if (!number || *number < least || *number > most)
      return Expected(fmt::format("a number from {} to {}", least, most), text);
    settings.*member = *number;
    return {};
  };
}

Assign Bytes(std::uint64_t Settings::* member) {
  return [member](Settings& settings, std::string_view text) -> Result<void> {
    std::uint64_t unit = 1;
    std::string_view digits = text;
    for (auto [suffix, factor] :
         {std::pair{"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}})
      if (text.ends_with(suffix)) {
        unit = factor;
        digits = Trim(text.substr(0, text.size() - 3));
      }
    auto number = ParseNumber<std::uint64_t>(digits);
    if (!number || *number == 0 || *number > (1ULL << 50) / unit)
      return Expected("a size such as 512MiB or 50GiB", text);
    settings.*member = *number * unit;
    return {};
  };
}

std::vector<SettingDescription> MakeTable() {
  const std::vector<std::string_view> sandbox = {"auto", "full", "limits", "none"};
  const std::vector<std::string_view> network = {"host", "none"};
  const std::vector<std::string_view> levels = {"debug", "info", "warning", "error"};
  return {
      {"data-dir",
       "path",
       "Where everything is kept; one server per directory.",
       "~/.local/share/atelier",
       {},
       [](Settings& settings, std::string_view text) -> Result<void> {
         if (text.empty()) return Expected("a directory", text);
         std::error_code error;
         settings.data_dir = fs::absolute(fs::path(text), error).lexically_normal();
         if (error) return ErrnoError("resolve " + std::string(text), error.value());
         return {};
       }},
      {"listen",
       "address",
       "Platform listener: IAM, ModelArts, prediction, health, metrics.",
       "127.0.0.1:8080",
       {},
       Address(&Settings::listen)},
      {"obs-listen",
       "address",
       "Object store listener: S3 and OBS.",
       "127.0.0.1:9000",
       {},
       Address(&Settings::obs_listen)},
      {"region",
       "text",
       "Region name told to clients; also the first project's name.",
       "local-1",
       {},
       Text(&Settings::region)},
      {"obs-domains",
       "text",
       "Host names, comma-separated, whose sub-domains are buckets.",
       "",
       {},
       Text(&Settings::obs_domains)},
      {"public-url",
       "text",
       "URL under which clients reach the platform, when it is not the Host they send.",
       "",
       {},
       Text(&Settings::public_url)},
      {"worker-threads",
       "number",
       "Threads for blocking work (disk, database).",
       "16",
       {},
       Number(&Settings::worker_threads, 1, 256)},
      {"object-store-loops",
       "number",
       "Event loops of the object store listener.",
       "2",
       {},
       Number(&Settings::object_store_loops, 1, 64)},
      {"engines-dir",
       "path",
       "Where engines are installed; empty means <data-dir>/engines. Servers may share it.",
       "",
       {},
       Text(&Settings::engines_dir)},
      {"python-dir",
       "path",
       "The Python that ships with Atelier (engines, hook, model_service).",
       "beside the program",
       {},
       Text(&Settings::python_dir)},
      {"sandbox", "choice", "Isolation of jobs and predictors; auto takes the highest that works.", "auto", sandbox,
       Choice(&Settings::sandbox, sandbox)},
      {"job-network", "choice", "Network that training jobs see.", "host", network,
       Choice(&Settings::job_network, network)},
      {"job-disk-limit",
       "bytes",
       "Most that one job version may write.",
       "50GiB",
       {},
       Bytes(&Settings::job_disk_limit)},
      {"scrub-bytes-per-second",
       "bytes",
       "How fast the scrubber reads stored bytes to find damage.",
       "8MiB",
       {},
       Bytes(&Settings::scrub_bytes_per_second)},
      {"scrub-interval",
       "seconds",
       "From the end of one scrub of everything to the start of the next; 0 turns the scrubber off.",
       "604800",
       {},
       Number(&Settings::scrub_interval, 0, 366ULL * 24 * 3600)},
      {"serving-engine",
       "text",
       "Engine whose TensorFlow library serves models and whose TensorBoard shows boards.",
       "TF-2.15.1-python3.11",
       {},
       Text(&Settings::serving_engine)},
      {"workers-per-predictor",
       "number",
       "Worker processes of one replica; 0 means as many as the flavor has cores, at most the machine's.",
       "0",
       {},
       Number(&Settings::workers_per_predictor, 0, 256)},
      {"predict-timeout",
       "seconds",
       "Whole time of one prediction.",
       "40",
       {},
       Number(&Settings::predict_timeout, 1, 3600)},
      {"predict-queue",
       "number",
       "Requests waiting per replica before 429.",
       "256",
       {},
       Number(&Settings::predict_queue, 1, 100000)},
      {"predict-body-limit", "bytes", "Largest prediction request.", "12MiB", {}, Bytes(&Settings::predict_body_limit)},
      {"board-quota",
       "number",
       "Visualization jobs that a project may have.",
       "10",
       {},
       Number(&Settings::board_quota, 1, 1000)},
      {"stop-grace",
       "seconds",
       "How long active requests may run on after SIGTERM.",
       "10",
       {},
       Number(&Settings::stop_grace, 0, 3600)},
      {"audit-retention",
       "days",
       "How long the audit log keeps an entry.",
       "90",
       {},
       Number(&Settings::audit_retention, 1, 36500)},
      {"audit-rows",
       "number",
       "Most changes that the audit log keeps, and as many requests that failed.",
       "1000000",
       {},
       Number(&Settings::audit_rows, 100, 100'000'000)},
      {"lifecycle-interval",
       "seconds",
       "Time between two passes of the worker that carries out lifecycle rules.",
       "3600",
       {},
       Number(&Settings::lifecycle_interval, 1, 86400)},
      {"lifecycle-day",
       "seconds",
       "Length of a day for that worker. For tests; anything shorter deletes early.",
       "86400",
       {},
       Number(&Settings::lifecycle_day, 1, 86400)},
      {"domain-name", "text", "Domain made at the first start.", "atelier", {}, Text(&Settings::domain_name)},
      {"user-name", "text", "User made at the first start.", "admin", {}, Text(&Settings::user_name)},
      {"log-level", "choice", "Least level written.", "info", levels, Choice(&Settings::log_level, levels)},
      {"log-file", "path", "Log file; empty means standard error.", "", {}, Text(&Settings::log_file)},
      {"quota-training-jobs",
       "number",
       "Training jobs of a project for which no quota is set.",
       "10000",
       {},
       Number(&Settings::quota_training_jobs, 0, 2'147'483'647)},
      {"quota-running-versions",
       "number",
       "Job versions that wait or run of a project for which no quota is set.",
       "1000",
       {},
       Number(&Settings::quota_running_versions, 0, 2'147'483'647)},
      {"quota-models",
       "number",
       "Models of a project for which no quota is set.",
       "10000",
       {},
       Number(&Settings::quota_models, 0, 2'147'483'647)},
      {"quota-services",
       "number",
       "Services of a project for which no quota is set.",
       "1000",
       {},
       Number(&Settings::quota_services, 0, 2'147'483'647)},
      {"quota-replicas",
       "number",
       "Replicas of services, the stopped ones' too, of a project for which no quota is set.",
       "1000",
       {},
       Number(&Settings::quota_replicas, 0, 2'147'483'647)},
      {"quota-algorithms",
       "number",
       "Algorithms of a project for which no quota is set.",
       "10000",
       {},
       Number(&Settings::quota_algorithms, 0, 2'147'483'647)},
      {"quota-access-keys",
       "number",
       "Access keys of a user, where no quota is set for the project.",
       "100",
       {},
       Number(&Settings::quota_access_keys, 0, 2'147'483'647)},
  };
}

const SettingDescription* FindSetting(std::string_view name) {
  for (const auto& setting : SettingTable())
    if (setting.name == name) return &setting;
  return nullptr;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

std::unexpected<Error> UnknownSetting(std::string_view name, std::string_view where) {
  const auto& table = SettingTable();
  auto nearest = std::ranges::min_element(table, {}, [&](const auto& s) { return EditDistance(name, s.name); });
  return InvalidArgument(fmt::format("{}: unknown setting '{}'; did you mean '{}'?", where, name, nearest->name));
}

Result<void> Apply(Settings& settings, const SettingDescription& setting, std::string_view text,
                   std::string_view where) {
  if (auto done = setting.assign(settings, text); !done)
    return std::unexpected(std::move(done).error().Within(fmt::format("{}: {}", where, setting.name)));
  return {};
}

Result<void> ApplyYaml(Settings& settings, const fs::path& file) {
  try {
    YAML::Node root = YAML::LoadFile(file.string());
    if (!root.IsMap() && !root.IsNull()) return InvalidArgument(file.string() + ": expected 'setting: value' lines");
    for (const auto& entry : root) {
      auto name = entry.first.as<std::string>();
      const auto* setting = FindSetting(name);
      if (setting == nullptr) return UnknownSetting(name, file.string());
      ATELIER_CHECK(Apply(settings, *setting, entry.second.as<std::string>(), file.string()));
    }
  } catch (const YAML::Exception& problem) {
    return InvalidArgument(fmt::format("{}: {}", file.string(), problem.what()));
  }
  return {};
}

}  // namespace

const std::vector<SettingDescription>& SettingTable() {
  static const std::vector<SettingDescription> table = MakeTable();
  return table;
}

std::string EnvironmentName(std::string_view setting) {
  std::string name = "ATELIER_" + ToUpper(setting);
  std::ranges::replace(name, '-', '_');
  return name;
}

fs::path DefaultDataDirectory() {
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): read at start, before threads
  return fs::path(home != nullptr && *home != '\0' ? home : "/root") / ".local/share/atelier";
}

Result<Settings> LoadSettings(const std::map<std::string, std::string>& flags,
                              const std::function<const char*(const char*)>& environment, const fs::path& yaml_file) {
  Settings settings;
  settings.data_dir = DefaultDataDirectory();
  if (!yaml_file.empty()) ATELIER_CHECK(ApplyYaml(settings, yaml_file));
  for (const auto& setting : SettingTable()) {
    auto name = EnvironmentName(setting.name);
    if (const char* text = environment(name.c_str())) ATELIER_CHECK(Apply(settings, setting, text, name));
  }
  for (const auto& [name, text] : flags) {
    const auto* setting = FindSetting(name);
    if (setting == nullptr) return UnknownSetting(name, "command line");
    ATELIER_CHECK(Apply(settings, *setting, text, "command line"));
  }
  return settings;
}

std::string SettingsPage() {
  std::string page =
      "# Settings\n\n"
      "`atelier serve` takes each setting as a flag (`--name value`), from the environment (`ATELIER_NAME`) or from a "
      "YAML file\n"
      "(`--config file.yaml`, keys as below). Flags win over the environment, the environment over the file.\n"
      "This page is made by `atelier settings --markdown`; a test holds it to the program.\n\n"
      "| setting | environment | kind | default | meaning |\n|---|---|---|---|---|\n";
  for (const auto& setting : SettingTable()) {
    std::string kind(setting.kind);
    if (!setting.choices.empty()) kind = fmt::format("{}", fmt::join(setting.choices, ", "));
    page += fmt::format("| `{}` | `{}` | {} | {} | {} |\n", setting.name, EnvironmentName(setting.name), kind,
                        setting.default_text.empty() ? "-" : "`" + setting.default_text + "`", setting.help);
  }
  return page;
}

}  // namespace atelier::app
