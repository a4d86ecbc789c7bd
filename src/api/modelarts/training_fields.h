// Readers of the fields that several training requests share: what json.h reads, with the dialect's code in errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "training/types.h"

namespace atelier::api {

inline constexpr const char* kIllegalField = "ModelArts.0104";

// "<field>: expected <expected>, got <got>".
std::unexpected<Error> RefuseField(std::string_view field, std::string_view expected, std::string_view got);

// The readers of base/json name the key; the dialect's code is added here.
template <class T>
Result<T> Coded(Result<T> result) {
  if (!result && result.error().code.empty()) result.error().code = kIllegalField;
  return result;
}

// Leaves `to` alone when the member is absent or null.
Result<void> Assign(std::string& to, const json::object& from, std::string_view key);
// The same for ids, which clients send as numbers too.
Result<void> AssignId(std::string& to, const json::object& from, std::string_view key);

// "parameter": [{"label": ..., "value": ...}]; values also as numbers and booleans. `field` is its name in errors.
Result<std::vector<training::Parameter>> ReadParameters(const json::object& from, std::string_view field);

}  // namespace atelier::api
