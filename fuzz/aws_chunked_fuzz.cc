// The first byte chooses the kind of body and where to split it; whole or split, the decoder must say the same, and
// with signatures it must not let anything through that the key did not sign.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/aws_chunked.h"

namespace {

using namespace atelier;
using Kind = auth::PayloadRule::Kind;

struct Outcome {
  std::string decoded, verdict;
  bool operator==(const Outcome&) const = default;
};

Outcome Decode(const auth::PayloadRule& rule, std::string_view input, std::size_t step) {
  Outcome outcome;
  auth::AwsChunkedDecoder decoder(rule);
  auth::AwsChunkedDecoder::Sink sink = [&](std::string_view bytes) -> Result<void> {
    outcome.decoded += bytes;
    return {};
  };
  for (; !input.empty(); input.remove_prefix(std::min(step, input.size())))
    if (auto fed = decoder.Feed(input.substr(0, step), sink); !fed) return {outcome.decoded, fed.error().message};
  auto trailer = decoder.Finish();
  if (!trailer) return {outcome.decoded, trailer.error().message};
  if (decoder.decoded_bytes() != outcome.decoded.size()) std::abort();
  for (const auto& [name, value] : *trailer) outcome.verdict += name + "=" + value + ";";
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr Kind kKinds[] = {Kind::kChunkedSigned, Kind::kChunkedSignedTrailer, Kind::kChunkedUnsignedTrailer};
  auth::PayloadRule rule;
  rule.kind = kKinds[data[0] % 3];
  rule.signing_key = "the derived key";
  rule.timestamp = "20260102T030405Z";
  rule.scope = "20260102/local-1/s3/aws4_request";
  rule.seed_signature = std::string(64, '5');
  auto whole = Decode(rule, input, input.size() + 1);
  if (!(whole == Decode(rule, input, data[0] / 3 % 16 + 1))) std::abort();
  // The corpus has this key's signatures over these bytes alone.
  bool is_signed = rule.kind != Kind::kChunkedUnsignedTrailer;
  if (is_signed && !std::string_view("hello, chunked").starts_with(whole.decoded)) std::abort();
  return 0;
}
