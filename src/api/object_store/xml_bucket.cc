#include "api/object_store/xml_bucket.h"

#include "base/clock.h"

namespace atelier::api::s3 {
namespace {

constexpr std::string_view kUnnamedRegion = "us-east-1";  // S3 leaves its name out

}  // namespace

Owner OwnerNamed(const Call& call, const std::string& project_id) {
  const auto& principal = call.identity.principal;
  bool own = principal && principal->project_id == project_id;
  return {project_id, own ? principal->domain_name : std::string()};
}

void AddOwner(pugi::xml_node parent, const char* element, auth::Dialect dialect, const Owner& owner) {
  pugi::xml_node node = AddElement(parent, element);
  AddText(node, "ID", owner.id);
  if (dialect == auth::Dialect::kS3 && !owner.name.empty()) AddText(node, "DisplayName", owner.name);
}

XmlDocument RenderBucketList(auth::Dialect dialect, const std::string& region, const Owner& owner,
                             const BucketListShape& list) {
  XmlDocument document("ListAllMyBucketsResult", dialect, region);
  AddOwner(document.root(), "Owner", dialect, owner);
  pugi::xml_node buckets = AddElement(document.root(), "Buckets");
  for (const object_store::Bucket& bucket : list.buckets) {
    pugi::xml_node node = AddElement(buckets, "Bucket");
    AddText(node, "Name", bucket.name);
    AddText(node, "CreationDate", FormatIso8601(bucket.created));
    if (list.with_location) {
      AddText(node, "Location", bucket.region);
      AddText(node, "BucketType", "OBJECT");
    } else {
      AddText(node, "BucketRegion", bucket.region);
    }
  }
  if (!list.next_token.empty()) {
    bool obs = dialect == auth::Dialect::kObs;
    if (obs) AddBool(document.root(), "IsTruncated", true);
    AddText(document.root(), obs ? "NextMarker" : "ContinuationToken", list.next_token);
  }
  return document;
}

XmlDocument RenderLocation(auth::Dialect dialect, bool huawei_sdk, const std::string& location) {
  if (dialect == auth::Dialect::kObs) {
    XmlDocument document("Location", dialect, location);
    document.root().text().set(location.c_str());
    return document;
  }
  if (huawei_sdk) {
    XmlDocument document("CreateBucketConfiguration", dialect, location);
    AddText(document.root(), "LocationConstraint", location);
    return document;
  }
  XmlDocument document("LocationConstraint", dialect, location);
  if (location != kUnnamedRegion) document.root().text().set(location.c_str());
  return document;
}

Result<std::string> ParseCreateBucket(const std::string& body) {
  if (body.empty()) return std::string();
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "CreateBucketConfiguration", document));
  pugi::xml_node root = document.document_element();
  std::string_view s3 = TextOf(root, "LocationConstraint");
  return std::string(s3.empty() ? TextOf(root, "Location") : s3);
}

}  // namespace atelier::api::s3
