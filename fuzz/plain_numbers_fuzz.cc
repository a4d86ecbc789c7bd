// The two readers of a prediction's JSON (docs/api.md): where the quick one reads a request, the thorough one reads the
// same.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "predictor/plain_numbers.h"
#include "predictor/testing/fake_tensorflow.h"

// The thorough reader's library rounds some long numbers to the neighbour of the nearest one.
namespace {
bool Same(float a, float b) { return a == b || std::abs(a - b) <= 1e-6F * std::abs(a); }
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace atelier::predictor;
  static const Signatures signatures = {
      {"s", {"", {{"x", {"x:0", DataType::kFloat, false, {-1, 2}}}}, {}}},
  };
  std::string_view body(reinterpret_cast<const char*>(data), size);
  auto quick = ReadPlainNumbers(FakeApi(), signatures, body);
  if (!quick) return 0;
  auto thorough = ReadJsonRequest(FakeApi(), signatures, body);
  // Exponents of ten digits are an error to its library, and zero or infinity to the other.
  if (!thorough && thorough.error().message.find("exponent overflow") != std::string::npos) return 0;
  if (!thorough || thorough->form != quick->form || thorough->rows != quick->rows) std::abort();
  if (thorough->inputs.size() != quick->inputs.size()) std::abort();
  for (const auto& [name, tensor] : quick->inputs) {
    const auto& other = thorough->inputs.at(name);
    if (tensor.shape() != other.shape()) std::abort();
    for (std::size_t i = 0; i < tensor.elements(); ++i)
      if (!Same(tensor.Get<float>(i), other.Get<float>(i))) std::abort();
  }
  return 0;
}
