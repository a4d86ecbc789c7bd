// PUT of an object.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "api/object_store/body_intake.h"
#include "api/object_store/checksums.h"
#include "api/object_store/conditions.h"
#include "api/object_store/controllers.h"
#include "api/object_store/headers.h"
#include "api/object_store/quota_check.h"
#include "api/object_store/version_headers.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ExpectedDigests;
using object_store::ObjectKey;
using object_store::ObjectRecord;
using object_store::WriteConditions;

// Refuses a large upload before its bytes are sent; the commit checks again, for others may write meanwhile.
Result<void> CheckConditionsEarly(const Call& call, const WriteConditions& conditions) {
  if (!conditions.if_none_match_any && !conditions.if_match) return {};
  auto present = call.objects().Head(call.caller, call.bucket(), call.key());
  if (!present && present.error().code != "NoSuchKey") return std::unexpected(std::move(present).error());
  if (present && conditions.if_none_match_any) return ConditionFailed("If-None-Match");
  if (!conditions.if_match) return {};
  if (!present) return std::unexpected(std::move(present).error());
  if (!EtagListNames(*conditions.if_match, present->etag)) return ConditionFailed("If-Match");
  return {};
}

Result<Response> PutResponse(const Call& call, const ObjectRecord& record) {
  Response response = Response::Empty(200);
  response.headers.Set("ETag", QuotedEtag(record.etag));
  AddNewVersionHeader(call, record.version_id, response.headers);
  AddChecksumHeaders(record.checksums, record.part_sizes.size(), call.dialect, response.headers);
  return response;
}

}  // namespace

Task<Result<Response>> PutObject(Call& call) {
  ATELIER_CO_CHECK(RequireBodyLength(call));
  ATELIER_CO_TRY(ObjectKey key, ObjectKey::Parse(call.key()));
  ATELIER_CO_TRY(object_store::ObjectAttributes attributes, AttributesOf(call));
  ATELIER_CO_TRY(WriteConditions conditions, WriteConditionsOf(call.request.headers));
  ATELIER_CO_TRY(BodyPlan plan, PlanBody(call, kSinglePutLimit));

  std::unique_ptr<object_store::ObjectWriter> writer;
  BodyTarget target;
  target.open = [&]() -> Result<void> {
    ATELIER_CHECK(CheckQuota(call, call.request.content_length.value_or(0)));
    ATELIER_CHECK(CheckConditionsEarly(call, conditions));
    ATELIER_TRY(writer, call.objects().Put(call.caller, call.bucket(), key, attributes, plan.digests));
    return {};
  };
  target.digest = [&](std::string_view bytes) { writer->Digest(bytes); };
  target.write = [&](std::string_view bytes) { return writer->Write(bytes); };
  target.commit = [&](const ExpectedDigests& expected) -> Result<Response> {
    ATELIER_TRY(ObjectRecord record, writer->Commit(expected, conditions));
    return PutResponse(call, record);
  };
  co_return co_await StoreBody(call, plan, target);
}

}  // namespace atelier::api::s3
