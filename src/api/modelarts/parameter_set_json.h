// Parameter sets on the wire: flat objects with the fields of a job's configuration (modelarts-api section 2A.9).
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "http/message.h"
#include "training/parameter_sets.h"

namespace atelier::api {

// Of a create request: with `config_name`. Project and creation are left empty.
Result<training::ParameterSet> ParseNewSet(std::string_view body);
// Of a change: the name is the path's.
Result<training::ParameterSet> ParseChangedSet(std::string_view body);

// `config_type`: "custom" (also when left out) are a project's own, "sample" those that the platform brings.
enum class SetType { kCustom, kSample };
Result<SetType> ParseSetType(const http::Query& query);
Result<training::SetQuery> ParseSetQuery(const http::Query& query);

json::object SetListJson(const training::ShownSetPage& page);
json::object SetDetailsJson(const training::ShownSet& shown);

}  // namespace atelier::api
