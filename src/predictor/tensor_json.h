// Predictions without user code: JSON in, tensors through the model, JSON out.
#pragma once

#include <string_view>

#include "base/json.h"
#include "predictor/answer.h"
#include "predictor/saved_model.h"

namespace atelier::predictor {

// A nested list (or a scalar) as a tensor of the signature's type. InvalidArgument: ragged lists, another rank or size
// than declared, values of another kind; the message says what was expected and what came.
Result<Tensor> TensorFromJson(const TensorFlowApi& api, const std::string& name, const TensorInfo& info,
                              const json::value& value);

// Three forms, answered in kind:
//   {"<input>": nested, ...}                       -> {"<output>": nested, ...}
//   {"inputs": {...} or nested, "signature_name"}   -> {"outputs": ...}             (columnar, as TensorFlow Serving)
//   {"instances": [...], "signature_name"}          -> {"predictions": [...]}       (rows, as TensorFlow Serving)
Answer PredictJson(SavedModel& model, std::string_view body);

}  // namespace atelier::predictor
