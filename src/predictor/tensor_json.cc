#include "predictor/tensor_json.h"

#include <fmt/format.h>

#include <optional>

#include "base/strings.h"
#include "predictor/element_types.h"
#include "predictor/plain_numbers.h"
#include "predictor/tensor_text.h"

namespace atelier::predictor {
namespace {

// The shape of a nested list, taken from its first elements; CheckRegular looks at the rest.
std::vector<std::int64_t> ShapeOf(const json::value& value) {
  std::vector<std::int64_t> shape;
  const json::value* at = &value;
  while (const auto* array = at->if_array()) {
    shape.push_back(static_cast<std::int64_t>(array->size()));
    if (array->empty()) break;
    at = &array->front();
  }
  return shape;
}

std::string ShapeText(const std::vector<std::int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

bool Agrees(const TensorInfo& info, const std::vector<std::int64_t>& shape) {
  if (info.unknown_rank) return true;
  if (info.shape.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (info.shape[i] >= 0 && info.shape[i] != shape[i]) return false;
  return true;
}

template <class T>
bool StoreNumber(Tensor& tensor, std::size_t index, const json::value& value) {
  T number{};
  bool fits = false;
  if constexpr (std::is_same_v<T, bool>) {
    fits = value.is_bool();
    number = fits && value.get_bool();
  } else if (const auto* whole = value.if_int64()) {
    fits = Convert(*whole, number);
  } else if (const auto* unsigned_whole = value.if_uint64()) {
    fits = Convert(*unsigned_whole, number);
  } else if (const auto* real = value.if_double(); real != nullptr && !std::is_integral_v<T>) {
    fits = Convert(*real, number);
  }
  if (fits) tensor.Set(index, number);
  return fits;
}

// Text as it stands, any bytes as {"b64": "..."}.
bool StoreString(Tensor& tensor, std::size_t index, const json::value& value) {
  if (const auto* text = value.if_string()) {
    tensor.SetString(index, *text);
    return true;
  }
  const auto* object = value.if_object();
  const auto* encoded = object == nullptr ? nullptr : object->if_contains("b64");
  auto bytes = encoded != nullptr && encoded->is_string() ? Base64Decode(encoded->as_string()) : std::nullopt;
  if (bytes) tensor.SetString(index, *bytes);
  return bytes.has_value();
}

bool Store(Tensor& tensor, DataType type, std::size_t index, const json::value& value) {
  if (type == DataType::kString) return StoreString(tensor, index, value);
  return WithElementType(type, [&]<class T>(std::type_identity<T>) { return StoreNumber<T>(tensor, index, value); });
}

// Whether every list has the length that the first ones have. Before any memory is taken: what the first lists promise
// may be far more than the body holds.
Result<void> CheckRegular(const json::value& value, const std::vector<std::int64_t>& shape, std::size_t depth) {
  const auto* array = value.if_array();
  if (depth == shape.size()) {
    if (array != nullptr) return InvalidArgument("the lists are not all nested to the same depth");
    return {};
  }
  if (array == nullptr || array->size() != static_cast<std::size_t>(shape[depth]))
    return InvalidArgument(fmt::format("the lists at depth {} are not all of the length {}", depth, shape[depth]));
  for (const auto& element : *array)
    if (depth + 1 < shape.size() || element.is_array()) ATELIER_CHECK(CheckRegular(element, shape, depth + 1));
  return {};
}

// Copies a list that is known to be regular.
Result<void> Fill(Tensor& tensor, DataType type, const json::value& value, std::size_t depth, std::size_t& next) {
  if (depth > 0) {
    for (const auto& element : value.get_array()) ATELIER_CHECK(Fill(tensor, type, element, depth - 1, next));
    return {};
  }
  if (!Store(tensor, type, next, value))
    return InvalidArgument(
        fmt::format("element {} is no {}: {}", next, DataTypeName(type), CompactJson(value).substr(0, 40)));
  ++next;
  return {};
}

Result<NamedTensors> ReadInputs(const TensorFlowApi& api, const Signature& signature, const json::object& values) {
  NamedTensors inputs;
  for (const auto& [name, value] : values) {
    auto info = signature.inputs.find(std::string(name));
    if (info == signature.inputs.end()) {
      std::string known;
      for (const auto& [input, ignored] : signature.inputs) known += (known.empty() ? "" : ", ") + input;
      return InvalidArgument(
          fmt::format("the model has no input '{}'; its inputs are {}", std::string_view(name), known));
    }
    ATELIER_TRY(Tensor tensor, TensorFromJson(api, info->first, info->second, value));
    inputs.emplace(info->first, std::move(tensor));
  }
  return inputs;
}

// {"instances": [...]}: each instance is a value of the only input, or an object with one value per input.
Result<json::object> Columns(const Signature& signature, const json::array& instances) {
  json::object columns;
  if (instances.empty()) return InvalidArgument("'instances' is empty");
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const auto& instance = instances[i];
    const auto* object = instance.if_object();
    if (object == nullptr || object->contains("b64")) {
      if (signature.inputs.size() != 1)
        return InvalidArgument("the model has several inputs: each instance must be an object");
      auto& column = columns[signature.inputs.begin()->first];
      if (!column.is_array()) column = json::array{};
      column.as_array().push_back(instance);
      continue;
    }
    // A missing value would move those of the later instances up.
    for (const auto& [input, info] : signature.inputs)
      if (!object->contains(input))
        return InvalidArgument(fmt::format("instance {} has no value for the input '{}'", i, input));
    for (const auto& [name, value] : *object) {
      auto& column = columns[name];
      if (!column.is_array()) column = json::array{};
      column.as_array().push_back(value);
    }
  }
  return columns;
}

Result<void> CheckRows(const NamedTensors& outputs, std::size_t rows) {
  for (const auto& [name, tensor] : outputs) {
    auto shape = tensor.shape();
    if (shape.empty() || shape[0] != static_cast<std::int64_t>(rows))
      return InvalidArgument(
          fmt::format("the output '{}' has the shape {}, not one row for each of the {} instances: ask with \"inputs\"",
                      name, ShapeText(shape), rows));
  }
  return {};
}

// {"<output>": ...}; `row`: of every output only that one.
Result<void> AppendNamed(std::string& out, const NamedTensors& outputs, std::optional<std::size_t> row) {
  std::string_view before = "{";
  for (const auto& [name, tensor] : outputs) {
    out.append(before).append(CompactJson(json::value(json::string(name)))).push_back(':');
    ATELIER_CHECK(row ? AppendTensorRow(out, tensor, *row) : AppendTensor(out, tensor));
    before = ",";
  }
  out += outputs.empty() ? "{}" : "}";
  return {};
}

Result<void> AppendRows(std::string& out, const NamedTensors& outputs, std::size_t rows) {
  ATELIER_CHECK(CheckRows(outputs, rows));
  for (std::size_t i = 0; i < rows; ++i) {
    if (i > 0) out.push_back(',');
    ATELIER_CHECK(outputs.size() == 1 ? AppendTensorRow(out, outputs.begin()->second, i)
                                      : AppendNamed(out, outputs, i));
  }
  return {};
}

}  // namespace

Answer RefuseWith(const Error& error) {
  Answer answer;
  answer.status = error.kind == ErrorKind::kInvalidArgument     ? 400
                  : error.kind == ErrorKind::kResourceExhausted ? 507
                                                                : 500;
  std::string_view code = answer.status == 400 ? "ModelArts.4201" : "ModelArts.4302";
  answer.body = CompactJson(json::object{{"error_code", code}, {"error_msg", error.message}});
  return answer;
}

Result<Tensor> TensorFromJson(const TensorFlowApi& api, const std::string& name, const TensorInfo& info,
                              const json::value& value) {
  auto shape = ShapeOf(value);
  if (!Agrees(info, shape))
    return InvalidArgument(fmt::format("input '{}': expected {} of shape {}, got shape {}", name,
                                       DataTypeName(info.type), predictor::ShapeText(info), ShapeText(shape)));
  auto refuse = [&](const Error& error) {
    return InvalidArgument(fmt::format("input '{}': expected {}: {}", name, DataTypeName(info.type), error.message));
  };
  if (auto regular = CheckRegular(value, shape, 0); !regular) return refuse(regular.error());
  ATELIER_TRY(Tensor tensor, Tensor::Make(api, info.type, shape));
  std::size_t next = 0;
  if (auto filled = Fill(tensor, info.type, value, shape.size(), next); !filled) return refuse(filled.error());
  return tensor;
}

Result<JsonRequest> ReadJsonRequest(const TensorFlowApi& api, const Signatures& signatures, std::string_view body) {
  ATELIER_TRY(json::object request, ParseJsonObject(body));
  std::string signature_name;
  const auto* instances = request.if_contains("instances");
  const auto* inputs = request.if_contains("inputs");
  bool serving_form = (instances != nullptr && instances->is_array()) || inputs != nullptr;
  if (serving_form) {
    ATELIER_TRY(auto name, ReadString(request, "signature_name"));
    signature_name = name.value_or("");
  }
  ATELIER_TRY(const Signature* signature, ChooseSignature(signatures, signature_name));
  // An input may itself be called "inputs" or "instances": then the body is taken as it stands.
  if (signature->inputs.contains("inputs") || signature->inputs.contains("instances")) instances = inputs = nullptr;
  json::object values;
  JsonRequest read;
  read.signature = signature;
  if (instances != nullptr && instances->is_array()) {
    read.form = JsonForm::kRows;
    read.rows = instances->get_array().size();
    ATELIER_TRY(values, Columns(*signature, instances->get_array()));
  } else if (inputs != nullptr) {
    read.form = JsonForm::kColumns;
    if (const auto* object = inputs->if_object())
      values = *object;
    else if (signature->inputs.size() == 1)
      values[signature->inputs.begin()->first] = *inputs;
    else
      return InvalidArgument("'inputs' must be an object with one value per input of the model");
  } else {
    values = request;
  }
  ATELIER_TRY(read.inputs, ReadInputs(api, *signature, values));
  return read;
}

Result<std::string> WriteJsonAnswer(const NamedTensors& outputs, JsonForm form, std::size_t rows) {
  std::string out;
  switch (form) {
    case JsonForm::kNamed:
      ATELIER_CHECK(AppendNamed(out, outputs, std::nullopt));
      break;
    case JsonForm::kColumns:
      out = R"({"outputs":)";
      ATELIER_CHECK(outputs.size() == 1 ? AppendTensor(out, outputs.begin()->second)
                                        : AppendNamed(out, outputs, std::nullopt));
      out.push_back('}');
      break;
    case JsonForm::kRows:
      out = R"({"predictions":[)";
      ATELIER_CHECK(AppendRows(out, outputs, rows));
      out += "]}";
      break;
  }
  return out;
}

Result<JsonRequest> ReadRequest(SavedModel& model, std::string_view body) {
  if (auto quick = ReadPlainNumbers(model.api(), model.signatures(), body)) return *std::move(quick);
  return ReadJsonRequest(model.api(), model.signatures(), body);
}

Answer AnswerRequest(const JsonRequest& request, const Result<NamedTensors>& outputs) {
  if (!outputs) return RefuseWith(outputs.error());
  auto body = WriteJsonAnswer(*outputs, request.form, request.rows);
  if (!body) return RefuseWith(body.error());
  Answer answer;
  answer.body = *std::move(body);
  return answer;
}

Answer PredictJson(SavedModel& model, std::string_view body) {
  auto request = ReadRequest(model, body);
  return request ? AnswerRequest(*request, model.Run(*request->signature, request->inputs))
                 : RefuseWith(request.error());
}

}  // namespace atelier::predictor
