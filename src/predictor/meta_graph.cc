#include "predictor/meta_graph.h"

namespace atelier::predictor {
namespace {

// Field numbers of tensorflow/core/protobuf/meta_graph.proto and tensor_shape.proto.
constexpr std::uint32_t kSignatureDef = 5;
constexpr std::uint32_t kMapKey = 1, kMapValue = 2;
constexpr std::uint32_t kInputs = 1, kOutputs = 2, kMethod = 3;
constexpr std::uint32_t kTensorName = 1, kTensorType = 2, kTensorShape = 3;
constexpr std::uint32_t kDim = 2, kDimSize = 1, kUnknownRank = 3;

struct Field {
  std::uint32_t number = 0;
  std::uint64_t number_value = 0;  // varint fields
  std::string_view bytes;          // length-delimited fields
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  // False at the end or at broken bytes; then ok() tells which.
  bool Next(Field& field) {
    if (rest_.empty()) return false;
    std::uint64_t tag = 0;
    if (!Varint(tag)) return false;
    field = {static_cast<std::uint32_t>(tag >> 3), 0, {}};
    std::uint64_t length = 0;
    switch (tag & 7) {
      case 0:
        return Varint(field.number_value);
      case 1:
        length = 8;
        break;
      case 2:
        if (!Varint(length)) return false;
        break;
      case 5:
        length = 4;
        break;
      default:
        return ok_ = false;
    }
    if (length > rest_.size()) return ok_ = false;
    field.bytes = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return true;
  }
  bool ok() const { return ok_; }

 private:
  bool Varint(std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return ok_ = false;
      auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 127) << shift;
      if (byte < 128) return true;
    }
    return ok_ = false;
  }

  std::string_view rest_;
  bool ok_ = true;
};

void ReadShape(std::string_view bytes, TensorInfo& info) {
  WireReader reader(bytes);
  Field field;
  info.unknown_rank = false;
  while (reader.Next(field)) {
    if (field.number == kUnknownRank) info.unknown_rank = field.number_value != 0;
    if (field.number != kDim) continue;
    std::int64_t size = 0;
    WireReader dim(field.bytes);
    Field part;
    while (dim.Next(part))
      if (part.number == kDimSize) size = static_cast<std::int64_t>(part.number_value);
    info.shape.push_back(size);
  }
}

TensorInfo ReadTensorInfo(std::string_view bytes) {
  TensorInfo info;
  WireReader reader(bytes);
  Field field;
  while (reader.Next(field)) {
    if (field.number == kTensorName) info.tensor = field.bytes;
    if (field.number == kTensorType) info.type = static_cast<DataType>(field.number_value);
    if (field.number == kTensorShape) ReadShape(field.bytes, info);
  }
  return info;
}

struct Entry {
  std::string key;
  std::string_view value;
};

Entry ReadEntry(std::string_view bytes) {
  Entry entry;
  WireReader reader(bytes);
  Field field;
  while (reader.Next(field)) {
    if (field.number == kMapKey) entry.key = field.bytes;
    if (field.number == kMapValue) entry.value = field.bytes;
  }
  return entry;
}

Signature ReadSignature(std::string_view bytes) {
  Signature signature;
  WireReader reader(bytes);
  Field field;
  while (reader.Next(field)) {
    if (field.number == kMethod) signature.method = field.bytes;
    if (field.number != kInputs && field.number != kOutputs) continue;
    auto entry = ReadEntry(field.bytes);
    (field.number == kInputs ? signature.inputs : signature.outputs)[entry.key] = ReadTensorInfo(entry.value);
  }
  return signature;
}

}  // namespace

Result<std::map<std::string, Signature>> ReadSignatures(std::string_view meta_graph) {
  std::map<std::string, Signature> signatures;
  WireReader reader(meta_graph);
  Field field;
  while (reader.Next(field)) {
    if (field.number != kSignatureDef) continue;
    auto entry = ReadEntry(field.bytes);
    if (!entry.key.starts_with("__")) signatures[entry.key] = ReadSignature(entry.value);
  }
  if (!reader.ok()) return InvalidArgument("the SavedModel's MetaGraphDef cannot be read");
  return signatures;
}

Result<const Signature*> ChooseSignature(const std::map<std::string, Signature>& signatures, std::string_view name) {
  std::string known;
  for (const auto& [key, signature] : signatures) known += (known.empty() ? "" : ", ") + key;
  if (signatures.empty()) return InvalidArgument("the SavedModel has no signature");
  if (!name.empty()) {
    auto found = signatures.find(std::string(name));
    if (found == signatures.end())
      return InvalidArgument("no signature '" + std::string(name) + "'; the model has " + known);
    return &found->second;
  }
  if (signatures.size() == 1) return &signatures.begin()->second;
  auto found = signatures.find("serving_default");
  if (found == signatures.end())
    return InvalidArgument("the model has several signatures and none is called serving_default: " + known);
  return &found->second;
}

std::string ShapeText(const TensorInfo& info) {
  if (info.unknown_rank) return "unknown rank";
  std::string text = "[";
  for (std::size_t i = 0; i < info.shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(info.shape[i]);
  return text + "]";
}

}  // namespace atelier::predictor
