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

// How a request came, and so how it is answered:
//   kNamed    {"<input>": nested, ...}                      -> {"<output>": nested, ...}
//   kColumns  {"inputs": {...} or nested, "signature_name"}  -> {"outputs": ...}     (as TensorFlow Serving)
//   kRows     {"instances": [...], "signature_name"}         -> {"predictions": [...]}
enum class JsonForm { kNamed, kColumns, kRows };

struct JsonRequest {
  const Signature* signature = nullptr;
  NamedTensors inputs;
  JsonForm form = JsonForm::kNamed;
  std::size_t rows = 0;  // of kRows: how many instances there are
};

// InvalidArgument says what was expected and what came.
using Signatures = std::map<std::string, Signature>;
Result<JsonRequest> ReadJsonRequest(const TensorFlowApi& api, const Signatures& signatures, std::string_view body);
Result<std::string> WriteJsonAnswer(const NamedTensors& outputs, JsonForm form, std::size_t rows);

// The quick way where it can be gone (plain_numbers.h), else the thorough one.
Result<JsonRequest> ReadRequest(SavedModel& model, std::string_view body);
// The outputs in the request's form, or the refusal.
Answer AnswerRequest(const JsonRequest& request, const Result<NamedTensors>& outputs);
Answer PredictJson(SavedModel& model, std::string_view body);

}  // namespace atelier::predictor
