// Models as the registry keeps them (modelarts-api section 3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace atelier::registry {

// On whose behalf an operation runs.
struct Caller {
  std::string project_id;
  std::string user_name;
};

enum class ModelStatus {
  kPublishing,  // being imported and checked
  kPublished,   // usable; consoles call it "Normal"
  kFailed,      // the check failed; `reason` says why
  kDeleting,    // its files are being removed
};
std::string_view ToString(ModelStatus status);
std::optional<ModelStatus> ParseModelStatus(std::string_view text);

// One entry of config.json's "apis".
struct Api {
  std::string protocol = "http";
  std::string url = "/";
  std::string method = "POST";
  std::string request_content_type = "application/json";
  std::string response_content_type = "application/json";
  std::string request_schema;   // JSON text of request.data, or empty
  std::string response_schema;  // JSON text of response.data, or empty
};

struct Package {
  std::string name, version, restraint;  // restraint: EXACT, ATLEAST, ATMOST or empty
};
struct Dependency {
  std::string installer = "pip";
  std::vector<Package> packages;
};

// What config.json says, after the leniences that files in the wild need.
struct ModelConfig {
  std::string model_type;
  std::string model_algorithm;
  std::string runtime;
  std::string metrics;  // JSON text
  std::vector<Api> apis;
  std::vector<Dependency> dependencies;
  std::vector<std::string> warnings;  // misspellings accepted, unknown keys, ...
};

struct Model {
  std::string id;  // UUID
  std::string project_id;
  std::string owner;
  std::string name;
  std::string version;  // "1.0.0"
  std::string description;
  std::string source_location;  // as the user gave it
  std::string source_job_id, source_job_version;
  std::string package_bucket, package_prefix;  // the model/ folder that was found
  std::string execution_code;                  // where customize_service.py was found, or empty
  ModelConfig config;
  std::vector<std::string> install_types;
  std::string workspace_id = "0";
  std::string source_type, source_copy;  // as the user gave them
  std::string docs = "[]";               // JSON text: [{doc_name, doc_url}]
  std::string input_params,
      output_params;  // JSON text of the arrays that the user gave; empty: config.json's are shown
  ModelStatus status = ModelStatus::kPublishing;
  std::string reason;
  std::string check_report;  // JSON text of the predictor's check: signatures, service class
  std::uint64_t size_bytes = 0;
  TimePoint created, updated;
};

struct ModelFilter {
  std::string name;  // substring, or the whole name with `exact`
  bool exact = false;
  std::string version, status, type, not_type, description;  // description: a part of it, in any case (as `name`)
  std::string workspace_id;                                  // empty: any
  std::string sort_by = "create_at";                         // create_at, model_version, model_size
  bool ascending = false;
  std::size_t offset = 0;  // page number of `limit` rows
  std::size_t limit = 1000;
};
struct ModelPage {
  std::vector<Model> models;
  std::size_t total = 0;
};

}  // namespace atelier::registry
