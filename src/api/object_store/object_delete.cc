// DELETE of one object, and of many by one request.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/object_store/authorisation.h"
#include "api/object_store/conditions.h"
#include "api/object_store/controllers.h"
#include "api/object_store/errors.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_delete.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using http::Response;

// x-amz-if-match-size and x-amz-if-match-last-modified-time beside If-Match.
Result<void> ReadDeleteConditions(const Call& call, object_store::DeleteRequest& request) {
  if (auto etag = call.Header("If-Match")) request.if_match = WithoutQuotes(*etag);
  if (auto size = call.Prefixed("if-match-size")) {
    request.if_size = ParseNumber<std::uint64_t>(*size);
    if (!request.if_size)
      return InvalidArgument(fmt::format("the size to match must be a number, not \"{}\"", *size), "InvalidArgument");
  }
  if (auto time = call.Prefixed("if-match-last-modified-time")) {
    request.if_modified = ParseHttpDate(*time);
    if (!request.if_modified)
      return InvalidArgument(fmt::format("the time to match must be an HTTP date, not \"{}\"", *time),
                             "InvalidArgument");
  }
  return {};
}

DeleteResult FailedDelete(const Call& call, const Error& error) {
  DeleteResult result;
  result.error_code = WireCode(error, call.dialect, true);
  result.error_message = error.message;
  return result;
}

// Each key is allowed or refused by itself.
Result<void> CheckItem(const Call& call, const object_store::DeleteRequest& item) {
  ATELIER_CHECK(object_store::ObjectKey::Parse(item.key));
  return AuthoriseOther(call, "DeleteObject", {call.bucket(), item.key, item.version});
}

}  // namespace

Result<Response> DeleteObject(const Call& call) {
  object_store::DeleteRequest request{.key = call.key(), .version = WantedVersion(call)};
  ATELIER_CHECK(ReadDeleteConditions(call, request));
  ATELIER_TRY(object_store::DeleteOutcome outcome,
              call.objects().Delete(call.caller, call.bucket(), std::move(request)));
  Response response = Response::Empty(204);
  if (outcome.delete_marker) response.headers.Set(fmt::format("{}delete-marker", call.prefix()), "true");
  if (outcome.version) AddVersionHeader(call, *outcome.version, response.headers);
  return response;
}

Result<Response> DeleteObjects(const Call& call, const std::string& body) {
  ATELIER_TRY(DeleteDocument document, ParseDelete(body));
  std::vector<DeleteResult> results(document.items.size());
  std::vector<object_store::DeleteRequest> requests;
  std::vector<std::size_t> places;  // of each request among the results
  for (std::size_t i = 0; i < document.items.size(); ++i) {
    auto allowed = CheckItem(call, document.items[i]);
    if (allowed) {
      requests.push_back(document.items[i]);
      places.push_back(i);
    } else {
      results[i] = FailedDelete(call, allowed.error());
    }
  }
  ATELIER_TRY(auto outcomes, call.objects().DeleteMany(call.caller, call.bucket(), requests));
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i]) {
      results[places[i]].outcome = *std::move(outcomes[i]);
    } else {
      results[places[i]] = FailedDelete(call, outcomes[i].error());
    }
  }
  return XmlResponse(RenderDeleteResult(call.dialect, call.region(), document, results));
}

}  // namespace atelier::api::s3
