// config.json as users write it: read, or refused with a message.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "registry/model_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto config = atelier::registry::ParseModelConfig({reinterpret_cast<const char*>(data), size});
  if (!config && config.error().message.empty()) std::abort();
  return 0;
}
