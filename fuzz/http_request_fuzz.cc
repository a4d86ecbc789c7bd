// A request as the session takes it: a head, then, when it is chunked, the framing of its body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/internal/chunk_decoder.h"
#include "http/internal/head_parser.h"

namespace {

void DecodeChunks(std::string_view input) {
  atelier::http::ChunkDecoder chunks;
  while (!input.empty() && !chunks.done()) {
    auto taken = chunks.TakeFraming(input);
    if (!taken) return;
    if (*taken == 0 && chunks.data_left() == 0) std::abort();  // it would never end
    input.remove_prefix(*taken);
    auto data = std::min<std::uint64_t>(chunks.data_left(), input.size());
    if (data > 0) chunks.TookData(data);
    input.remove_prefix(static_cast<std::size_t>(data));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto end = input.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  auto head = atelier::http::ParseRequestHead(input.substr(0, end + 4));
  if (head) {
    const auto& request = head->request;
    if (request.chunked && request.content_length) std::abort();
    if (request.path.empty() || (request.path[0] != '/' && request.path != "*")) std::abort();
    for (char c : request.target)
      if (c <= 0x20 || c >= 0x7F) std::abort();
    if (request.chunked) DecodeChunks(input.substr(end + 4));
  }
  (void)atelier::http::ParseResponseHead(input.substr(0, end + 4));
  DecodeChunks(input);
  return 0;
}
