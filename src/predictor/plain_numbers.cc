#include "predictor/plain_numbers.h"

#include <simdjson.h>

#include <charconv>
#include <string>
#include <vector>

#include "predictor/element_types.h"

namespace atelier::predictor {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kMaxRank = 16;

// This version of the library checks long numbers rightly but misreads many of more than 19 digits.
bool ReadReal(ondemand::value& value, double& real) {
  constexpr std::size_t kTrusted = 19;
  std::string_view token = value.raw_json_token();
  if (value.get_double().get(real) != simdjson::SUCCESS) return false;
  return token.size() <= kTrusted || std::from_chars(token.data(), token.data() + token.size(), real).ec == std::errc();
}

// Numbers of a nested list in their order, and the list's shape, which is known once the first lists have been closed.
template <class T>
class Numbers {
 public:
  bool Read(ondemand::value value) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    return type == ondemand::json_type::array ? ReadList(value, 0) : Add(value);
  }

  const std::vector<std::int64_t>& shape() const { return shape_; }

  std::optional<Tensor> Make(const TensorFlowApi& api, const TensorInfo& info) const {
    if (!info.unknown_rank) {
      if (info.shape.size() != shape_.size()) return std::nullopt;
      for (std::size_t i = 0; i < shape_.size(); ++i)
        if (info.shape[i] >= 0 && info.shape[i] != shape_[i]) return std::nullopt;
    }
    auto tensor = Tensor::Make(api, info.type, shape_);
    if (!tensor || tensor->bytes() != values_.size() * sizeof(T)) return std::nullopt;
    std::memcpy(tensor->data(), values_.data(), tensor->bytes());
    return *std::move(tensor);
  }

 private:
  bool ReadList(ondemand::value& value, std::size_t depth) {
    ondemand::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return false;
    if (depth == shape_.size()) {
      if (closed_ || depth == kMaxRank) return false;
      shape_.push_back(-1);
    }
    std::int64_t count = 0;
    for (auto element : list) {
      ondemand::value inner;
      ondemand::json_type type{};
      if (element.get(inner) != simdjson::SUCCESS || inner.type().get(type) != simdjson::SUCCESS) return false;
      bool nested = type == ondemand::json_type::array;
      if (nested ? !ReadList(inner, depth + 1) : depth + 1 != shape_.size() || !Add(inner)) return false;
      closed_ = closed_ || !nested;
      ++count;
    }
    closed_ = true;  // an empty list ends the shape as well
    if (shape_[depth] < 0) shape_[depth] = count;
    return shape_[depth] == count;
  }

  bool Add(ondemand::value& value) {
    T converted{};
    bool fits = false;
    if constexpr (std::is_integral_v<T>) {
      std::int64_t whole = 0;
      std::uint64_t large = 0;
      fits = value.get_int64().get(whole) == simdjson::SUCCESS    ? Convert(whole, converted)
             : value.get_uint64().get(large) == simdjson::SUCCESS ? Convert(large, converted)
                                                                  : false;
    } else {
      double real = 0;
      fits = ReadReal(value, real) && Convert(real, converted);
    }
    if (fits) values_.push_back(converted);
    return fits;
  }

  std::vector<std::int64_t> shape_;
  bool closed_ = false;  // the depth is known: no list goes deeper
  std::vector<T> values_;
};

class Reader {
 public:
  Reader(const TensorFlowApi& api, const Signatures& signatures) : api_(api), signatures_(signatures) {}

  std::optional<JsonRequest> Read(std::string_view body) {
    ondemand::document document;
    ondemand::object members;
    // The parser reads whole blocks, past the end of the text.
    text_.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    text_.assign(body);
    if (parser_.iterate(text_.data(), text_.size(), text_.capacity()).get(document) != simdjson::SUCCESS) return {};
    if (document.get_object().get(members) != simdjson::SUCCESS) return {};
    auto signature = ChooseSignature(signatures_, "");
    if (!signature) return {};
    JsonRequest request;
    request.signature = *signature;
    const auto& inputs = request.signature->inputs;
    bool serving_forms = !inputs.contains("instances") && !inputs.contains("inputs");
    for (auto member : members) {
      std::string_view key;
      ondemand::value value;
      if (member.unescaped_key().get(key) != simdjson::SUCCESS || member.value().get(value) != simdjson::SUCCESS)
        return {};
      bool rows = key == "instances", columns = key == "inputs";
      std::string name(key);
      if (serving_forms && (rows || columns)) {
        // Alone, and for the only input: anything more is for the other reader.
        if (inputs.size() != 1 || !request.inputs.empty()) return {};
        request.form = rows ? JsonForm::kRows : JsonForm::kColumns;
        name = inputs.begin()->first;
      } else if (request.form != JsonForm::kNamed) {
        return {};
      }
      if (!ReadInput(request, name, value)) return {};
    }
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS || request.inputs.empty()) return {};
    if (request.form == JsonForm::kRows) {
      auto shape = request.inputs.begin()->second.shape();
      if (shape.empty() || shape[0] == 0) return {};
      request.rows = static_cast<std::size_t>(shape[0]);
    }
    return request;
  }

 private:
  bool ReadInput(JsonRequest& request, const std::string& name, ondemand::value value) {
    auto info = request.signature->inputs.find(name);
    if (info == request.signature->inputs.end() || request.inputs.contains(name)) return false;
    return WithElementType(info->second.type, [&]<class T>(std::type_identity<T>) {
      if constexpr (std::is_same_v<T, bool>) return false;
      using Element = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;
      Numbers<Element> numbers;
      if (!numbers.Read(value)) return false;
      auto tensor = numbers.Make(api_, info->second);
      if (!tensor) return false;
      request.inputs.emplace(name, *std::move(tensor));
      return true;
    });
  }

  static thread_local ondemand::parser parser_;  // keeps its memory from one request to the next
  static thread_local std::string text_;
  const TensorFlowApi& api_;
  const Signatures& signatures_;
};

thread_local ondemand::parser Reader::parser_;
thread_local std::string Reader::text_;

}  // namespace

std::optional<JsonRequest> ReadPlainNumbers(const TensorFlowApi& api, const Signatures& signatures,
                                            std::string_view body) {
  return Reader(api, signatures).Read(body);
}

}  // namespace atelier::predictor
