// The part of TensorFlow's C API that is used, as a table of functions looked up at run time: the build needs no
// TensorFlow, and one program serves with the library of any engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"

namespace atelier::predictor {

// Opaque types of the C API.
struct TF_Status;
struct TF_SessionOptions;
struct TF_Graph;
struct TF_Session;
struct TF_Operation;
struct TF_Tensor;
struct TF_Buffer {
  const void* data;
  std::size_t length;
  void (*data_deallocator)(void* data, std::size_t length);
};
struct TF_Output {
  TF_Operation* oper;
  int index;
};
// A string element of a tensor; its layout is private to the library.
struct TF_TString {
  alignas(8) unsigned char bytes[24];
};

// Numbers of tensorflow/core/framework/types.proto.
enum class DataType : int {
  kInvalid = 0,
  kFloat = 1,
  kDouble = 2,
  kInt32 = 3,
  kUint8 = 4,
  kInt16 = 5,
  kInt8 = 6,
  kString = 7,
  kInt64 = 9,
  kBool = 10,
  kBfloat16 = 14,
  kUint16 = 17,
  kHalf = 19,
  kUint32 = 22,
  kUint64 = 23,
};
std::string DataTypeName(DataType type);  // "float32"
std::size_t DataTypeSize(DataType type);  // 0 for strings and unknown ones

struct TensorFlowApi {
  const char* (*Version)();
  TF_Status* (*NewStatus)();
  void (*DeleteStatus)(TF_Status*);
  int (*GetCode)(const TF_Status*);
  const char* (*Message)(const TF_Status*);
  TF_Buffer* (*NewBuffer)();
  TF_Buffer* (*NewBufferFromString)(const void*, std::size_t);
  void (*DeleteBuffer)(TF_Buffer*);
  TF_SessionOptions* (*NewSessionOptions)();
  void (*SetConfig)(TF_SessionOptions*, const void*, std::size_t, TF_Status*);
  void (*DeleteSessionOptions)(TF_SessionOptions*);
  TF_Graph* (*NewGraph)();
  void (*DeleteGraph)(TF_Graph*);
  TF_Operation* (*GraphOperationByName)(TF_Graph*, const char*);
  TF_Session* (*LoadSessionFromSavedModel)(const TF_SessionOptions*, const TF_Buffer* run_options,
                                           const char* export_dir, const char* const* tags, int tags_len, TF_Graph*,
                                           TF_Buffer* meta_graph_def, TF_Status*);
  void (*CloseSession)(TF_Session*, TF_Status*);
  void (*DeleteSession)(TF_Session*, TF_Status*);
  void (*SessionRun)(TF_Session*, const TF_Buffer* run_options, const TF_Output* inputs, TF_Tensor* const* input_values,
                     int ninputs, const TF_Output* outputs, TF_Tensor** output_values, int noutputs,
                     const TF_Operation* const* target_opers, int ntargets, TF_Buffer* run_metadata, TF_Status*);
  TF_Tensor* (*NewTensor)(int, const std::int64_t* dims, int num_dims, void* data, std::size_t len,
                          void (*deallocator)(void* data, std::size_t len, void* argument), void* argument);
  void (*DeleteTensor)(TF_Tensor*);
  int (*TensorType)(const TF_Tensor*);
  int (*NumDims)(const TF_Tensor*);
  std::int64_t (*Dim)(const TF_Tensor*, int);
  std::size_t (*TensorByteSize)(const TF_Tensor*);
  void* (*TensorData)(const TF_Tensor*);
  void (*StringInit)(TF_TString*);
  void (*StringCopy)(TF_TString*, const char*, std::size_t);
  std::size_t (*StringGetSize)(const TF_TString*);
  const char* (*StringGetDataPointer)(const TF_TString*);
  void (*StringDealloc)(TF_TString*);
};

// Loads both libraries of an environment (`venv/lib/pythonX.Y/site-packages/tensorflow/`) and finds every function;
// some live in the one in one version and in the other in another. FailedPrecondition names what is missing. The
// libraries stay loaded for ever.
Result<const TensorFlowApi*> LoadTensorFlow(const std::filesystem::path& environment);

}  // namespace atelier::predictor
