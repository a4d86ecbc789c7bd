#include "predictor/tensorflow_c.h"

#include <dlfcn.h>

#include <utility>
#include <vector>

#include "base/files.h"

namespace atelier::predictor {
namespace {

Result<fs::path> LibraryFolder(const fs::path& environment) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(environment / "lib", error)) {
    auto folder = entry.path() / "site-packages/tensorflow";
    if (fs::exists(folder / "libtensorflow_cc.so.2")) return folder;
  }
  return MakeError(ErrorKind::kFailedPrecondition,
                   "no libtensorflow_cc.so.2 under " + (environment / "lib").string() +
                       "/python*/site-packages/tensorflow: is the engine installed, and a TensorFlow 2?");
}

Result<void*> Open(const fs::path& library) {
  void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (handle == nullptr) {
    const char* why = ::dlerror();  // NOLINT(concurrency-mt-unsafe): the zygote has one thread here
    return MakeError(ErrorKind::kFailedPrecondition,
                     std::string("cannot load ") + library.string() + ": " + (why == nullptr ? "" : why));
  }
  return handle;
}

}  // namespace

std::string DataTypeName(DataType type) {
  switch (type) {
    case DataType::kFloat:
      return "float32";
    case DataType::kDouble:
      return "float64";
    case DataType::kInt32:
      return "int32";
    case DataType::kUint8:
      return "uint8";
    case DataType::kInt16:
      return "int16";
    case DataType::kInt8:
      return "int8";
    case DataType::kString:
      return "string";
    case DataType::kInt64:
      return "int64";
    case DataType::kBool:
      return "bool";
    case DataType::kUint16:
      return "uint16";
    case DataType::kHalf:
      return "float16";
    case DataType::kBfloat16:
      return "bfloat16";
    case DataType::kUint32:
      return "uint32";
    case DataType::kUint64:
      return "uint64";
    case DataType::kInvalid:
      break;
  }
  return "dtype " + std::to_string(static_cast<int>(type));
}

std::size_t DataTypeSize(DataType type) {
  switch (type) {
    case DataType::kFloat:
    case DataType::kInt32:
    case DataType::kUint32:
      return 4;
    case DataType::kDouble:
    case DataType::kInt64:
    case DataType::kUint64:
      return 8;
    case DataType::kUint8:
    case DataType::kInt8:
    case DataType::kBool:
      return 1;
    case DataType::kInt16:
    case DataType::kUint16:
    case DataType::kHalf:
    case DataType::kBfloat16:
      return 2;
    default:
      return 0;
  }
}

Result<const TensorFlowApi*> LoadTensorFlow(const fs::path& environment) {
  static TensorFlowApi api{};
  ATELIER_TRY(fs::path folder, LibraryFolder(environment));
  ATELIER_TRY(void* framework, Open(folder / "libtensorflow_framework.so.2"));
  ATELIER_TRY(void* cc, Open(folder / "libtensorflow_cc.so.2"));
  const std::vector<std::pair<const char*, void**>> wanted = {
#define ATELIER_TF(name) {"TF_" #name, reinterpret_cast<void**>(&api.name)}
      ATELIER_TF(Version),
      ATELIER_TF(NewStatus),
      ATELIER_TF(DeleteStatus),
      ATELIER_TF(GetCode),
      ATELIER_TF(Message),
      ATELIER_TF(NewBuffer),
      ATELIER_TF(NewBufferFromString),
      ATELIER_TF(DeleteBuffer),
      ATELIER_TF(NewSessionOptions),
      ATELIER_TF(SetConfig),
      ATELIER_TF(DeleteSessionOptions),
      ATELIER_TF(NewGraph),
      ATELIER_TF(DeleteGraph),
      ATELIER_TF(GraphOperationByName),
      ATELIER_TF(LoadSessionFromSavedModel),
      ATELIER_TF(CloseSession),
      ATELIER_TF(DeleteSession),
      ATELIER_TF(SessionRun),
      ATELIER_TF(NewTensor),
      ATELIER_TF(DeleteTensor),
      ATELIER_TF(TensorType),
      ATELIER_TF(NumDims),
      ATELIER_TF(Dim),
      ATELIER_TF(TensorByteSize),
      ATELIER_TF(TensorData),
      ATELIER_TF(StringInit),
      ATELIER_TF(StringCopy),
      ATELIER_TF(StringGetSize),
      ATELIER_TF(StringGetDataPointer),
      ATELIER_TF(StringDealloc)
#undef ATELIER_TF
  };
  for (const auto& [name, slot] : wanted) {
    *slot = ::dlsym(cc, name);
    if (*slot == nullptr) *slot = ::dlsym(framework, name);
    if (*slot == nullptr)
      return MakeError(ErrorKind::kFailedPrecondition,
                       std::string("the TensorFlow library of ") + environment.string() + " has no " + name);
  }
  return &api;
}

}  // namespace atelier::predictor
