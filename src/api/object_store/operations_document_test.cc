// docs/object-store-operations.md is what the tables of routes and needs say. ATELIER_UPDATE_GOLDEN=1 rewrites it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "access/actions.h"
#include "api/object_store/routes.h"
#include "base/files.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

constexpr std::string_view kHead = R"(# Operations of the object store

What the object store's port answers, in both dialects unless a column says otherwise. Made from the tables that the server routes and
decides by (`src/api/object_store/routes.cc`, `src/access/actions.cc`); clients that were tried are in [clients.md](clients.md).

- **request**: path style; the sub-resource decides the operation. `x-*-` stands for `x-amz-` and `x-obs-`.
- **allowed by**: the action that a bucket policy must allow, and the permission that an ACL must grant. The bucket's own project needs
  neither, but for reading an object that another project wrote and owns; `owner` means that no ACL gives it.
- **answer**: what is not served says so: 501 NotImplemented with the operation's name, or 405 where OBS SDKs would retry a 501 for
  seconds. *Unset* is served as a setting that cannot be made: reading it gives the documented answer for that.

)";

std::string RequestOf(const Route& route) {
  std::string path = route.scope == Scope::kService ? "/" : route.scope == Scope::kBucket ? "/b" : "/b/k";
  std::string text = fmt::format("{} {}", route.method, path);
  for (std::size_t i = 0; i < route.queries.size(); ++i) text += (i == 0 ? "?" : "&") + std::string(route.queries[i]);
  if (!route.header.empty()) text += fmt::format(" with x-*-{}", route.header);
  return text;
}

std::string AllowedBy(const Route& route) {
  auto need = access::NeedOf(route.action, false);
  if (!need) return "anybody";
  std::string acl = "owner";
  if (need->permission) {
    acl = fmt::format("{} on the {}", access::ToString(*need->permission),
                      need->acl_of == access::AclOf::kBucket ? "bucket" : "object");
  }
  return route.scope == Scope::kService || route.action == "CreateBucket" ? std::string("any access key")
                                                                          : fmt::format("`{}`; {}", need->action, acl);
}

// Settings whose change is not served, but whose absence is.
bool IsUnset(const Route& route) {
  for (const Route& other : Routes()) {
    bool changes = other.method == "PUT" && other.scope == route.scope && other.queries == route.queries;
    if (changes && route.method != "PUT" && !route.queries.empty() &&
        std::holds_alternative<NotServedYet>(other.target))
      return true;
  }
  return false;
}

std::string AnswerOf(const Route& route) {
  if (const auto* refused = std::get_if<NotServedYet>(&route.target)) return fmt::format("{}", refused->status);
  if (route.action == "PutBucketEncryption") return "501";
  return IsUnset(route) ? "unset" : "served";
}

TEST(OperationsDocument, IsWhatTheTablesSay) {
  std::string text(kHead);
  text += "| operation | request | allowed by | answer |\n|---|---|---|---|\n";
  for (const Route& route : Routes())
    text += fmt::format("| {} | `{}` | {} | {} |\n", route.action, RequestOf(route), AllowedBy(route), AnswerOf(route));
  text += "| the protocol probe | `HEAD /?apiversion` | anybody | served |\n";
  fs::path path = fs::path(ATELIER_SOURCE_DIR) / "docs/object-store-operations.md";
  if (std::getenv("ATELIER_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileDurably(path, text));
  }
  auto document = ReadFile(path);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(text, *document) << "run ATELIER_UPDATE_GOLDEN=1 build/bin/api_object_store_test and commit the document";
}

}  // namespace
}  // namespace atelier::api::s3
