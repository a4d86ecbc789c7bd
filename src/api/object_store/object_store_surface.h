// The object store listener's entry point: S3 and OBS on one port.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/object_store_authenticator.h"
#include "base/error.h"
#include "http/exchange.h"
#include "object_store/object_service.h"

namespace atelier::api {

struct ObjectStoreSurfaceOptions {
  std::string region;
  std::vector<std::string> base_domains;  // host names whose sub-domains are buckets
  // The name of an account by its id; nullopt when there is none. Empty: every id is taken for an account's.
  std::function<Result<std::optional<std::string>>(const std::string& id)> account_name = {};
};

// `objects` and `authenticator` must outlive it.
http::Handler MakeObjectStoreHandler(object_store::ObjectService& objects,
                                     const auth::ObjectStoreAuthenticator& authenticator,
                                     ObjectStoreSurfaceOptions options);

}  // namespace atelier::api
