#include "api/object_store/xml_acl.h"

#include <fmt/format.h>

#include "api/object_store/acl_groups.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using access::Grant;
using access::Grantee;
using Kind = access::Grantee::Kind;

constexpr const char* kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

std::unexpected<Error> Malformed(std::string message) {
  return InvalidArgument(std::move(message), "MalformedACLError");
}

void AddId(pugi::xml_node node, auth::Dialect dialect, const AclShape& shape, const std::string& id) {
  AddText(node, "ID", id);
  auto name = shape.display_names.find(id);
  if (dialect == auth::Dialect::kS3 && name != shape.display_names.end()) AddText(node, "DisplayName", name->second);
}

void AddGrantee(pugi::xml_node grant, auth::Dialect dialect, const AclShape& shape, const Grantee& grantee) {
  pugi::xml_node node = AddElement(grant, "Grantee");
  bool group = grantee.kind != Kind::kCanonicalId;
  if (dialect == auth::Dialect::kS3) {
    node.append_attribute("xmlns:xsi") = kSchemaInstance;
    node.append_attribute("xsi:type") = group ? "Group" : "CanonicalUser";
    if (group) AddText(node, "URI", GroupUri(grantee.kind));
  } else if (group) {
    AddText(node, "Canned", GroupWord(grantee.kind));
  }
  if (!group) AddId(node, dialect, shape, grantee.id);
}

// xsi:type, whatever the prefix is.
std::string_view TypeOf(pugi::xml_node grantee) {
  for (pugi::xml_attribute attribute : grantee.attributes()) {
    std::string_view name = attribute.name();
    if (name == "type" || name.ends_with(":type")) return attribute.value();
  }
  return {};
}

Result<Grantee> ReadGroup(std::string_view name) {
  auto group = ParseGroup(name);
  if (group) return Grantee{*group, ""};
  return InvalidArgument(fmt::format("\"{}\" is not a group that an ACL can grant to", name), "InvalidArgument",
                         std::string(name));
}

// By what it holds; the type that S3 clients add must not say otherwise.
Result<Grantee> ReadGrantee(pugi::xml_node node) {
  std::string_view type = TypeOf(node);
  std::string_view email = TextOf(node, "EmailAddress");
  if (type == "AmazonCustomerByEmail" || !email.empty()) return UnresolvableEmail(email);
  pugi::xml_node group = ChildOf(node, ChildOf(node, "Canned") ? "Canned" : "URI");
  pugi::xml_node id = ChildOf(node, "ID");
  bool agrees = type.empty() || type == (group ? "Group" : "CanonicalUser");
  if (static_cast<bool>(group) == static_cast<bool>(id) || !agrees) {
    return Malformed("a Grantee must have either an ID (CanonicalUser) or a URI or Canned (Group), as its type says");
  }
  if (group) return ReadGroup(Trim(group.text().get()));
  return access::AccountGrantee(Trim(id.text().get()));
}

// Absent is `otherwise`.
Result<bool> ReadDelivered(pugi::xml_node parent, bool otherwise) {
  std::string_view text = Trim(TextOf(parent, "Delivered"));
  if (text.empty()) return otherwise;
  if (text == "true" || text == "false") return text == "true";
  return Malformed(fmt::format("Delivered must be true or false, not \"{}\"", text));
}

Result<Grant> ReadGrant(pugi::xml_node node) {
  Grant grant;
  ATELIER_TRY(grant.grantee, ReadGrantee(ChildOf(node, "Grantee")));
  std::string_view word = Trim(TextOf(node, "Permission"));
  auto permission = access::ParsePermission(word);
  if (!permission) {
    return Malformed(
        fmt::format("Permission must be READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL, not \"{}\"", word));
  }
  grant.permission = *permission;
  ATELIER_TRY(grant.delivered, ReadDelivered(node, false));
  return grant;
}

}  // namespace

XmlDocument RenderAcl(auth::Dialect dialect, const std::string& region, const AclShape& shape) {
  XmlDocument document("AccessControlPolicy", dialect, region);
  bool obs = dialect == auth::Dialect::kObs;
  AddId(AddElement(document.root(), "Owner"), dialect, shape, shape.acl.owner_id);
  if (obs && shape.of_object) AddBool(document.root(), "Delivered", shape.acl.inherits);
  pugi::xml_node list = AddElement(document.root(), "AccessControlList");
  for (const Grant& grant : shape.acl.grants) {
    pugi::xml_node node = AddElement(list, "Grant");
    AddGrantee(node, dialect, shape, grant.grantee);
    AddText(node, "Permission", access::ToString(grant.permission));
    if (obs && !shape.of_object) AddBool(node, "Delivered", grant.delivered);
  }
  return document;
}

Result<access::Acl> ParseAcl(const std::string& body) {
  pugi::xml_document document;
  if (auto parsed = ParseXml(body, "AccessControlPolicy", document); !parsed) return Malformed(parsed.error().message);
  pugi::xml_node root = document.document_element();
  access::Acl acl;
  auto owner = access::AccountGrantee(Trim(TextOf(ChildOf(root, "Owner"), "ID")));
  pugi::xml_node list = ChildOf(root, "AccessControlList");
  if (!owner || !list) return Malformed("an ACL must have an Owner with an ID, and an AccessControlList");
  acl.owner_id = owner->id;
  ATELIER_TRY(acl.inherits, ReadDelivered(root, true));
  for (pugi::xml_node node : list.children()) {
    if (node.type() != pugi::node_element) continue;
    if (LocalName(node) != "Grant") return Malformed(fmt::format("<{}> is not a Grant", node.name()));
    ATELIER_TRY(Grant grant, ReadGrant(node));
    acl.grants.push_back(std::move(grant));
  }
  ATELIER_CHECK(access::CheckAcl(acl));
  return acl;
}

std::unexpected<Error> UnresolvableEmail(std::string_view address) {
  return InvalidArgument(
      fmt::format("no account has the e-mail address \"{}\": this server knows none; grant to the id of a project",
                  address),
      "UnresolvableGrantByEmailAddress", std::string(address));
}

}  // namespace atelier::api::s3
