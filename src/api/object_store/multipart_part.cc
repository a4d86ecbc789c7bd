// Parts of a multipart upload: sent, or copied from an object.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "api/object_store/authorisation.h"
#include "api/object_store/body_intake.h"
#include "api/object_store/checksums.h"
#include "api/object_store/controllers.h"
#include "api/object_store/copy_source.h"
#include "api/object_store/headers.h"
#include "api/object_store/page_query.h"
#include "api/object_store/quota_check.h"
#include "api/object_store/ranges.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_document.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectRecord;
using object_store::PartRecord;

std::string UploadIdOf(const Call& call) { return std::string(call.Query("uploadId").value_or("")); }

Response PartResponse(const Call& call, const PartRecord& part) {
  Response response = Response::Empty(200);
  response.headers.Set("ETag", QuotedEtag(part.etag));
  if (part.checksum) AddChecksumHeaders({*part.checksum}, 1, call.dialect, response.headers);
  return response;
}

Result<void> CheckCopyRange(const std::optional<ByteRange>& range, std::string_view header,
                            const ObjectRecord& source) {
  if (!range || range->offset + range->length <= source.size) return {};
  return InvalidArgument(fmt::format("the range {} goes beyond the source's {} bytes", header, source.size),
                         "InvalidRange", fmt::format_int(source.size).str());
}

}  // namespace

Task<Result<Response>> UploadPart(Call& call) {
  ATELIER_CO_CHECK(RequireBodyLength(call));
  ATELIER_CO_TRY(int number, PartNumberOf(call));
  ATELIER_CO_TRY(BodyPlan plan, PlanBody(call, kSinglePutLimit));

  std::unique_ptr<object_store::PartWriter> writer;
  BodyTarget target;
  target.open = [&]() -> Result<void> {
    ATELIER_CHECK(CheckQuota(call, call.request.content_length.value_or(0)));
    ATELIER_TRY(writer,
                call.objects().PutPart(call.caller, call.bucket(), call.key(), UploadIdOf(call), number, plan.digests));
    return {};
  };
  target.digest = [&](std::string_view bytes) { writer->Digest(bytes); };
  target.write = [&](std::string_view bytes) { return writer->Write(bytes); };
  target.commit = [&](const object_store::ExpectedDigests& expected) -> Result<Response> {
    ATELIER_TRY(PartRecord part, writer->Commit(expected));
    return PartResponse(call, part);
  };
  co_return co_await StoreBody(call, plan, target);
}

Result<Response> UploadPartCopy(const Call& call) {
  ATELIER_TRY(int number, PartNumberOf(call));
  ATELIER_TRY(CopySource source, ParseCopySource(*call.Prefixed("copy-source")));
  ATELIER_CHECK(AuthoriseOther(call, "GetObject", {source.bucket, source.key, source.version}));
  ATELIER_TRY(auto source_view, call.surface.views->Find(source.bucket));
  std::optional<ByteRange> range;
  std::string_view range_header = call.Prefixed("copy-source-range").value_or("");
  if (!range_header.empty()) {
    ATELIER_TRY(range, ParseCopyRange(range_header));
  }
  object_store::CopyRequest copy;
  copy.source_bucket = source.bucket;
  copy.source_key = source.key;
  copy.source_version = source.version;
  std::string source_version;
  copy.check_source = [&](const ObjectRecord& record) -> Result<void> {
    source_version = record.version_id;
    ATELIER_CHECK(CheckObjectOwner(call, "GetObject", *source_view, record));
    ATELIER_CHECK(CheckCopyConditions(call, record));
    return CheckCopyRange(range, range_header, record);
  };
  std::optional<std::pair<std::uint64_t, std::uint64_t>> bytes;
  if (range) bytes.emplace(range->offset, range->offset + range->length - 1);
  auto copied = call.objects().CopyPart(call.caller, call.bucket(), call.key(), UploadIdOf(call), number, copy, bytes);
  if (!copied) return CopyFailed(std::move(copied).error());
  const PartRecord& part = *copied;

  XmlDocument document("CopyPartResult", call.dialect, call.region());
  AddText(document.root(), "LastModified", FormatIso8601(part.last_modified));
  AddText(document.root(), "ETag", QuotedEtag(part.etag));
  if (part.checksum) AddText(document.root(), NameOf(part.checksum->kind).element, ChecksumText(*part.checksum, 1));
  Response response = XmlResponse(document);
  if (!source_version.empty() || source.version)
    response.headers.Set(fmt::format("{}copy-source-version-id", call.prefix()), ShownVersion(source_version));
  return response;
}

}  // namespace atelier::api::s3
