// One object store request on its way: who asks, in which dialect, for what.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/object_store/bucket_view.h"
#include "api/object_store/object_store_surface.h"
#include "auth/object_store_authenticator.h"
#include "http/exchange.h"
#include "object_store/object_service.h"

namespace atelier::api::s3 {

using auth::Dialect;

// What every request shares; made once by MakeObjectStoreHandler.
struct Surface {
  object_store::ObjectService& objects;
  const auth::ObjectStoreAuthenticator& authenticator;
  ObjectStoreSurfaceOptions options;
  std::unique_ptr<BucketViews> views;
};

// Lives in the handler's frame for the whole request. Controllers that block get it const, on a pool thread.
struct Call {
  const Surface& surface;
  http::Exchange& exchange;
  const http::Request& request;
  Dialect dialect = Dialect::kS3;
  bool huawei_sdk = false;
  auth::Address address;
  auth::ObjectStoreIdentity identity;
  object_store::Caller caller;
  std::shared_ptr<const BucketView> view = {};  // of the bucket; set by Authorise when the operation concerns one

  object_store::ObjectService& objects() const { return surface.objects; }
  const std::string& region() const { return surface.options.region; }
  bool obs() const { return dialect == Dialect::kObs; }
  const std::string& bucket() const { return address.bucket; }
  const std::string& key() const { return address.key; }

  // "x-amz-" or "x-obs-".
  std::string_view prefix() const { return obs() ? "x-obs-" : "x-amz-"; }
  // A request header whose name has the dialect's prefix: Prefixed("acl").
  std::optional<std::string_view> Prefixed(std::string_view suffix) const {
    return request.headers.Get(fmt::format("{}{}", prefix(), suffix));
  }
  std::optional<std::string_view> Header(std::string_view name) const { return request.headers.Get(name); }
  std::optional<std::string_view> Query(std::string_view name) const { return request.query.Get(name); }
};

}  // namespace atelier::api::s3
