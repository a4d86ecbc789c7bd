#include "predictor/tensor_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "base/json.h"
#include "base/strings.h"
#include "predictor/element_types.h"

namespace atelier::predictor {
namespace {

template <class T>
void AppendNumber(std::string& out, T value) {
  if constexpr (SmallFloat<T>) {
    AppendNumber(out, static_cast<float>(value));
  } else if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else {
    if constexpr (std::is_floating_point_v<T>)
      if (!std::isfinite(value)) {
        out += "null";
        return;
      }
    std::array<char, 64> text;
    auto* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    std::string_view digits(text.data(), static_cast<std::size_t>(end - text.data()));
    out += digits;
    // Readers that tell 1 from 1.0 shall see the kind that the tensor has.
    if (std::is_floating_point_v<T> && digits.find_first_of(".e") == std::string_view::npos) out += ".0";
  }
}

void AppendString(std::string& out, std::string_view text) {
  if (IsValidUtf8(text))
    out += CompactJson(json::value(json::string(text)));
  else
    out.append(R"({"b64":")").append(Base64Encode(text)).append("\"}");
}

// Brackets and commas round the elements; `append` writes element number `next`.
template <class Append>
void Nest(std::string& out, std::span<const std::int64_t> shape, std::size_t& next, const Append& append) {
  if (shape.empty()) {
    append(next++);
    return;
  }
  out.push_back('[');
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    if (i > 0) out.push_back(',');
    Nest(out, shape.subspan(1), next, append);
  }
  out.push_back(']');
}

Result<void> AppendFrom(std::string& out, const Tensor& tensor, std::span<const std::int64_t> shape,
                        std::size_t first) {
  auto type = tensor.type();
  if (type == DataType::kString) {
    Nest(out, shape, first, [&](std::size_t i) { AppendString(out, tensor.GetString(i)); });
    return {};
  }
  bool served = WithElementType(type, [&]<class T>(std::type_identity<T>) {
    Nest(out, shape, first, [&](std::size_t i) { AppendNumber(out, tensor.Get<T>(i)); });
    return true;
  });
  if (!served)
    return MakeError(ErrorKind::kUnimplemented,
                     "the model answers with " + DataTypeName(type) + ", which is not served");
  return {};
}

}  // namespace

Result<void> AppendTensor(std::string& out, const Tensor& tensor) {
  auto shape = tensor.shape();
  return AppendFrom(out, tensor, shape, 0);
}

Result<void> AppendTensorRow(std::string& out, const Tensor& tensor, std::size_t row) {
  auto shape = tensor.shape();
  auto rows = static_cast<std::size_t>(shape.at(0));
  return AppendFrom(out, tensor, std::span(shape).subspan(1), row * (tensor.elements() / rows));
}

}  // namespace atelier::predictor
