// Every setting of the server, described once: the flags, the environment variables, the YAML keys, the validation and
// docs/settings.md all come from the table in settings.cc. Precedence: flags > ATELIER_* environment > YAML file >
// default.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace atelier::app {

struct Settings {
  std::filesystem::path data_dir;
  std::string listen = "127.0.0.1:8080";
  std::string obs_listen = "127.0.0.1:9000";
  std::string region = "local-1";
  std::string obs_domains;  // comma-separated
  std::string public_url;
  std::uint64_t worker_threads = 16;
  std::uint64_t object_store_loops = 2;
  std::string engines_dir;
  std::string python_dir;
  std::string sandbox = "auto";
  std::string job_network = "host";
  std::uint64_t job_disk_limit = 50ULL << 30;
  std::uint64_t scrub_bytes_per_second = 8ULL << 20;
  std::uint64_t scrub_interval = 7ULL * 24 * 3600;  // 0: never
  std::string serving_engine = "TF-2.15.1-python3.11";
  std::uint64_t workers_per_predictor = 0;
  std::uint64_t predict_timeout = 40;
  std::uint64_t predict_queue = 256;
  std::uint64_t predict_body_limit = 12ULL << 20;
  std::uint64_t board_quota = 10;
  std::uint64_t stop_grace = 10;
  std::uint64_t audit_retention = 90;  // days
  std::uint64_t audit_rows = 1'000'000;
  std::uint64_t lifecycle_interval = 3600;
  std::uint64_t lifecycle_day = 86400;
  std::string domain_name = "atelier";
  std::string user_name = "admin";
  std::string log_level = "info";
  std::string log_file;
  // Defaults of a project's quotas.
  std::uint64_t quota_training_jobs = 10'000;
  std::uint64_t quota_running_versions = 1'000;
  std::uint64_t quota_models = 10'000;
  std::uint64_t quota_services = 1'000;
  std::uint64_t quota_replicas = 1'000;
  std::uint64_t quota_algorithms = 10'000;
  std::uint64_t quota_access_keys = 100;
};

struct SettingDescription {
  std::string_view name;  // flag "--obs-listen", YAML key "obs-listen", environment "ATELIER_OBS_LISTEN"
  std::string_view kind;  // "address", "path", "text", "number", "bytes", "seconds", "days", "choice"
  std::string_view help;
  std::string default_text;
  std::vector<std::string_view> choices;  // for "choice"
  // Parses and stores; InvalidArgument says what was expected and what came.
  std::function<Result<void>(Settings&, std::string_view)> assign;
};

const std::vector<SettingDescription>& SettingTable();

// Merges the sources. `flags`: name -> text, as given on the command line. `environment` returns null for an unset
// variable. Unknown YAML keys are errors that name the nearest known one.
Result<Settings> LoadSettings(const std::map<std::string, std::string>& flags,
                              const std::function<const char*(const char*)>& environment,
                              const std::filesystem::path& yaml_file);

std::string EnvironmentName(std::string_view setting);  // "obs-listen" -> "ATELIER_OBS_LISTEN"
std::string SettingsPage();                             // docs/settings.md

std::filesystem::path DefaultDataDirectory();  // ~/.local/share/atelier

}  // namespace atelier::app
