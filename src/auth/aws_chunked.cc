#include "auth/aws_chunked.h"

#include <algorithm>

#include "auth/canonical.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

using Kind = PayloadRule::Kind;
constexpr std::uint64_t kSignedChunkLimit = 16ULL << 20;
constexpr std::size_t kLineLimit = 16 * 1024;

std::unexpected<Error> Incomplete(std::string what) { return InvalidArgument(std::move(what), "IncompleteBody"); }
std::unexpected<Error> Bad(std::string what) { return InvalidArgument(std::move(what), "InvalidRequest"); }
std::unexpected<Error> BadTrailer(std::string what) {
  return InvalidArgument(std::move(what), "MalformedTrailerError");
}

}  // namespace

struct AwsChunkedDecoder::State {
  enum class At { kHeader, kData, kDataEnd, kTrailer, kDone };

  explicit State(PayloadRule r) : rule(std::move(r)), previous(rule.seed_signature) {}

  PayloadRule rule;
  At at = At::kHeader;
  std::string line;        // of a header or trailer, until its line feed
  std::uint64_t left = 0;  // of the current chunk
  std::string signature;   // the current chunk's
  std::string held;        // its bytes, until the signature is checked
  std::string previous;    // signature before
  std::uint64_t decoded = 0;
  std::vector<std::pair<std::string, std::string>> trailer;
  std::string trailer_text;  // "name:value\n" lines as they are signed
  std::string trailer_signature;

  bool chunks_signed() const { return rule.kind == Kind::kChunkedSigned || rule.kind == Kind::kChunkedSignedTrailer; }
  bool has_trailer() const { return rule.kind != Kind::kChunkedSigned; }

  Result<void> Line(const Sink& sink);
  Result<void> ChunkHeader();
  Result<void> EndChunk(const Sink& sink);
  Result<void> TrailerLine();
  Result<void> CheckChunk();
};

AwsChunkedDecoder::AwsChunkedDecoder(PayloadRule rule) : state_(std::make_unique<State>(std::move(rule))) {}
AwsChunkedDecoder::~AwsChunkedDecoder() = default;
std::uint64_t AwsChunkedDecoder::decoded_bytes() const { return state_->decoded; }

Result<void> AwsChunkedDecoder::State::ChunkHeader() {
  auto pieces = Split(line, ';');
  auto size_text = Trim(pieces[0]);
  std::uint64_t size = 0;
  auto [end, error] = std::from_chars(size_text.data(), size_text.data() + size_text.size(), size, 16);
  if (size_text.empty() || error != std::errc{} || end != size_text.data() + size_text.size())
    return Bad("aws-chunked: expected a chunk size in hex, got '" + std::string(size_text.substr(0, 20)) + "'.");
  signature.clear();
  for (std::size_t i = 1; i < pieces.size(); ++i)
    if (auto piece = Trim(pieces[i]); piece.starts_with("chunk-signature=")) signature = ToLower(piece.substr(16));
  if (chunks_signed() && signature.size() != 64)
    return Bad("aws-chunked: a chunk of a signed body has no chunk-signature.");
  if (chunks_signed() && size > kSignedChunkLimit) return Bad("aws-chunked: a signed chunk may have 16 MiB at most.");
  // More than was announced is refused before it is stored, not at the end.
  if (rule.decoded_length && size > *rule.decoded_length - decoded)
    return Incomplete("The body has more bytes than x-amz-decoded-content-length says: " +
                      std::to_string(*rule.decoded_length) + ".");
  left = size;
  held.clear();
  if (size > 0) {
    at = At::kData;
    return {};
  }
  if (chunks_signed()) ATELIER_CHECK(CheckChunk());
  at = has_trailer() ? At::kTrailer : At::kDone;
  return {};
}

Result<void> AwsChunkedDecoder::State::CheckChunk() {
  static const std::string kEmpty = HexSha256("");
  auto text = "AWS4-HMAC-SHA256-PAYLOAD\n" + rule.timestamp + "\n" + rule.scope + "\n" + previous + "\n" + kEmpty +
              "\n" + HexSha256(held);
  if (!EqualsConstantTime(HexEncode(HmacSha256(rule.signing_key, text)), signature))
    return PermissionDenied("A chunk's signature does not match its bytes.", "SignatureDoesNotMatch");
  previous = signature;
  return {};
}

Result<void> AwsChunkedDecoder::State::EndChunk(const Sink& sink) {
  if (!Trim(line).empty()) return Bad("aws-chunked: expected the end of a chunk's line.");
  if (chunks_signed()) {
    ATELIER_CHECK(CheckChunk());
    ATELIER_CHECK(sink(held));
    held.clear();
  }
  at = At::kHeader;
  return {};
}

Result<void> AwsChunkedDecoder::State::TrailerLine() {
  auto text = Trim(line);
  if (text.empty()) {
    at = At::kDone;
    return {};
  }
  auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return BadTrailer("A trailer line must be name:value.");
  auto name = ToLower(Trim(text.substr(0, colon)));
  auto value = std::string(Trim(text.substr(colon + 1)));
  if (name == "x-amz-trailer-signature") {
    trailer_signature = ToLower(value);
    return {};
  }
  trailer_text += name + ":" + value + "\n";
  if (trailer_text.size() > kLineLimit) return BadTrailer("The trailer is too long.");
  trailer.emplace_back(std::move(name), std::move(value));
  return {};
}

Result<void> AwsChunkedDecoder::State::Line(const Sink& sink) {
  switch (at) {
    case At::kHeader:
      return ChunkHeader();
    case At::kDataEnd:
      return EndChunk(sink);
    case At::kTrailer:
      return TrailerLine();
    default:
      return {};
  }
}

Result<void> AwsChunkedDecoder::Feed(std::string_view bytes, const Sink& sink) {
  auto& s = *state_;
  using At = State::At;
  while (!bytes.empty()) {
    if (s.at == At::kDone) {
      if (!Trim(bytes).empty()) return Bad("aws-chunked: there are bytes after the last chunk.");
      return {};
    }
    if (s.at == At::kData) {
      auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(s.left, bytes.size())));
      if (s.chunks_signed())
        s.held += piece;
      else
        ATELIER_CHECK(sink(piece));
      s.decoded += piece.size();
      s.left -= piece.size();
      bytes.remove_prefix(piece.size());
      if (s.left == 0) {
        s.at = At::kDataEnd;
        s.line.clear();
      }
      continue;
    }
    auto feed = bytes.find('\n');
    s.line += bytes.substr(0, feed);
    if (s.line.size() > kLineLimit) return Bad("aws-chunked: a line is too long.");
    if (feed == std::string_view::npos) return {};
    bytes.remove_prefix(feed + 1);
    if (s.line.ends_with('\r')) s.line.pop_back();
    ATELIER_CHECK(s.Line(sink));
    s.line.clear();
  }
  return {};
}

Result<std::vector<std::pair<std::string, std::string>>> AwsChunkedDecoder::Finish() {
  auto& s = *state_;
  // The last empty line of the trailer is often left out, and its last line may lack its line feed.
  if (s.at == State::At::kTrailer) {
    if (!s.line.empty()) ATELIER_CHECK(s.TrailerLine());
    s.at = State::At::kDone;
  }
  if (s.at != State::At::kDone) return Incomplete("The body ended before its last chunk.");
  if (s.rule.decoded_length && s.decoded != *s.rule.decoded_length)
    return Incomplete("The body has " + std::to_string(s.decoded) + " bytes, x-amz-decoded-content-length says " +
                      std::to_string(*s.rule.decoded_length) + ".");
  if (s.rule.kind == Kind::kChunkedSignedTrailer) {
    auto text = "AWS4-HMAC-SHA256-TRAILER\n" + s.rule.timestamp + "\n" + s.rule.scope + "\n" + s.previous + "\n" +
                HexSha256(s.trailer_text);
    if (!EqualsConstantTime(HexEncode(HmacSha256(s.rule.signing_key, text)), s.trailer_signature))
      return PermissionDenied("The trailer's signature does not match.", "SignatureDoesNotMatch");
  }
  return std::move(s.trailer);
}

}  // namespace atelier::auth
