// XML shapes of buckets and their settings.
#pragma once

#include <string>
#include <vector>

#include "api/object_store/call.h"
#include "api/object_store/xml_document.h"
#include "base/error.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

// Who a bucket or an object belongs to: a project, whose id is the canonical one, and its name where that is known.
struct Owner {
  std::string id, name;
};
// The project as this requester may know it: its own with its name.
Owner OwnerNamed(const Call& call, const std::string& project_id);
// <Owner>, <Initiator>, ...: S3 shows a name beside the id.
void AddOwner(pugi::xml_node parent, const char* element, auth::Dialect dialect, const Owner& owner);

struct BucketListShape {
  std::vector<object_store::Bucket> buckets;
  bool with_location = false;  // OBS, and OBS SDKs that ask for it
  std::string next_token;      // more to come when not empty
};
XmlDocument RenderBucketList(auth::Dialect dialect, const std::string& region, const Owner& owner,
                             const BucketListShape& list);

// The three shapes of GetBucketLocation.
XmlDocument RenderLocation(auth::Dialect dialect, bool huawei_sdk, const std::string& location);
// The region that the body of CreateBucket asks for, or empty. MalformedXML.
Result<std::string> ParseCreateBucket(const std::string& body);

}  // namespace atelier::api::s3
