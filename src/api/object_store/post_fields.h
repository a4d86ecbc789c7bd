// What the fields of a form upload mean: the headers that they stand for, and the answer that they ask for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/post_policy.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::api::s3 {

// The headers of a PUT that asks for the same: Content-Type and its like, Content-MD5, all x-amz- and x-obs- fields;
// `acl` gets the dialect's prefix. Other fields mean nothing here. InvalidArgument for a name or value that no header
// can have.
Result<http::Headers> HeadersOf(const auth::FormFields& fields, std::string_view prefix);

// How a form that was stored is to be answered.
struct PostAnswer {
  int status = 204;                     // 200, 201, 204 or 303
  std::optional<std::string> redirect;  // for 303: success_action_redirect
};
// An address to go to that is no http or https URL is ignored, and so is an unknown status.
PostAnswer AnswerOf(const auth::FormFields& fields);

// `url` with bucket, key and ETag (without quotes) added to its query.
std::string RedirectTarget(std::string_view url, std::string_view bucket, std::string_view key, std::string_view etag);

}  // namespace atelier::api::s3
