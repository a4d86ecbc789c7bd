// Algorithms on the wire (modelarts-api section 2B).
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "http/message.h"
#include "training/algorithm_repository.h"

namespace atelier::api {

// The body of create and update. Accepts the forms of the documents and of the SDK (`remote_constraint` or
// `remote_constraints`, `value` or `values`, numbers for texts); answers carry both where they differ. ModelArts.2787
// for what is no JSON object, 2788 for a field of a wrong type.
Result<training::AlgorithmSpec> ParseAlgorithm(std::string_view body);
json::object AlgorithmJson(const training::Algorithm& algorithm);

// offset (rows), limit 1-50, sort_by create_time (or update_time, name), order, workspace_id, searches: "name:part",
// "name=part", {"name":"part"} or just a part of the name. ModelArts.2764 for what is out of range.
Result<training::AlgorithmQuery> ParseAlgorithmQuery(const http::Query& query);
json::object AlgorithmListJson(const training::AlgorithmPage& page, const http::Query& query,
                               const training::AlgorithmQuery& parsed);

}  // namespace atelier::api
