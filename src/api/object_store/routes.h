// The table of the object store's operations: which request is which operation, and who answers it.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/object_store/call.h"
#include "base/error.h"
#include "base/task.h"
#include "http/message.h"
#include "iam/authorization.h"

namespace atelier::api::s3 {

enum class Scope { kService, kBucket, kObject };

// An operation of the reference that is not served yet. 501, except where SDKs would retry a 501 to no end: 405.
struct NotServedYet {
  int status = 501;
};
// Runs on the pool; has no body.
using BlockingController = Result<http::Response> (*)(const Call&);
// Runs on the pool; its small body was read whole and checked against its digests.
struct DocumentController {
  Result<http::Response> (*run)(const Call&, const std::string& body);
  std::size_t limit;  // bytes of body
  // Whether x-amz-checksum-* headers are about the body. On completing an upload, they are about the object.
  bool checksum_of_body = true;
};
// Runs on the loop and reads the body itself.
using StreamingController = Task<Result<http::Response>> (*)(Call&);
// The same, for a form: its fields say who asks, so that it authenticates itself.
struct FormController {
  Task<Result<http::Response>> (*run)(Call&);
};

struct Route {
  std::string_view action;  // S3's name of the operation, or OBS's where S3 has none
  std::string_view method;
  Scope scope;
  std::vector<std::string_view> queries;  // all must be in the query: the deciding sub-resource
  std::string_view header;                // suffix after x-amz-/x-obs- that must be there, or empty
  std::variant<NotServedYet, BlockingController, DocumentController, StreamingController, FormController> target;
};

const std::vector<Route>& Routes();

// What a caller must be allowed to do: GET, HEAD and OPTIONS read, every other method changes something, but for the
// query that is sent with POST.
iam::Need NeedOf(const Route& route);

// What decides the route of a request.
struct RouteKey {
  std::string_view method;
  Scope scope = Scope::kService;
  const http::Query& query;
  std::function<bool(std::string_view suffix)> has_header;  // with the dialect's prefix
};
// The most specific row wins. InvalidArgument (code MethodNotAllowed, subject = allowed methods) when a sub-resource is
// asked for with a method that it does not have: such a request must never fall through to the whole bucket or object.
Result<const Route*> FindRoute(const RouteKey& key);

}  // namespace atelier::api::s3
