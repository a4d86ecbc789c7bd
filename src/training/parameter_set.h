// Parameter sets: what a job would run, kept under a name so that it need not be written again (modelarts-api 2A.9).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "training/types.h"

namespace atelier::training {

struct DataSource {
  std::string type, data_url, dataset_id, dataset_version;
  bool operator==(const DataSource&) const = default;
};

struct Volume {
  enum class Kind { kNfs, kHostPath };
  Kind kind = Kind::kNfs;
  std::string id = {};  // kNfs only
  std::string src_path = {}, dest_path = {};
  bool read_only = false;
  bool operator==(const Volume&) const = default;
};

// The fields of a job's configuration as they were written: kept and shown again, also those that no job of this
// server can have. Empty texts and absent numbers were not given.
struct ConfigFields {
  std::optional<std::int64_t> worker_count, engine_id, model_id, spec_id;
  std::optional<bool> create_version;
  std::string app_url, boot_file_url, data_url, train_url, log_url;
  std::string dataset_id, dataset_version_id;
  std::string flavor_code, pool_id;
  std::string user_image_url, user_command;
  std::vector<Parameter> parameters;
  std::vector<DataSource> data_sources;
  std::vector<Volume> volumes;
  bool operator==(const ConfigFields&) const = default;
};

struct ParameterSet {
  std::string project_id;
  std::string name;  // unique within the project
  std::string description = {};
  TimePoint created = {};
  ConfigFields fields = {};
  bool operator==(const ParameterSet&) const = default;
};

enum class SetOrder { kName, kDescription, kCreated };
// "config_name", "config_desc", "create_time".
Result<SetOrder> ParseSetOrder(std::string_view text);

struct SetQuery {
  std::string search = {};  // part of the name; case does not matter
  SetOrder order = SetOrder::kName;
  bool descending = true;
  int page = 1;       // 1..65535
  int per_page = 10;  // 1..1000
};

struct SetPage {
  std::vector<ParameterSet> sets;
  std::size_t total = 0;  // that pass the filter
};

// Port: where parameter sets are kept. Thread-safe. Every write is durable when it returns.
class ParameterSetRepository {
 public:
  virtual ~ParameterSetRepository() = default;
  // AlreadyExists (ModelArts.0103) when the project has one of that name.
  virtual Result<void> Insert(const ParameterSet& set) = 0;
  // Replaces description and fields of the one with that name; NotFound without one.
  virtual Result<void> Update(const ParameterSet& set) = 0;
  virtual Result<void> Remove(const std::string& project_id, const std::string& name) = 0;  // NotFound without one
  virtual Result<std::optional<ParameterSet>> Find(const std::string& project_id, const std::string& name) = 0;
  virtual Result<SetPage> List(const std::string& project_id, const SetQuery& query) = 0;
  virtual Result<std::size_t> Count(const std::string& project_id) = 0;
};

}  // namespace atelier::training
