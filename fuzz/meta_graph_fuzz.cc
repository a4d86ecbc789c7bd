// The reader of SavedModel signatures: any bytes are read or refused.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "predictor/meta_graph.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto signatures = atelier::predictor::ReadSignatures({reinterpret_cast<const char*>(data), size});
  if (signatures && !signatures->empty()) {
    auto chosen = atelier::predictor::ChooseSignature(*signatures, "");
    if (chosen)
      for (const auto& [name, info] : (*chosen)->inputs) (void)atelier::predictor::ShapeText(info);
  }
  return 0;
}
