// Buckets: list, create, head, delete, and what OBS shows of them.
#include <fmt/format.h>

#include <algorithm>

#include "access/canned_acl.h"
#include "api/object_store/acl_headers.h"
#include "api/object_store/controllers.h"
#include "api/object_store/errors.h"
#include "api/object_store/storage_class_words.h"
#include "api/object_store/xml_bucket.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::Bucket;

constexpr std::uint64_t kMaxBucketPage = 10'000;

// Where a page of buckets begins: OBS names the last bucket seen, S3 an opaque token.
Result<std::string> PageStart(const Call& call) {
  if (auto marker = call.Query("marker")) return std::string(*marker);
  auto token = call.Query("continuation-token");
  if (!token) return std::string();
  auto decoded = Base64Decode(*token);
  if (!decoded)
    return InvalidArgument("the continuation-token is not one that this server gave out", "InvalidArgument");
  return *std::move(decoded);
}

Result<std::uint64_t> PageSize(const Call& call) {
  const char* name = call.Query("max-buckets") ? "max-buckets" : "max-keys";
  auto text = call.Query(name);
  if (!text) return kMaxBucketPage;
  auto number = ParseNumber<std::uint64_t>(*text);
  if (!number || *number == 0) {
    return InvalidArgument(fmt::format("{} must be a number from 1 to {}, not \"{}\"", name, kMaxBucketPage, *text),
                           "InvalidArgument");
  }
  return std::min(*number, kMaxBucketPage);
}

Result<std::string> NewBucketClass(const Call& call) {
  for (auto word : {call.Prefixed("storage-class"), call.Header("x-default-storage-class")}) {
    if (word) return ParseStorageClass(*word);
  }
  return std::string("STANDARD");
}

Result<void> RefuseUnservedKinds(const Call& call) {
  if (EqualsIgnoreCase(call.Header("x-obs-fs-file-interface").value_or(""), "Enabled")) {
    return NotServed("a parallel file system bucket (x-obs-fs-file-interface: Enabled)");
  }
  if (EqualsIgnoreCase(call.Prefixed("bucket-object-lock-enabled").value_or(""), "true")) {
    return NotServed("object lock (x-amz-bucket-object-lock-enabled: true)");
  }
  return {};
}

Result<std::optional<access::Ownership>> RequestedOwnership(const Call& call) {
  auto word = call.Prefixed("object-ownership");
  if (!word) return std::nullopt;
  auto ownership = access::ParseOwnership(*word);
  if (ownership) return ownership;
  return InvalidArgument(fmt::format("\"{}\" is no object ownership", *word), "InvalidArgument");
}

// OBS, and S3 in us-east-1, take the second creation by the owner for a success.
bool RecreationSucceeds(const Call& call) { return call.obs() || call.huawei_sdk || call.region() == "us-east-1"; }

}  // namespace

Result<Response> ListBuckets(const Call& call) {
  ATELIER_TRY(std::string start, PageStart(call));
  ATELIER_TRY(std::uint64_t limit, PageSize(call));
  ATELIER_TRY(std::vector<Bucket> buckets, call.objects().ListBuckets(call.caller));
  std::ranges::sort(buckets, {}, &Bucket::name);
  std::string_view prefix = call.Query("prefix").value_or("");
  bool file_systems_only = EqualsIgnoreCase(call.Header("x-obs-bucket-type").value_or(""), "POSIX");

  BucketListShape list;
  bool asked = EqualsIgnoreCase(call.Prefixed("location").value_or(""), "true");
  list.with_location = call.obs() || (call.huawei_sdk && asked);
  for (Bucket& bucket : buckets) {
    if (file_systems_only || bucket.name <= start || !bucket.name.starts_with(prefix)) continue;
    if (list.buckets.size() == limit) {
      const std::string& last = list.buckets.back().name;
      list.next_token = call.obs() ? last : Base64Encode(last);
      break;
    }
    list.buckets.push_back(std::move(bucket));
  }
  return XmlResponse(
      RenderBucketList(call.dialect, call.region(), OwnerNamed(call, call.identity.principal->project_id), list));
}

Result<Response> CreateBucket(const Call& call, const std::string& body) {
  ATELIER_CHECK(RefuseUnservedKinds(call));
  ATELIER_TRY(object_store::BucketName name, object_store::BucketName::Parse(call.bucket()));
  ATELIER_TRY(std::string storage_class, NewBucketClass(call));
  // Any region is accepted: this server stands in for the one that a script was written for.
  ATELIER_CHECK(ParseCreateBucket(body));
  ATELIER_TRY(auto acl, RequestedAcl(call, {.owner_id = call.caller.project_id,
                                            .bucket_owner_id = call.caller.project_id,
                                            .of_object = false}));
  ATELIER_TRY(auto ownership, RequestedOwnership(call));
  bool enforced = ownership == access::Ownership::kBucketOwnerEnforced;
  if (enforced && acl && *acl != access::PrivateAcl(call.caller.project_id)) {
    return InvalidArgument("a bucket whose owner owns everything in it has no ACL that grants to others",
                           "InvalidBucketAclWithObjectOwnership");
  }
  auto created = call.objects().CreateBucket(call.caller, name, storage_class);
  if (!created) {
    bool owned = created.error().code == "BucketAlreadyOwnedByYou";
    if (!owned || !RecreationSucceeds(call)) return std::unexpected(std::move(created).error());
  }
  // A bucket that is made again keeps what it has, unless the request says otherwise.
  if (acl) ATELIER_CHECK(call.objects().PutSetting(call.caller, name.text(), setting::kAcl, access::EncodeAcl(*acl)));
  if (ownership) {
    ATELIER_CHECK(call.objects().PutSetting(call.caller, name.text(), setting::kOwnership,
                                            std::string(access::ToString(*ownership))));
  }
  Response response = Response::Empty(200);
  response.headers.Set("Location", "/" + name.text());
  return response;
}

Result<Response> HeadBucket(const Call& call) {
  ATELIER_TRY(Bucket bucket, call.objects().FindBucket(call.caller, call.bucket()));
  Response response = Response::Empty(200);
  response.headers.Set("Content-Type", "application/xml");
  if (call.obs()) {
    response.headers.Set("x-obs-bucket-location", bucket.region);
    response.headers.Set("x-obs-storage-class", StorageClassFor(call.dialect, bucket.storage_class));
  } else {
    response.headers.Set("x-amz-bucket-region", bucket.region);
  }
  if (call.obs() || call.huawei_sdk) response.headers.Set("x-obs-version", "3.0");
  if (!call.obs() && call.huawei_sdk) response.headers.Set("x-default-storage-class", bucket.storage_class);
  return response;
}

Result<Response> DeleteBucket(const Call& call) {
  ATELIER_CHECK(call.objects().DeleteBucket(call.caller, call.bucket()));
  return Response::Empty(204);
}

Result<Response> GetBucketLocation(const Call& call) {
  ATELIER_TRY(Bucket bucket, call.objects().FindBucket(call.caller, call.bucket()));
  return XmlResponse(RenderLocation(call.dialect, call.huawei_sdk, bucket.region));
}

Result<Response> GetBucketStorageInfo(const Call& call) {
  ATELIER_TRY(auto usage, call.objects().BucketUsage(call.caller, call.bucket()));
  XmlDocument document("GetBucketStorageInfoResult", call.dialect, call.region());
  AddNumber(document.root(), "Size", usage.bytes);
  AddNumber(document.root(), "ObjectNumber", usage.objects);
  return XmlResponse(document);
}

}  // namespace atelier::api::s3
