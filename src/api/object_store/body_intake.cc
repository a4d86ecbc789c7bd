#include "api/object_store/body_intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "api/object_store/body_pipeline.h"
#include "api/object_store/checksums.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using object_store::Checksum;
using object_store::ExpectedDigests;

bool IsAwsChunked(const auth::PayloadRule& rule) {
  return rule.kind != auth::PayloadRule::Kind::kUnsigned && rule.kind != auth::PayloadRule::Kind::kSha256;
}

// A signed chunk is held until its signature is checked, and may be larger than a block.
bool HoldsChunks(const auth::PayloadRule& rule) {
  return rule.kind == auth::PayloadRule::Kind::kChunkedSigned ||
         rule.kind == auth::PayloadRule::Kind::kChunkedSignedTrailer;
}

bool HasTrailer(const auth::PayloadRule& rule) {
  return rule.kind == auth::PayloadRule::Kind::kChunkedSignedTrailer ||
         rule.kind == auth::PayloadRule::Kind::kChunkedUnsignedTrailer;
}

std::unexpected<Error> TooLarge(std::uint64_t limit) {
  return InvalidArgument(fmt::format("the body is larger than the {} allowed here", HumanBytes(limit)),
                         "EntityTooLarge");
}

Result<std::optional<std::string>> ContentMd5(const Call& call) {
  auto header = call.Header("Content-MD5");
  if (!header) return std::nullopt;
  auto md5 = Base64Decode(Trim(*header));
  if (!md5 || md5->size() != DigestSize(DigestKind::kMd5)) {
    return InvalidArgument(fmt::format("Content-MD5 must be the 16 bytes of an MD5 in base64, not \"{}\"", *header),
                           "InvalidDigest");
  }
  return md5;
}

}  // namespace

Result<BodyPlan> PlanBody(const Call& call, std::uint64_t limit, bool checksum_of_body) {
  const auth::PayloadRule& rule = call.identity.payload;
  BodyPlan plan;
  plan.length = IsAwsChunked(rule) ? rule.decoded_length : call.request.content_length;
  if (plan.length && *plan.length > limit) return TooLarge(limit);

  ATELIER_TRY(plan.expected.md5, ContentMd5(call));
  if (rule.kind == auth::PayloadRule::Kind::kSha256) {
    plan.expected.sha256 = rule.sha256;
    plan.digests.push_back(DigestKind::kSha256);
  }
  std::optional<Checksum> checksum;
  if (checksum_of_body) {
    ATELIER_TRY(checksum, ChecksumOf(call.request.headers, call.dialect));
  }
  if (HasTrailer(rule)) {
    ATELIER_TRY(plan.trailer, TrailerChecksumOf(call.request.headers, call.dialect));
  }
  if (checksum_of_body && !checksum && !plan.trailer && call.Prefixed("sdk-checksum-algorithm")) {
    return InvalidArgument("x-amz-sdk-checksum-algorithm is there, but neither an x-amz-checksum- header nor a trailer",
                           "InvalidRequest");
  }
  auto want = [&](DigestKind kind) {
    if (std::ranges::find(plan.digests, kind) == plan.digests.end()) plan.digests.push_back(kind);
  };
  if (plan.trailer) want(*plan.trailer);
  if (checksum) {
    want(checksum->kind);
    plan.expected.checksums.push_back(*std::move(checksum));
  }
  return plan;
}

Result<void> RequireBodyLength(const Call& call) {
  if (!call.request.content_length && !call.request.chunked) {
    return InvalidArgument("an upload needs a Content-Length header, or Transfer-Encoding: chunked",
                           "MissingContentLength");
  }
  if (IsAwsChunked(call.identity.payload) && !call.identity.payload.decoded_length) {
    return InvalidArgument(
        "an aws-chunked upload needs an x-amz-decoded-content-length header: the length of what is sent",
        "MissingContentLength");
  }
  return {};
}

BodyDecoder::BodyDecoder(const Call& call, const BodyPlan& plan, std::uint64_t limit)
    : call_(call), plan_(plan), limit_(limit) {
  if (IsAwsChunked(call.identity.payload)) chunks_.emplace(call.identity.payload);
}

Result<void> BodyDecoder::Count(std::size_t bytes) {
  decoded_ += bytes;
  if (decoded_ > limit_) return TooLarge(limit_);
  return {};
}

Result<void> BodyDecoder::Feed(std::string_view bytes, const Sink& sink) {
  if (!chunks_) {
    ATELIER_CHECK(Count(bytes.size()));
    return sink(bytes);
  }
  return chunks_->Feed(bytes, [&](std::string_view payload) -> Result<void> {
    ATELIER_CHECK(Count(payload.size()));
    return sink(payload);
  });
}

Result<std::string_view> BodyDecoder::DecodeInPlace(std::span<std::byte> block, const Sink& held) {
  auto* bytes = reinterpret_cast<char*>(block.data());
  if (HoldsChunks(call_.identity.payload)) {
    ATELIER_CHECK(Feed({bytes, block.size()}, held));
    return std::string_view();
  }
  // What is decoded never overtakes what is still to be read.
  std::size_t decoded = 0;
  Sink close_up = [&](std::string_view piece) -> Result<void> {
    if (piece.data() != bytes + decoded) std::memmove(bytes + decoded, piece.data(), piece.size());
    decoded += piece.size();
    return {};
  };
  ATELIER_CHECK(Feed({bytes, block.size()}, close_up));
  return std::string_view(bytes, decoded);
}

Result<ExpectedDigests> BodyDecoder::Finish() {
  ExpectedDigests expected = plan_.expected;
  std::optional<Checksum> trailing;
  if (chunks_) {
    ATELIER_TRY(auto fields, chunks_->Finish());
    for (const auto& [name, value] : fields) {
      ATELIER_TRY(auto checksum, ParseChecksumField(name, value, call_.dialect));
      if (checksum) trailing = std::move(checksum);
    }
  }
  if (plan_.length && decoded_ != *plan_.length) {
    return InvalidArgument(fmt::format("the body has {} bytes where {} were announced", decoded_, *plan_.length),
                           "IncompleteBody");
  }
  if (plan_.trailer) {
    if (!trailing || trailing->kind != *plan_.trailer) {
      return InvalidArgument(fmt::format("the trailer x-amz-checksum-{} was announced but did not come after the body",
                                         NameOf(*plan_.trailer).header),
                             "MalformedTrailerError");
    }
    expected.checksums.push_back(*std::move(trailing));
  } else if (trailing) {
    return InvalidArgument("a checksum came after the body that x-amz-trailer had not announced",
                           "MalformedTrailerError");
  }
  return expected;
}

Task<Result<http::Response>> StoreBody(Call& call, const BodyPlan& plan, BodyTarget& target) {
  BodyDecoder decoder(call, plan, kSinglePutLimit);
  BodyDecoder::Sink append = [&](std::string_view bytes) {
    target.digest(bytes);
    return target.write(bytes);
  };
  bool small = call.request.content_length && *call.request.content_length <= kSmallBody;
  bool client_waits = call.request.headers.Has("Expect");  // reading tells it to send
  if (!small || client_waits) ATELIER_CO_CHECK(co_await call.exchange.Offload(target.open));
  if (small) {
    ATELIER_CO_TRY(std::string raw, co_await http::ReadWholeBody(call.exchange.body(), kSmallBody));
    auto store = [&]() -> Result<http::Response> {
      if (!client_waits) ATELIER_CHECK(target.open());
      ATELIER_CHECK(decoder.Feed(raw, append));
      ATELIER_TRY(ExpectedDigests expected, decoder.Finish());
      return target.commit(expected);
    };
    co_return co_await call.exchange.Offload(store);
  }

  BodyStages stages;
  stages.decode = [&](std::span<std::byte> block) { return decoder.DecodeInPlace(block, append); };
  stages.digest = target.digest;
  stages.write = target.write;
  ATELIER_CO_CHECK(co_await StreamBody(call.exchange, stages));
  auto finish = [&]() -> Result<http::Response> {
    ATELIER_TRY(ExpectedDigests expected, decoder.Finish());
    return target.commit(expected);
  };
  co_return co_await call.exchange.Offload(finish);
}

Result<std::string> VerifyDocument(const Call& call, const std::string& raw, std::uint64_t limit,
                                   bool checksum_of_body) {
  ATELIER_TRY(BodyPlan plan, PlanBody(call, limit, checksum_of_body));
  BodyDecoder decoder(call, plan, limit);
  std::string text;
  BodyDecoder::Sink collect = [&](std::string_view bytes) -> Result<void> {
    text.append(bytes);
    return {};
  };
  ATELIER_CHECK(decoder.Feed(raw, collect));
  ATELIER_TRY(ExpectedDigests expected, decoder.Finish());
  if (expected.md5 && ComputeDigest(DigestKind::kMd5, text) != *expected.md5) {
    return InvalidArgument("the body's MD5 is not the one of Content-MD5", "BadDigest");
  }
  if (expected.sha256 && ComputeDigest(DigestKind::kSha256, text) != *expected.sha256) {
    return InvalidArgument("the body's SHA-256 is not the one of x-amz-content-sha256", "XAmzContentSHA256Mismatch");
  }
  for (const Checksum& checksum : expected.checksums) {
    if (ComputeDigest(checksum.kind, text) == checksum.value) continue;
    return InvalidArgument(fmt::format("the {} you specified did not match the body", NameOf(checksum.kind).algorithm),
                           "BadDigest");
  }
  return text;
}

}  // namespace atelier::api::s3
