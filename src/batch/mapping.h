// From an object to the request that a model's api takes.
#pragma once

#include <string>
#include <string_view>

#include "registry/types.h"
#include "serving/dispatcher.h"

namespace atelier::batch {

struct RequestForm {
  std::string field = "images";  // of the form, for a file
  bool takes_json = false;       // a .json file is the body itself
};

// The api whose url is `uri`, else the first. A model that declares none takes either.
RequestForm FormOf(const registry::ModelConfig& config, std::string_view uri);

serving::PredictRequest FileRequest(const RequestForm& form, std::string_view key, std::string bytes);

}  // namespace atelier::batch
