// The security token of a temporary access key, wherever an object store request carries it.
#pragma once

#include <string>

#include "auth/post_policy.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::auth {

// x-amz-security-token or x-obs-security-token, a header or in the query, whatever the dialect: the token is sealed and
// proves itself. Empty when there is none. InvalidArgument, code InvalidToken, when there are two that differ.
Result<std::string> SecurityTokenOf(const http::Request& request);
// The same as fields of a form.
Result<std::string> SecurityTokenOf(const FormFields& fields);

}  // namespace atelier::auth
