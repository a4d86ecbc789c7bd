// What a client asks for, before it is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "training/types.h"

namespace atelier::training {

// The `config` of a create request. Texts are as sent; empty means not given.
struct RunRequest {
  std::string app_url, boot_file_url, data_url, train_url, log_url;
  std::optional<std::int64_t> engine_id;  // nothing given: engine 1, as on the cloud
  std::string engine_name;                // wins over engine_id
  std::optional<std::int64_t> spec_id;
  std::string flavor_code;  // wins over spec_id
  std::int64_t worker_count = 1;
  std::vector<Parameter> parameters;
  std::int64_t model_id = 0;
  std::int64_t pre_version_id = 0;
  // Named so that they can be refused clearly: this product does not serve them.
  bool wants_dataset = false;
  bool wants_image = false;
  bool wants_volumes = false;
  bool wants_pool = false;  // a dedicated pool, and no flavor
};

struct JobRequest {
  std::string name;
  std::string description;
  std::string workspace_id = "0";
  RunRequest run;
  bool create_version = true;
};

}  // namespace atelier::training
