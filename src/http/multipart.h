// multipart/form-data, incrementally: bytes in, events out (RFC 7578). Pure: no sockets, no coroutines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace atelier::http {

struct PartHeader {
  std::string name;                      // form field
  std::optional<std::string> file_name;  // from filename* (RFC 5987) or filename; absent for plain fields
  std::string content_type;              // empty when not given
};

struct MultipartLimits {
  std::size_t parts = 1000;
  std::size_t header_bytes = 8 * 1024;      // of one part
  std::uint64_t total_bytes = 64ULL << 20;  // of all part bodies
};

// Any split of the input gives the same events. Not thread-safe.
class MultipartParser {
 public:
  struct Events {
    std::function<Result<void>(PartHeader)> on_part;
    std::function<Result<void>(std::string_view)> on_data;  // zero or more per part
    std::function<Result<void>()> on_part_end;
  };
  MultipartParser(std::string_view boundary, MultipartLimits limits, Events events);
  ~MultipartParser();

  Result<void> Feed(std::string_view bytes);
  // After the last byte: an error if the closing boundary has not been seen.
  Result<void> Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The boundary of a "multipart/form-data; boundary=..." header, checked (1..70 characters of RFC 2046).
Result<std::string> BoundaryOf(std::string_view content_type);

// A whole small body at once. The views point into `body`.
struct FormPart {
  PartHeader header;
  std::string data;
};
Result<std::vector<FormPart>> ParseForm(std::string_view content_type, std::string_view body,
                                        MultipartLimits limits = {});

}  // namespace atelier::http
