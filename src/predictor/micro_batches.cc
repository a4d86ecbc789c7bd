#include "predictor/micro_batches.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "predictor/element_types.h"

namespace atelier::predictor {
namespace {

constexpr std::size_t kProbeRows = 3;
constexpr double kMaxProbeElements = 1U << 20;
// Other kernels for more rows add up in another order: the last digits may differ.
constexpr double kTolerance = 1e-4;

bool OpenRows(const TensorInfo& info) {
  return !info.unknown_rank && !info.shape.empty() && info.shape[0] < 0 && info.type != DataType::kString;
}

std::size_t RowsOf(const Tensor& tensor) { return static_cast<std::size_t>(tensor.shape().at(0)); }

// Rows [first, first + count) as a tensor of its own; numbers only.
Result<Tensor> Slice(const TensorFlowApi& api, const Tensor& tensor, std::size_t first, std::size_t count) {
  auto shape = tensor.shape();
  auto row_bytes = tensor.bytes() / static_cast<std::size_t>(shape.at(0));
  shape[0] = static_cast<std::int64_t>(count);
  ATELIER_TRY(Tensor slice, Tensor::Make(api, tensor.type(), shape));
  std::memcpy(slice.data(), static_cast<const char*>(tensor.data()) + first * row_bytes, count * row_bytes);
  return slice;
}

// Joined at the first dimension. All have the same type and the same sizes after the first.
Result<Tensor> Join(const TensorFlowApi& api, std::span<const Tensor* const> tensors) {
  auto shape = tensors.front()->shape();
  shape[0] = 0;
  for (const auto* tensor : tensors) shape[0] += tensor->shape()[0];
  ATELIER_TRY(Tensor joined, Tensor::Make(api, tensors.front()->type(), shape));
  char* at = static_cast<char*>(joined.data());
  for (const auto* tensor : tensors) {
    std::memcpy(at, tensor->data(), tensor->bytes());
    at += tensor->bytes();
  }
  return joined;
}

Result<NamedTensors> SliceAll(const TensorFlowApi& api, const NamedTensors& tensors, std::size_t first,
                              std::size_t count) {
  NamedTensors slices;
  for (const auto& [name, tensor] : tensors) {
    ATELIER_TRY(Tensor slice, Slice(api, tensor, first, count));
    slices.emplace(name, std::move(slice));
  }
  return slices;
}

bool HaveRows(const NamedTensors& tensors, std::size_t rows) {
  return std::ranges::all_of(tensors, [&](const auto& named) {
    auto shape = named.second.shape();
    return !shape.empty() && shape[0] == static_cast<std::int64_t>(rows) && named.second.type() != DataType::kString;
  });
}

template <class T>
bool Close(const Tensor& a, const Tensor& b) {
  for (std::size_t i = 0; i < a.elements(); ++i) {
    if constexpr (std::is_integral_v<T>) {
      if (a.Get<T>(i) != b.Get<T>(i)) return false;
    } else {
      auto x = static_cast<double>(static_cast<float>(a.Get<T>(i))),
           y = static_cast<double>(static_cast<float>(b.Get<T>(i)));
      bool same =
          (std::isnan(x) && std::isnan(y)) || x == y || std::abs(x - y) <= kTolerance * std::max(1.0, std::abs(x));
      if (!same) return false;
    }
  }
  return true;
}

bool SameTensors(const NamedTensors& a, const NamedTensors& b) {
  return a.size() == b.size() && std::ranges::equal(a, b, [](const auto& left, const auto& right) {
           const Tensor &x = left.second, &y = right.second;
           return left.first == right.first && x.type() == y.type() && x.shape() == y.shape() &&
                  WithElementType(x.type(), [&]<class T>(std::type_identity<T>) { return Close<T>(x, y); });
         });
}

// Rows that differ: a model that looks at its neighbours gives itself away. Small whole numbers are valid almost
// everywhere.
std::optional<NamedTensors> ProbeInputs(const TensorFlowApi& api, const Signature& signature) {
  NamedTensors inputs;
  for (const auto& [name, info] : signature.inputs) {
    if (!OpenRows(info)) return std::nullopt;
    auto shape = info.shape;
    shape[0] = kProbeRows;
    double elements = 1;
    for (auto& size : shape) elements *= static_cast<double>(size = size < 0 ? 1 : size);
    if (elements > kMaxProbeElements) return std::nullopt;
    auto tensor = Tensor::Make(api, info.type, shape);
    if (!tensor) return std::nullopt;
    bool filled = WithElementType(info.type, [&]<class T>(std::type_identity<T>) {
      for (std::size_t i = 0; i < tensor->elements(); ++i) {
        auto row = i / (tensor->elements() / kProbeRows);
        T value{};
        (void)Convert(static_cast<std::int32_t>((i % 7 + row) % (row + 1)), value);
        tensor->Set(i, value);
      }
      return true;
    });
    if (!filled) return std::nullopt;
    inputs.emplace(name, *std::move(tensor));
  }
  return inputs.empty() ? std::nullopt : std::optional(std::move(inputs));
}

bool RowsAreIndependent(SavedModel& model, const Signature& signature) {
  const auto& api = model.api();
  auto inputs = ProbeInputs(api, signature);
  if (!inputs) return false;
  auto together = model.Run(signature, *inputs);
  if (!together || !HaveRows(*together, kProbeRows)) return false;
  for (std::size_t row = 0; row < kProbeRows; ++row) {
    auto one = SliceAll(api, *inputs, row, 1), expected = SliceAll(api, *together, row, 1);
    if (!one || !expected) return false;
    auto alone = model.Run(signature, *one);
    if (!alone || !HaveRows(*alone, 1) || !SameTensors(*alone, *expected)) return false;
  }
  return true;
}

// A request that has been read, and where its answer goes.
struct Member {
  JsonRequest request;
  std::size_t place = 0, rows = 0;
};

// How many rows all inputs have; nullopt where they differ.
std::optional<std::size_t> CommonRows(const JsonRequest& request) {
  std::optional<std::size_t> rows;
  for (const auto& [name, tensor] : request.inputs) {
    if (tensor.shape().empty() || tensor.type() == DataType::kString) return std::nullopt;
    if (rows.value_or(RowsOf(tensor)) != RowsOf(tensor)) return std::nullopt;
    rows = RowsOf(tensor);
  }
  return rows.value_or(0) == 0 ? std::nullopt : rows;
}

bool Fit(const JsonRequest& a, const JsonRequest& b) {
  return a.signature == b.signature && a.inputs.size() == b.inputs.size() &&
         std::ranges::equal(a.inputs, b.inputs, [](const auto& left, const auto& right) {
           auto x = left.second.shape(), y = right.second.shape();
           return left.first == right.first && x.size() == y.size() &&
                  std::equal(x.begin() + 1, x.end(), y.begin() + 1);
         });
}

Answer RunAlone(SavedModel& model, const JsonRequest& request) {
  return AnswerRequest(request, model.Run(*request.signature, request.inputs));
}

// False: the run failed, or its outputs cannot be cut apart.
bool RunTogether(SavedModel& model, std::span<const Member* const> group, std::vector<Answer>& answers) {
  NamedTensors joined;
  std::size_t rows = 0;
  for (const auto* member : group) rows += member->rows;
  for (const auto& [name, ignored] : group.front()->request.inputs) {
    std::vector<const Tensor*> parts;
    for (const auto* member : group) parts.push_back(&member->request.inputs.at(name));
    auto tensor = Join(model.api(), parts);
    if (!tensor) return false;
    joined.emplace(name, *std::move(tensor));
  }
  auto outputs = model.Run(*group.front()->request.signature, joined);
  if (!outputs || !HaveRows(*outputs, rows)) return false;
  std::size_t first = 0;
  for (const auto* member : group) {
    auto own = SliceAll(model.api(), *outputs, first, member->rows);
    if (!own) return false;
    answers[member->place] = AnswerRequest(member->request, own);
    first += member->rows;
  }
  return true;
}

}  // namespace

MicroBatches MicroBatches::Probe(SavedModel& model) {
  MicroBatches batches;
  for (const auto& [name, signature] : model.signatures())
    if (RowsAreIndependent(model, signature)) batches.signatures_.insert(&signature);
  return batches;
}

std::vector<Answer> MicroBatches::Predict(SavedModel& model, std::span<const std::string_view> bodies) const {
  std::vector<Answer> answers(bodies.size());
  std::vector<std::vector<Member>> groups;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    auto request = ReadRequest(model, bodies[i]);
    if (!request) {
      answers[i] = RefuseWith(request.error());
      continue;
    }
    auto rows = signatures_.contains(request->signature) ? CommonRows(*request) : std::nullopt;
    if (!rows) {
      answers[i] = RunAlone(model, *request);
      continue;
    }
    auto group = std::ranges::find_if(groups, [&](const auto& one) { return Fit(one.front().request, *request); });
    if (group == groups.end()) group = groups.emplace(groups.end());
    group->push_back({*std::move(request), i, *rows});
  }
  for (const auto& group : groups) {
    std::vector<const Member*> members;
    for (const auto& member : group) members.push_back(&member);
    if (members.size() > 1 && RunTogether(model, members, answers)) continue;
    for (const auto* member : members) answers[member->place] = RunAlone(model, member->request);
  }
  return answers;
}

}  // namespace atelier::predictor
