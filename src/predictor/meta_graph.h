// The signatures of a SavedModel, read from the serialized MetaGraphDef that loading returns. A small reader of the
// protobuf wire format: no protobuf library is in the build.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "predictor/tensorflow_c.h"

namespace atelier::predictor {

struct TensorInfo {
  std::string tensor;  // "x:0"
  DataType type = DataType::kInvalid;
  bool unknown_rank = true;
  std::vector<std::int64_t> shape;  // -1: unknown; meaningless when the rank is unknown
};

struct Signature {
  std::string method;  // "tensorflow/serving/predict"
  std::map<std::string, TensorInfo> inputs, outputs;
};

// By name; TensorFlow's own "__saved_model_init_op" is left out. InvalidArgument for bytes that are no MetaGraphDef.
Result<std::map<std::string, Signature>> ReadSignatures(std::string_view meta_graph);

// The one that a request without a signature name means: the only one whatever its name, else "serving_default".
Result<const Signature*> ChooseSignature(const std::map<std::string, Signature>& signatures, std::string_view name);

std::string ShapeText(const TensorInfo& info);  // "[-1, 784]", "unknown rank"

}  // namespace atelier::predictor
