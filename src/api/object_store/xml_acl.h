// ACLs: AccessControlPolicy of both dialects, in and out (obs-s3-api section 5.1).
#pragma once

#include <map>
#include <string>

#include "access/acl.h"
#include "api/object_store/xml_document.h"
#include "auth/object_store_authenticator.h"
#include "base/error.h"

namespace atelier::api::s3 {

struct AclShape {
  access::Acl acl;
  bool of_object = false;
  std::map<std::string, std::string> display_names;  // of ids; S3 shows those that are known
};
XmlDocument RenderAcl(auth::Dialect dialect, const std::string& region, const AclShape& shape);

// The body of PutBucketAcl and PutObjectAcl, in either dialect. The owner that it names is not compared with the real
// one here. MalformedACLError: no XML of that shape, no owner, more than 100 grants; InvalidArgument: a group or id
// that cannot be; UnresolvableGrantByEmailAddress: a grant by e-mail, for this server knows no addresses.
Result<access::Acl> ParseAcl(const std::string& body);

// What a grant by e-mail is answered, in bodies as in headers.
std::unexpected<Error> UnresolvableEmail(std::string_view address);

}  // namespace atelier::api::s3
