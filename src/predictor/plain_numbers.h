// The quick way from JSON to tensors, for the requests that nearly all are: nested lists of numbers.
#pragma once

#include <optional>
#include <string_view>

#include "predictor/tensor_json.h"

namespace atelier::predictor {

// What ReadJsonRequest would give, without a document in between. Nullopt for everything else: strings, booleans,
// instances that are objects, and whatever is wrong -- ReadJsonRequest then reads it again and says what.
std::optional<JsonRequest> ReadPlainNumbers(const TensorFlowApi& api, const Signatures& signatures,
                                            std::string_view body);

}  // namespace atelier::predictor
