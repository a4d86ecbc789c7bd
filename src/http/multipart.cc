#include "http/multipart.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "http/internal/header_parameters.h"

namespace atelier::http {
namespace {

constexpr std::size_t kBoundaryLimit = 70;
// Spaces that may follow a boundary on its line. RFC 2046 sets no bound; nothing sends more than one.
constexpr std::size_t kPaddingLimit = 256;

std::unexpected<Error> Malformed(std::string_view what) {
  return InvalidArgument(fmt::format("malformed multipart/form-data: {}", what), "MalformedForm");
}

Result<PartHeader> ReadDisposition(std::string_view text, PartHeader header) {
  auto parsed = ParseParameterizedValue(text);
  if (!parsed) return Malformed("Content-Disposition: " + parsed.error().message);
  if (parsed->value != "form-data") return Malformed("the Content-Disposition of a part must be form-data");
  auto name = parsed->Get("name");
  if (!name) return Malformed("a part's Content-Disposition has no name");
  header.name = *name;
  if (auto extended = parsed->Get("filename*")) {
    header.file_name = DecodeExtendedValue(*extended);
    if (!header.file_name) return Malformed("filename* must look like UTF-8''percent-encoded-name");
  } else if (auto plain = parsed->Get("filename")) {
    header.file_name = *plain;
  }
  return header;
}

// `block` is the header lines of a part, without the empty line that ends them.
Result<PartHeader> ReadPartHeader(std::string_view block) {
  PartHeader header;
  std::optional<std::string_view> disposition;
  while (!block.empty()) {
    auto end = block.find("\r\n");
    auto line = block.substr(0, end);
    block.remove_prefix(end == std::string_view::npos ? block.size() : end + 2);
    if (line.find_first_of("\r\n") != std::string_view::npos) return Malformed("header lines end in CRLF");
    auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line[0] == ' ' || line[0] == '\t')
      return Malformed("expected `Name: value` in the headers of a part");
    auto name = line.substr(0, colon);
    auto value = Trim(line.substr(colon + 1));
    if (EqualsIgnoreCase(name, "content-disposition")) {
      if (disposition) return Malformed("a part has two Content-Disposition headers");
      disposition = value;
    } else if (EqualsIgnoreCase(name, "content-type")) {
      header.content_type = value;
    }
  }
  if (!disposition) return Malformed("a part has no Content-Disposition header");
  return ReadDisposition(*disposition, std::move(header));
}

}  // namespace

struct MultipartParser::State {
  enum class Phase { kPreamble, kAfterDelimiter, kHeader, kDataStart, kData, kEpilogue };

  State(std::string_view boundary, MultipartLimits limits_in, Events events_in)
      : delimiter(fmt::format("\r\n--{}", boundary)), limits(limits_in), events(std::move(events_in)) {}

  // Each takes what it can off the front of `pending` and says whether the phase has changed: if not, it needs more
  // input.
  Result<bool> Step();
  Result<bool> TakeUpToDelimiter();
  Result<bool> TakeAfterDelimiter();
  Result<bool> TakeHeader();
  Result<bool> TakeDataStart();
  Result<void> Emit(std::string_view data);
  void Drop(std::size_t count) { position += count; }
  std::string_view rest() const { return std::string_view(pending).substr(position); }

  const std::string delimiter;
  const MultipartLimits limits;
  const Events events;
  Phase phase = Phase::kPreamble;
  // The first delimiter may stand at the very beginning, with no line before it.
  std::string pending = "\r\n";
  std::size_t position = 0;  // how much of `pending` is done with
  std::size_t parts = 0;
  std::uint64_t total_bytes = 0;
  std::optional<Error> failure;
};

Result<bool> MultipartParser::State::Step() {
  switch (phase) {
    case Phase::kPreamble:
    case Phase::kData:
      return TakeUpToDelimiter();
    case Phase::kAfterDelimiter:
      return TakeAfterDelimiter();
    case Phase::kHeader:
      return TakeHeader();
    case Phase::kDataStart:
      return TakeDataStart();
    case Phase::kEpilogue:
      Drop(rest().size());
      return false;
  }
  return false;
}

Result<void> MultipartParser::State::Emit(std::string_view data) {
  if (data.empty() || phase != Phase::kData) return {};
  total_bytes += data.size();
  if (total_bytes > limits.total_bytes)
    return ResourceExhausted(fmt::format("the parts of a form may have at most {} bytes together", limits.total_bytes),
                             "EntityTooLarge");
  return events.on_data(data);
}

Result<bool> MultipartParser::State::TakeUpToDelimiter() {
  auto at = rest().find(delimiter);
  if (at != std::string_view::npos) {
    ATELIER_CHECK(Emit(rest().substr(0, at)));
    if (phase == Phase::kData) ATELIER_CHECK(events.on_part_end());
    Drop(at + delimiter.size());
    phase = Phase::kAfterDelimiter;
    return true;
  }
  // The end may be the beginning of a delimiter: keep it back from its last CR on.
  auto tail = rest().size() - std::min(rest().size(), delimiter.size() - 1);
  auto keep_from = std::min(rest().find('\r', tail), rest().size());
  ATELIER_CHECK(Emit(rest().substr(0, keep_from)));
  Drop(keep_from);
  return false;
}

Result<bool> MultipartParser::State::TakeAfterDelimiter() {
  auto text = rest();
  if (text.starts_with("--")) {
    Drop(2);
    phase = Phase::kEpilogue;
    return true;
  }
  auto end = std::min(text.find_first_not_of(" \t"), text.size());
  if (end > kPaddingLimit) return Malformed("too many spaces after a boundary");
  auto after = text.substr(end);
  if (after.empty() || after == "\r" || (after == "-" && end == 0)) return false;
  if (!after.starts_with("\r\n")) return Malformed("a boundary must be followed by CRLF or \"--\"");
  if (++parts > limits.parts)
    return ResourceExhausted(fmt::format("a form may have at most {} parts", limits.parts), "EntityTooLarge");
  // The CRLF stays: with it an empty header block ends like any other, at CRLF CRLF.
  Drop(end);
  phase = Phase::kHeader;
  return true;
}

Result<bool> MultipartParser::State::TakeHeader() {
  // `rest` begins with the CRLF of the boundary line.
  auto end = rest().find("\r\n\r\n");
  const auto furthest = limits.header_bytes + 2;
  if (end == std::string_view::npos ? rest().size() >= furthest + 4 : end > furthest)
    return ResourceExhausted(fmt::format("the headers of a part may have at most {} bytes", limits.header_bytes),
                             "EntityTooLarge");
  if (end == std::string_view::npos) return false;
  ATELIER_TRY(auto header, ReadPartHeader(end == 0 ? std::string_view() : rest().substr(2, end - 2)));
  ATELIER_CHECK(events.on_part(std::move(header)));
  Drop(end + 2);
  phase = Phase::kDataStart;
  return true;
}

// A part without data may lack its empty line: the delimiter then begins with the CRLF that would have been that line.
Result<bool> MultipartParser::State::TakeDataStart() {
  if (rest().size() < delimiter.size() && delimiter.starts_with(rest())) return false;
  if (!rest().starts_with(delimiter)) Drop(2);
  phase = Phase::kData;
  return true;
}

MultipartParser::MultipartParser(std::string_view boundary, MultipartLimits limits, Events events)
    : state_(std::make_unique<State>(boundary, limits, std::move(events))) {}
MultipartParser::~MultipartParser() = default;

Result<void> MultipartParser::Feed(std::string_view bytes) {
  auto& state = *state_;
  if (state.failure) return std::unexpected(*state.failure);
  state.pending.erase(0, state.position);
  state.position = 0;
  state.pending += bytes;
  for (;;) {
    auto changed = state.Step();
    if (!changed) {
      state.failure = changed.error();
      return std::unexpected(*state.failure);
    }
    if (!*changed) return {};
  }
}

Result<void> MultipartParser::Finish() {
  if (state_->failure) return std::unexpected(*state_->failure);
  if (state_->phase != State::Phase::kEpilogue)
    return Malformed("the closing boundary is missing; the form is cut short");
  return {};
}

Result<std::string> BoundaryOf(std::string_view content_type) {
  auto parsed = ParseParameterizedValue(content_type);
  if (!parsed || parsed->value != "multipart/form-data")
    return InvalidArgument(
        fmt::format("expected Content-Type: multipart/form-data; boundary=..., got \"{}\"", content_type),
        "MalformedForm");
  auto boundary = parsed->Get("boundary");
  auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
  };
  if (!boundary || boundary->empty() || boundary->size() > kBoundaryLimit || boundary->back() == ' ' ||
      !std::ranges::all_of(*boundary, allowed))
    return Malformed("the boundary must have 1 to 70 characters of A-Z a-z 0-9 '()+_,-./:=? and not end in a space");
  return std::string(*boundary);
}

Result<std::vector<FormPart>> ParseForm(std::string_view content_type, std::string_view body, MultipartLimits limits) {
  ATELIER_TRY(auto boundary, BoundaryOf(content_type));
  std::vector<FormPart> parts;
  MultipartParser::Events events;
  events.on_part = [&](PartHeader header) -> Result<void> {
    parts.push_back({std::move(header), {}});
    return {};
  };
  events.on_data = [&](std::string_view data) -> Result<void> {
    parts.back().data += data;
    return {};
  };
  events.on_part_end = [] { return Result<void>(); };
  MultipartParser parser(boundary, limits, std::move(events));
  ATELIER_CHECK(parser.Feed(body));
  ATELIER_CHECK(parser.Finish());
  return parts;
}

}  // namespace atelier::http
