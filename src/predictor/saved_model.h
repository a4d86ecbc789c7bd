// A loaded SavedModel: a session and its signatures. Runs in the caller's thread.
#pragma once

#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "predictor/meta_graph.h"
#include "predictor/tensorflow_c.h"

namespace atelier::predictor {

// Owns a TF_Tensor.
class Tensor {
 public:
  Tensor() = default;
  Tensor(const TensorFlowApi* api, TF_Tensor* tensor) : api_(api), tensor_(tensor) {}
  ~Tensor();
  Tensor(Tensor&& other) noexcept : api_(other.api_), tensor_(std::exchange(other.tensor_, nullptr)) {}
  Tensor& operator=(Tensor&& other) noexcept;

  // Uninitialised memory for numbers; initialised empty strings for kString.
  static Result<Tensor> Make(const TensorFlowApi& api, DataType type, const std::vector<std::int64_t>& shape);

  TF_Tensor* get() const { return tensor_; }
  DataType type() const { return static_cast<DataType>(api_->TensorType(tensor_)); }
  std::vector<std::int64_t> shape() const;
  std::size_t elements() const;
  std::size_t bytes() const { return api_->TensorByteSize(tensor_); }
  void* data() const { return api_->TensorData(tensor_); }
  // Numbers, by element; T must be the type's own (element_types.h).
  template <class T>
  T Get(std::size_t index) const {
    T value;
    std::memcpy(&value, static_cast<const char*>(data()) + index * sizeof(T), sizeof(T));
    return value;
  }
  template <class T>
  void Set(std::size_t index, T value) {
    std::memcpy(static_cast<char*>(data()) + index * sizeof(T), &value, sizeof(T));
  }
  // Strings, by element.
  void SetString(std::size_t index, std::string_view text);
  std::string_view GetString(std::size_t index) const;

 private:
  const TensorFlowApi* api_ = nullptr;
  TF_Tensor* tensor_ = nullptr;
};

using NamedTensors = std::map<std::string, Tensor>;

// Not thread-safe.
class SavedModel {
 public:
  // One thread inside and between operators; the tag is "serve". InvalidArgument with TensorFlow's own words when it
  // cannot be opened.
  static Result<std::unique_ptr<SavedModel>> Load(const TensorFlowApi& api, const std::filesystem::path& folder);
  ~SavedModel();

  const std::map<std::string, Signature>& signatures() const { return signatures_; }
  const TensorFlowApi& api() const { return api_; }

  // `inputs` must be exactly the signature's. InvalidArgument with what was expected and what came; Internal when the
  // model itself fails, ResourceExhausted when it runs out of memory.
  Result<NamedTensors> Run(const Signature& signature, const NamedTensors& inputs);
  // One run of every signature whose input shapes are known (unknown sizes taken as 1), so that the first request is
  // not the slow one. What a signature answers to zeros does not matter, and neither do its errors.
  void WarmUp();

 private:
  explicit SavedModel(const TensorFlowApi& api) : api_(api) {}
  Result<TF_Output> Resolve(const std::string& tensor);

  const TensorFlowApi& api_;
  TF_Graph* graph_ = nullptr;
  TF_Session* session_ = nullptr;
  TF_Buffer* run_options_ = nullptr;
  std::map<std::string, Signature> signatures_;
  std::map<std::string, TF_Output> resolved_;  // by tensor name
};

}  // namespace atelier::predictor
