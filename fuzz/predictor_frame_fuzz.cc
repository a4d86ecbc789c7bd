// The frames of docs/formats/predictor-protocol.md: whatever a worker sends, the header is refused or within the
// limits.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "predictor/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace atelier::predictor;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto header = DecodeHeader(bytes.substr(0, kHeaderBytes));
  if (!header) return 0;
  if (header->body_length > kMaxBody || header->content_type_length > kMaxText || header->warning_length > kMaxText)
    std::abort();
  auto again = EncodeHeader(*header);
  auto decoded = DecodeHeader({again.data(), again.size()});
  if (!decoded || decoded->id != header->id || decoded->payload_bytes() != header->payload_bytes()) std::abort();
  return 0;
}
