// Tensors without TensorFlow, for tests of what is done with them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "predictor/tensorflow_c.h"

namespace atelier::predictor {

// The C API's tensors, in memory.
struct TF_Tensor {
  int type;
  std::vector<std::int64_t> shape;
  void* data;
  std::size_t bytes;
  void (*deallocator)(void*, std::size_t, void*);
  void* argument;
};

inline std::size_t strings_alive = 0;

inline std::string*& TextOf(TF_TString* element) { return *reinterpret_cast<std::string**>(element->bytes); }
inline const std::string& TextOf(const TF_TString* element) { return *TextOf(const_cast<TF_TString*>(element)); }

inline TensorFlowApi MakeFakeApi() {
  TensorFlowApi fake{};
  fake.NewTensor = [](int type, const std::int64_t* dims, int rank, void* data, std::size_t bytes,
                      void (*deallocator)(void*, std::size_t, void*), void* argument) {
    return new TF_Tensor{type, {dims, dims + rank}, data, bytes, deallocator, argument};
  };
  fake.DeleteTensor = [](TF_Tensor* tensor) {
    tensor->deallocator(tensor->data, tensor->bytes, tensor->argument);
    delete tensor;
  };
  fake.TensorType = [](const TF_Tensor* tensor) { return tensor->type; };
  fake.NumDims = [](const TF_Tensor* tensor) { return static_cast<int>(tensor->shape.size()); };
  fake.Dim = [](const TF_Tensor* tensor, int i) { return tensor->shape[static_cast<std::size_t>(i)]; };
  fake.TensorByteSize = [](const TF_Tensor* tensor) { return tensor->bytes; };
  fake.TensorData = [](const TF_Tensor* tensor) { return tensor->data; };
  fake.StringInit = [](TF_TString* element) {
    ++strings_alive;
    TextOf(element) = new std::string();
  };
  fake.StringCopy = [](TF_TString* element, const char* text, std::size_t size) {
    TextOf(element)->assign(text, size);
  };
  fake.StringGetSize = [](const TF_TString* element) { return TextOf(element).size(); };
  fake.StringGetDataPointer = [](const TF_TString* element) { return TextOf(element).data(); };
  fake.StringDealloc = [](TF_TString* element) {
    --strings_alive;
    delete TextOf(element);
  };
  return fake;
}
inline const TensorFlowApi& FakeApi() {
  static const TensorFlowApi api = MakeFakeApi();
  return api;
}

}  // namespace atelier::predictor
