// GET and HEAD of an object: conditions, ranges, parts, overrides.
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "api/object_store/authorisation.h"
#include "api/object_store/checksums.h"
#include "api/object_store/conditions.h"
#include "api/object_store/controllers.h"
#include "api/object_store/headers.h"
#include "api/object_store/ranges.h"
#include "api/object_store/version_headers.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectRecord;

Result<std::optional<ByteRange>> WantedRange(const Call& call, const ObjectRecord& record) {
  auto range = call.Header("Range");
  auto part = call.Query("partNumber");
  if (part) {
    if (range) return InvalidArgument("a request can have a Range header or a partNumber, not both", "InvalidRequest");
    return PartRange(record.part_sizes, record.size, *part);
  }
  if (!range) return std::nullopt;
  // If-Range: the range is meant only for the object that the client already has a piece of.
  auto only_if = call.Header("If-Range");
  if (only_if && WithoutQuotes(*only_if) != record.etag && *only_if != FormatHttpDate(record.last_modified)) {
    return std::nullopt;
  }
  return ParseRange(*range, record.size);
}

Response NotModified(const ObjectRecord& record) {
  Response response = Response::Empty(304);
  response.headers.Set("ETag", QuotedEtag(record.etag));
  response.headers.Set("Last-Modified", FormatHttpDate(record.last_modified));
  return response;
}

void AddRangeHeaders(const ObjectRecord& record, const ByteRange& range, Response& response) {
  response.status = 206;
  if (range.length == 0) return;  // a part of an empty object: there is no byte to name
  response.headers.Set("Content-Range",
                       fmt::format("bytes {}-{}/{}", range.offset, range.offset + range.length - 1, record.size));
}

struct Selection {
  Response response;  // complete but for its body
  ByteRange range;
  bool has_body = true;
};

// All of the answer but the bytes.
Result<Selection> Select(const Call& call, const ObjectRecord& record) {
  ATELIER_CHECK(CheckObjectOwner(call, "GetObject", *call.view, record));
  ConditionOutcome outcome =
      EvaluateConditions(ReadConditionsOf(call.request.headers, ""), record.etag, record.last_modified);
  if (outcome.verdict == ConditionOutcome::Verdict::kFailed) return ConditionFailed(outcome.condition);
  if (outcome.verdict == ConditionOutcome::Verdict::kNotModified) return Selection{NotModified(record), {}, false};

  ATELIER_TRY(std::optional<ByteRange> range, WantedRange(call, record));
  Selection selection{Response::Empty(200), range.value_or(ByteRange{0, record.size}), true};
  http::Headers& headers = selection.response.headers;
  AddObjectHeaders(call, record, headers);
  AddVersionHeader(call, record.version_id, headers);
  if (range) AddRangeHeaders(record, *range, selection.response);
  if (call.Query("partNumber") && !record.part_sizes.empty()) {
    headers.Set(fmt::format("{}mp-parts-count", call.prefix()), fmt::format_int(record.part_sizes.size()).str());
  }
  // A checksum of the whole beside a piece would make clients refuse the piece.
  bool whole = selection.range == ByteRange{0, record.size};
  if (whole && EqualsIgnoreCase(call.Prefixed("checksum-mode").value_or(""), "ENABLED")) {
    AddChecksumHeaders(record.checksums, record.part_sizes.size(), call.dialect, headers);
  }
  ATELIER_CHECK(OverrideHeaders(call, headers));
  return selection;
}

// Bytes that were read for their checksum are sent with the head; the others with sendfile.
void SetBody(const object_store::OpenObject& object, const ByteRange& range, Response& response) {
  auto cut = object_store::SliceExtents(object.extents, range.offset, range.length);
  if (cut.size() == 1 && cut.front().checked) {
    response.body = std::string(cut.front().CheckedBytes());
    return;
  }
  std::vector<http::FileExtent> extents;
  for (auto& extent : cut) extents.push_back({std::move(extent.file), extent.offset, extent.length});
  response.body = std::move(extents);
}

}  // namespace

Result<Response> GetObject(const Call& call) {
  ATELIER_TRY(object_store::OpenObject object,
              call.objects().Open(call.caller, call.bucket(), call.key(), WantedVersion(call)));
  ATELIER_TRY(Selection selection, Select(call, object.record));
  if (selection.has_body && selection.range.length > 0) SetBody(object, selection.range, selection.response);
  return std::move(selection.response);
}

Result<Response> HeadObject(const Call& call) {
  ATELIER_TRY(ObjectRecord record, call.objects().Head(call.caller, call.bucket(), call.key(), WantedVersion(call)));
  ATELIER_TRY(Selection selection, Select(call, record));
  if (selection.has_body) selection.response.announced_length = selection.range.length;
  return std::move(selection.response);
}

}  // namespace atelier::api::s3
