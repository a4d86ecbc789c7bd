// Appending to an object (OBS; the OBS SDKs send it under AWS signatures too, and read x-obs- headers either way).
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "api/object_store/body_intake.h"
#include "api/object_store/controllers.h"
#include "api/object_store/headers.h"
#include "api/object_store/quota_check.h"
#include "api/object_store/version_headers.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectRecord;

Result<std::uint64_t> PositionOf(const Call& call) {
  std::string_view text = call.Query("position").value_or("");
  auto position = ParseNumber<std::uint64_t>(text);
  if (position) return *position;
  return InvalidArgument(
      fmt::format("an append needs the position where it begins, a number of bytes; this is \"{}\"", text),
      "InvalidArgument");
}

Result<Response> AppendResponse(const Call& call, const ObjectRecord& record) {
  Response response = Response::Empty(200);
  response.headers.Set("ETag", QuotedEtag(record.etag));
  response.headers.Set("x-obs-next-append-position", fmt::format_int(record.size).str());
  AddNewVersionHeader(call, record.version_id, response.headers);
  return response;
}

}  // namespace

Task<Result<Response>> AppendObject(Call& call) {
  ATELIER_CO_CHECK(RequireBodyLength(call));
  ATELIER_CO_TRY(object_store::ObjectKey key, object_store::ObjectKey::Parse(call.key()));
  ATELIER_CO_TRY(std::uint64_t position, PositionOf(call));
  ATELIER_CO_TRY(object_store::ObjectAttributes attributes, AttributesOf(call));
  ATELIER_CO_TRY(BodyPlan plan, PlanBody(call, kSinglePutLimit));

  std::unique_ptr<object_store::ObjectWriter> writer;
  BodyTarget target;
  target.open = [&]() -> Result<void> {
    ATELIER_CHECK(CheckQuota(call, call.request.content_length.value_or(0)));
    ATELIER_TRY(writer, call.objects().Append(call.caller, call.bucket(), key, position, attributes, plan.digests));
    return {};
  };
  target.digest = [&](std::string_view bytes) { writer->Digest(bytes); };
  target.write = [&](std::string_view bytes) { return writer->Write(bytes); };
  target.commit = [&](const object_store::ExpectedDigests& expected) -> Result<Response> {
    ATELIER_TRY(ObjectRecord record, writer->Commit(expected, {}));
    return AppendResponse(call, record);
  };
  co_return co_await StoreBody(call, plan, target);
}

}  // namespace atelier::api::s3
