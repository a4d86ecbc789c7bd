// DELETE of one object, and of many by one request.
#include <algorithm>
#include <utility>

#include "api/object_store/controllers.h"
#include "api/object_store/errors.h"
#include "api/object_store/headers.h"
#include "api/object_store/xml_delete.h"

namespace atelier::api::s3 {
namespace {

using http::Response;

// Why a key cannot be deleted by itself, or nullopt.
std::optional<Error> Refusal(const DeleteItem& item) {
  auto key = object_store::ObjectKey::Parse(item.key);
  if (!key) return std::move(key).error();
  if (!item.version_id.empty() && item.version_id != "null") {
    return Error{ErrorKind::kNotFound, "buckets here are not versioned", "NoSuchVersion", item.version_id};
  }
  if (item.conditional) return NotServed("a conditional delete (<ETag>, <Size>, <LastModifiedTime>)").error();
  return std::nullopt;
}

}  // namespace

Result<Response> DeleteObject(const Call& call) {
  ATELIER_CHECK(RequireCurrentVersion(call));
  // Checking first and deleting afterwards would not be atomic, which is all that the condition is for.
  if (call.Header("If-Match")) return NotServed("a conditional delete (If-Match)");
  ATELIER_CHECK(call.objects().Delete(call.caller, call.bucket(), call.key()));
  return Response::Empty(204);
}

Result<Response> DeleteObjects(const Call& call, const std::string& body) {
  ATELIER_TRY(DeleteRequest request, ParseDelete(body));
  std::vector<DeleteOutcome> outcomes;
  std::vector<std::string> keys;
  for (const DeleteItem& item : request.items) {
    DeleteOutcome& outcome = outcomes.emplace_back(DeleteOutcome{&item, {}, {}});
    if (auto refusal = Refusal(item)) {
      outcome.error_code = WireCode(*refusal, call.dialect, true);
      outcome.error_message = refusal->message;
    } else {
      keys.push_back(item.key);
    }
  }
  ATELIER_CHECK(call.objects().DeleteMany(call.caller, call.bucket(), keys));
  return XmlResponse(RenderDeleteResult(call.dialect, call.region(), request, outcomes));
}

}  // namespace atelier::api::s3
