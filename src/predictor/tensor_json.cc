#include "predictor/tensor_json.h"

#include <fmt/format.h>

#include <cstring>

#include "base/strings.h"

namespace atelier::predictor {
namespace {

// The shape of a nested list, taken from its first elements; the rest is checked while it is copied.
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
bool StoreNumber(void* data, std::size_t index, const json::value& value) {
  T number{};
  if (const auto* real = value.if_double()) {
    if constexpr (std::is_integral_v<T>) return false;
    number = static_cast<T>(*real);
  } else if (const auto* whole = value.if_int64()) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      if (!std::in_range<T>(*whole)) return false;
    number = static_cast<T>(*whole);
  } else if (const auto* unsigned_whole = value.if_uint64()) {
    number = static_cast<T>(*unsigned_whole);
  } else if (const auto* flag = value.if_bool()) {
    number = static_cast<T>(*flag);
  } else {
    return false;
  }
  std::memcpy(static_cast<char*>(data) + index * sizeof(T), &number, sizeof(T));
  return true;
}

bool Store(Tensor& tensor, DataType type, std::size_t index, const json::value& value) {
  void* data = tensor.data();
  switch (type) {
    case DataType::kFloat:
      return StoreNumber<float>(data, index, value);
    case DataType::kDouble:
      return StoreNumber<double>(data, index, value);
    case DataType::kInt32:
      return StoreNumber<std::int32_t>(data, index, value);
    case DataType::kInt64:
      return StoreNumber<std::int64_t>(data, index, value);
    case DataType::kUint8:
      return StoreNumber<std::uint8_t>(data, index, value);
    case DataType::kInt8:
      return StoreNumber<std::int8_t>(data, index, value);
    case DataType::kInt16:
      return StoreNumber<std::int16_t>(data, index, value);
    case DataType::kUint16:
      return StoreNumber<std::uint16_t>(data, index, value);
    case DataType::kUint32:
      return StoreNumber<std::uint32_t>(data, index, value);
    case DataType::kUint64:
      return StoreNumber<std::uint64_t>(data, index, value);
    case DataType::kBool:
      return value.is_bool() && StoreNumber<bool>(data, index, value);
    case DataType::kString: {
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
    default:
      return false;
  }
}

class Filler {
 public:
  Filler(Tensor& tensor, DataType type, const std::vector<std::int64_t>& shape)
      : tensor_(tensor), type_(type), shape_(shape) {}

  Result<void> Fill(const json::value& value, std::size_t depth) {
    if (depth == shape_.size()) {
      if (value.is_array()) return InvalidArgument("the lists are not all nested to the same depth");
      if (!Store(tensor_, type_, next_, value))
        return InvalidArgument(
            fmt::format("element {} is no {}: {}", next_, DataTypeName(type_), CompactJson(value).substr(0, 40)));
      ++next_;
      return {};
    }
    const auto* array = value.if_array();
    if (array == nullptr || array->size() != static_cast<std::size_t>(shape_[depth]))
      return InvalidArgument(fmt::format("the lists at depth {} are not all of the length {}", depth, shape_[depth]));
    for (const auto& element : *array) ATELIER_CHECK(Fill(element, depth + 1));
    return {};
  }

 private:
  Tensor& tensor_;
  DataType type_;
  const std::vector<std::int64_t>& shape_;
  std::size_t next_ = 0;
};

template <class T>
T Load(const Tensor& tensor, std::size_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(tensor.data()) + index * sizeof(T), sizeof(T));
  return value;
}

json::value Number(double value) {
  if (value != value || value - value != 0) return nullptr;  // NaN and infinities have no JSON
  return value;
}

json::value Element(const Tensor& tensor, std::size_t index) {
  switch (tensor.type()) {
    case DataType::kFloat:
      return Number(Load<float>(tensor, index));
    case DataType::kDouble:
      return Number(Load<double>(tensor, index));
    case DataType::kInt32:
      return Load<std::int32_t>(tensor, index);
    case DataType::kInt64:
      return Load<std::int64_t>(tensor, index);
    case DataType::kUint8:
      return Load<std::uint8_t>(tensor, index);
    case DataType::kInt8:
      return Load<std::int8_t>(tensor, index);
    case DataType::kInt16:
      return Load<std::int16_t>(tensor, index);
    case DataType::kUint16:
      return Load<std::uint16_t>(tensor, index);
    case DataType::kUint32:
      return Load<std::uint32_t>(tensor, index);
    case DataType::kUint64:
      return Load<std::uint64_t>(tensor, index);
    case DataType::kBool:
      return Load<bool>(tensor, index);
    case DataType::kString: {
      auto text = tensor.GetString(index);
      if (IsValidUtf8(text)) return json::string(text);
      return json::object{{"b64", Base64Encode(text)}};
    }
    default:
      return nullptr;
  }
}

json::value Nested(const Tensor& tensor, const std::vector<std::int64_t>& shape, std::size_t depth, std::size_t& next) {
  if (depth == shape.size()) return Element(tensor, next++);
  json::array array;
  array.reserve(static_cast<std::size_t>(shape[depth]));
  for (std::int64_t i = 0; i < shape[depth]; ++i) array.push_back(Nested(tensor, shape, depth + 1, next));
  return array;
}

json::object ToObject(const NamedTensors& tensors) {
  json::object object;
  for (const auto& [name, tensor] : tensors) object[name] = TensorToJson(tensor);
  return object;
}

Result<NamedTensors> ReadInputs(SavedModel& model, const Signature& signature, const json::object& values) {
  NamedTensors inputs;
  for (const auto& [name, value] : values) {
    auto info = signature.inputs.find(std::string(name));
    if (info == signature.inputs.end()) {
      std::string known;
      for (const auto& [input, ignored] : signature.inputs) known += (known.empty() ? "" : ", ") + input;
      return InvalidArgument(
          fmt::format("the model has no input '{}'; its inputs are {}", std::string_view(name), known));
    }
    ATELIER_TRY(Tensor tensor, TensorFromJson(model.api(), info->first, info->second, value));
    inputs.emplace(info->first, std::move(tensor));
  }
  return inputs;
}

// {"instances": [...]}: each instance is a value of the only input, or an object with one value per input.
Result<json::object> Columns(const Signature& signature, const json::array& instances) {
  json::object columns;
  if (instances.empty()) return InvalidArgument("'instances' is empty");
  for (const auto& instance : instances) {
    const auto* object = instance.if_object();
    if (object == nullptr || object->contains("b64")) {
      if (signature.inputs.size() != 1)
        return InvalidArgument("the model has several inputs: each instance must be an object");
      auto& column = columns[signature.inputs.begin()->first];
      if (!column.is_array()) column = json::array{};
      column.as_array().push_back(instance);
      continue;
    }
    for (const auto& [name, value] : *object) {
      auto& column = columns[name];
      if (!column.is_array()) column = json::array{};
      column.as_array().push_back(value);
    }
  }
  return columns;
}

json::value Rows(const json::object& outputs, std::size_t count) {
  json::array rows;
  for (std::size_t i = 0; i < count; ++i) {
    json::object row;
    for (const auto& [name, column] : outputs)
      if (const auto* array = column.if_array(); array != nullptr && i < array->size()) row[name] = (*array)[i];
    rows.push_back(outputs.size() == 1 && row.size() == 1 ? row.begin()->value() : json::value(row));
  }
  return rows;
}

Result<json::value> Predict(SavedModel& model, std::string_view body) {
  ATELIER_TRY(json::object request, ParseJsonObject(body));
  std::string signature_name;
  const auto* instances = request.if_contains("instances");
  const auto* inputs = request.if_contains("inputs");
  bool serving_form = (instances != nullptr && instances->is_array()) || inputs != nullptr;
  if (serving_form) {
    ATELIER_TRY(auto name, ReadString(request, "signature_name"));
    signature_name = name.value_or("");
  }
  ATELIER_TRY(const Signature* signature, ChooseSignature(model.signatures(), signature_name));
  // An input may itself be called "inputs" or "instances": then the body is taken as it stands.
  if (signature->inputs.contains("inputs") || signature->inputs.contains("instances")) instances = inputs = nullptr;
  json::object values;
  std::size_t rows = 0;
  if (instances != nullptr && instances->is_array()) {
    rows = instances->as_array().size();
    ATELIER_TRY(values, Columns(*signature, instances->as_array()));
  } else if (inputs != nullptr) {
    if (const auto* object = inputs->if_object())
      values = *object;
    else if (signature->inputs.size() == 1)
      values[signature->inputs.begin()->first] = *inputs;
    else
      return InvalidArgument("'inputs' must be an object with one value per input of the model");
  } else {
    values = request;
  }
  ATELIER_TRY(NamedTensors tensors, ReadInputs(model, *signature, values));
  ATELIER_TRY(NamedTensors outputs, model.Run(*signature, tensors));
  auto named = ToObject(outputs);
  if (rows > 0) return json::object{{"predictions", Rows(named, rows)}};
  if (inputs != nullptr)
    return json::object{{"outputs", named.size() == 1 ? named.begin()->value() : json::value(named)}};
  return named;
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
  ATELIER_TRY(Tensor tensor, Tensor::Make(api, info.type, shape));
  if (auto filled = Filler(tensor, info.type, shape).Fill(value, 0); !filled)
    return InvalidArgument(
        fmt::format("input '{}': expected {}: {}", name, DataTypeName(info.type), filled.error().message));
  return tensor;
}

json::value TensorToJson(const Tensor& tensor) {
  std::size_t next = 0;
  return Nested(tensor, tensor.shape(), 0, next);
}

Answer PredictJson(SavedModel& model, std::string_view body) {
  auto result = Predict(model, body);
  if (!result) return RefuseWith(result.error());
  Answer answer;
  answer.body = CompactJson(*result);
  return answer;
}

}  // namespace atelier::predictor
