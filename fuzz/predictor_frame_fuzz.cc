// The frames of docs/formats/predictor-protocol.md: whatever a worker sends, the header is refused or within the
// limits, and a stream gives the same frames however it is cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "predictor/protocol.h"

namespace {

// The frames of the stream, read in pieces of `step` bytes, as one text.
std::string Frames(std::string_view bytes, std::size_t step) {
  using namespace atelier::predictor;
  FrameBuffer buffer;
  std::string seen;
  while (!bytes.empty()) {
    auto count = std::min({step, bytes.size(), buffer.Room().size()});
    bytes.copy(buffer.Room().data(), count);
    buffer.Added(count);
    bytes.remove_prefix(count);
    for (;;) {
      auto frame = buffer.Take();
      if (!frame) return seen + "refused";
      if (!*frame) break;
      seen += std::to_string((*frame)->header.id) + (*frame)->content_type + (*frame)->warning + (*frame)->body + ";";
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace atelier::predictor;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // A frame that is announced is made room for: only those that a real buffer would hold.
  auto first = DecodeHeader(bytes.substr(0, kHeaderBytes));
  if (first && first->body_length < (1U << 20) && Frames(bytes, 7) != Frames(bytes, bytes.size() + 1)) std::abort();
  auto header = DecodeHeader(bytes.substr(0, kHeaderBytes));
  if (!header) return 0;
  if (header->body_length > kMaxBody || header->content_type_length > kMaxText || header->warning_length > kMaxText)
    std::abort();
  auto again = EncodeHeader(*header);
  auto decoded = DecodeHeader({again.data(), again.size()});
  if (!decoded || decoded->id != header->id || decoded->payload_bytes() != header->payload_bytes()) std::abort();
  return 0;
}
