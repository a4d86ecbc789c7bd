// The two readers of a prediction's JSON (docs/api.md): where the quick one reads a request, the thorough one reads the
// same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "predictor/plain_numbers.h"
#include "predictor/testing/fake_tensorflow.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace atelier::predictor;
  static const Signatures signatures = {
      {"s", {"", {{"x", {"x:0", DataType::kFloat, false, {-1, 2}}}}, {}}},
  };
  std::string_view body(reinterpret_cast<const char*>(data), size);
  auto quick = ReadPlainNumbers(FakeApi(), signatures, body);
  if (!quick) return 0;
  auto thorough = ReadJsonRequest(FakeApi(), signatures, body);
  if (!thorough || thorough->form != quick->form || thorough->rows != quick->rows) std::abort();
  if (thorough->inputs.size() != quick->inputs.size()) std::abort();
  for (const auto& [name, tensor] : quick->inputs) {
    const auto& other = thorough->inputs.at(name);
    if (tensor.shape() != other.shape() || std::memcmp(tensor.data(), other.data(), tensor.bytes()) != 0) std::abort();
  }
  return 0;
}
