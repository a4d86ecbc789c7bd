// The wire shapes of Keystone tokens.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "iam/identity_service.h"

namespace atelier::api {

// {"auth":{"identity":{...},"scope":{...}}}; InvalidArgument names what is missing.
Result<iam::SignIn> ParseSignIn(std::string_view body);

// {"token":{...}}; the catalog is left out when it is null.
json::object TokenBody(const iam::Token& token, const json::array* catalog);

json::array Catalog(const iam::Principal& principal, const std::string& region, const std::string& platform_url,
                    const std::string& object_store_url);

}  // namespace atelier::api
