#include "predictor/saved_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/strings.h"

namespace atelier::predictor {
namespace {

// ConfigProto { intra_op_parallelism_threads: 1 inter_op_parallelism_threads: 1 }
constexpr char kConfig[] = {0x10, 0x01, 0x28, 0x01};
// RunOptions { inter_op_thread_pool: -1 }: run in the caller's thread, the biggest lever on latency.
constexpr unsigned char kRunOptions[] = {0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};

class Status {
 public:
  explicit Status(const TensorFlowApi& api) : api_(api), status_(api.NewStatus()) {}
  ~Status() { api_.DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  TF_Status* get() const { return status_; }
  bool ok() const { return api_.GetCode(status_) == 0; }
  std::string message() const { return api_.Message(status_); }
  int code() const { return api_.GetCode(status_); }

 private:
  const TensorFlowApi& api_;
  TF_Status* status_;
};

// TensorFlow's own alignment: with less it copies.
constexpr std::size_t kAlignment = 64;
// Zeros of more than this warm nothing that smaller ones would not.
constexpr double kMaxWarmUpBytes = 64U << 20;

void FreeNumbers(void* data, std::size_t, void*) { std::free(data); }

void FreeStrings(void* data, std::size_t bytes, void* api) {
  for (std::size_t i = 0; i < bytes / sizeof(TF_TString); ++i)
    static_cast<const TensorFlowApi*>(api)->StringDealloc(static_cast<TF_TString*>(data) + i);
  std::free(data);
}

// The codes by which TensorFlow says that the input is at fault, not the model.
bool BlamesInput(int code) {
  constexpr int kInvalidArgument = 3, kOutOfRange = 11;
  return code == kInvalidArgument || code == kOutOfRange;
}

double BytesOf(const TensorInfo& info, const std::vector<std::int64_t>& shape) {
  auto bytes = static_cast<double>(DataTypeSize(info.type));
  for (auto size : shape) bytes *= static_cast<double>(size);
  return bytes;
}

std::string Names(const std::map<std::string, TensorInfo>& infos) {
  std::string names;
  for (const auto& [name, info] : infos) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

Tensor::~Tensor() {
  if (tensor_ != nullptr) api_->DeleteTensor(tensor_);
}

Tensor& Tensor::operator=(Tensor&& other) noexcept {
  std::swap(api_, other.api_);
  std::swap(tensor_, other.tensor_);
  return *this;
}

Result<Tensor> Tensor::Make(const TensorFlowApi& api, DataType type, const std::vector<std::int64_t>& shape) {
  std::size_t element = type == DataType::kString ? sizeof(TF_TString) : DataTypeSize(type);
  if (element == 0) return InvalidArgument("tensors of " + DataTypeName(type) + " are not served");
  std::size_t bytes = element;
  for (auto size : shape)
    if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::size_t>(size), &bytes))
      return InvalidArgument(fmt::format("no tensor has the shape [{}]", fmt::join(shape, ", ")));
  // Memory of our own: its lack is an error here, and the strings in it are freed when TensorFlow lets go of the last
  // reference, which may be later than our own.
  void* data =
      std::aligned_alloc(kAlignment, (std::max<std::size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment);
  if (data == nullptr) return ResourceExhausted(fmt::format("no memory for a tensor of {} bytes", bytes));
  bool strings = type == DataType::kString;
  for (std::size_t i = 0; strings && i < bytes / element; ++i) api.StringInit(static_cast<TF_TString*>(data) + i);
  TF_Tensor* made = api.NewTensor(static_cast<int>(type), shape.data(), static_cast<int>(shape.size()), data, bytes,
                                  strings ? FreeStrings : FreeNumbers, const_cast<TensorFlowApi*>(&api));
  if (made == nullptr) return Internal("TensorFlow made no tensor of " + DataTypeName(type));
  return Tensor(&api, made);
}

std::vector<std::int64_t> Tensor::shape() const {
  std::vector<std::int64_t> shape;
  for (int i = 0; i < api_->NumDims(tensor_); ++i) shape.push_back(api_->Dim(tensor_, i));
  return shape;
}

std::size_t Tensor::elements() const {
  std::size_t count = 1;
  for (int i = 0; i < api_->NumDims(tensor_); ++i) count *= static_cast<std::size_t>(api_->Dim(tensor_, i));
  return count;
}

void Tensor::SetString(std::size_t index, std::string_view text) {
  api_->StringCopy(static_cast<TF_TString*>(data()) + index, text.data(), text.size());
}

std::string_view Tensor::GetString(std::size_t index) const {
  const auto* element = static_cast<const TF_TString*>(data()) + index;
  return {api_->StringGetDataPointer(element), api_->StringGetSize(element)};
}

Result<std::unique_ptr<SavedModel>> SavedModel::Load(const TensorFlowApi& api, const std::filesystem::path& folder) {
  std::unique_ptr<SavedModel> model(new SavedModel(api));
  Status status(api);
  TF_SessionOptions* options = api.NewSessionOptions();
  api.SetConfig(options, kConfig, sizeof kConfig, status.get());
  model->graph_ = api.NewGraph();
  model->run_options_ = api.NewBufferFromString(kRunOptions, sizeof kRunOptions);
  TF_Buffer* meta_graph = api.NewBuffer();
  const char* tags[] = {"serve"};
  model->session_ =
      api.LoadSessionFromSavedModel(options, nullptr, folder.c_str(), tags, 1, model->graph_, meta_graph, status.get());
  api.DeleteSessionOptions(options);
  std::string bytes(static_cast<const char*>(meta_graph->data), meta_graph->data == nullptr ? 0 : meta_graph->length);
  api.DeleteBuffer(meta_graph);
  if (!status.ok() || model->session_ == nullptr)
    return InvalidArgument("TensorFlow " + std::string(api.Version()) +
                           " cannot open the SavedModel: " + status.message());
  ATELIER_TRY(model->signatures_, ReadSignatures(bytes));
  if (model->signatures_.empty())
    return InvalidArgument("the SavedModel has no signature: export it with a signature_def_map");
  return model;
}

SavedModel::~SavedModel() {
  Status status(api_);
  if (session_ != nullptr) {
    api_.CloseSession(session_, status.get());
    api_.DeleteSession(session_, status.get());
  }
  if (graph_ != nullptr) api_.DeleteGraph(graph_);
  if (run_options_ != nullptr) api_.DeleteBuffer(run_options_);
}

Result<TF_Output> SavedModel::Resolve(const std::string& tensor) {
  if (auto found = resolved_.find(tensor); found != resolved_.end()) return found->second;
  auto colon = tensor.rfind(':');
  auto index =
      colon == std::string::npos ? 0 : ParseNumber<int>(std::string_view(tensor).substr(colon + 1)).value_or(0);
  TF_Operation* operation = api_.GraphOperationByName(graph_, tensor.substr(0, colon).c_str());
  if (operation == nullptr)
    return InvalidArgument("the signature names the tensor '" + tensor + "', which the graph does not have");
  return resolved_[tensor] = TF_Output{operation, index};
}

Result<NamedTensors> SavedModel::Run(const Signature& signature, const NamedTensors& inputs) {
  std::vector<TF_Output> feeds;
  std::vector<TF_Tensor*> values;
  for (const auto& [name, tensor] : inputs) {
    auto info = signature.inputs.find(name);
    if (info == signature.inputs.end())
      return InvalidArgument(
          fmt::format("the model has no input '{}'; its inputs are {}", name, Names(signature.inputs)));
    ATELIER_TRY(TF_Output feed, Resolve(info->second.tensor));
    feeds.push_back(feed);
    values.push_back(tensor.get());
  }
  for (const auto& [name, info] : signature.inputs)
    if (!inputs.contains(name))
      return InvalidArgument(
          fmt::format("the input '{}' is missing; the model's inputs are {}", name, Names(signature.inputs)));
  std::vector<TF_Output> fetches;
  std::vector<const std::string*> names;
  for (const auto& [name, info] : signature.outputs) {
    ATELIER_TRY(TF_Output fetch, Resolve(info.tensor));
    fetches.push_back(fetch);
    names.push_back(&name);
  }
  std::vector<TF_Tensor*> results(fetches.size(), nullptr);
  Status status(api_);
  api_.SessionRun(session_, run_options_, feeds.data(), values.data(), static_cast<int>(feeds.size()), fetches.data(),
                  results.data(), static_cast<int>(fetches.size()), nullptr, 0, nullptr, status.get());
  NamedTensors outputs;
  for (std::size_t i = 0; i < results.size(); ++i)
    if (results[i] != nullptr) outputs.emplace(*names[i], Tensor(&api_, results[i]));
  constexpr int kResourceExhausted = 8;
  if (status.code() == kResourceExhausted) return ResourceExhausted("the model ran out of memory: " + status.message());
  if (BlamesInput(status.code())) return InvalidArgument("the model refused the input: " + status.message());
  if (!status.ok()) return Internal("the model failed: " + status.message());
  return outputs;
}

void SavedModel::WarmUp() {
  for (const auto& [name, signature] : signatures_) {
    NamedTensors inputs;
    for (const auto& [input, info] : signature.inputs) {
      if (info.unknown_rank || info.type == DataType::kString) break;
      auto shape = info.shape;
      for (auto& size : shape) size = size < 0 ? 1 : size;
      if (BytesOf(info, shape) > kMaxWarmUpBytes) break;
      auto tensor = Tensor::Make(api_, info.type, shape);
      if (!tensor) break;
      std::memset(tensor->data(), 0, tensor->bytes());
      inputs.emplace(input, *std::move(tensor));
    }
    if (inputs.size() != signature.inputs.size()) continue;
    auto ignored = Run(signature, inputs);
    (void)ignored;  // zeros may be no sensible input: only the first-run cost matters here
  }
}

}  // namespace atelier::predictor
