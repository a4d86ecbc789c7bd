// docs/api-operations.md is what the specification says. ATELIER_UPDATE_GOLDEN=1 rewrites it.
#include "spec/operations_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/files.h"
#include "spec/document.h"

namespace atelier::spec {
namespace {

TEST(OperationsPage, IsInTheDocs) {
  auto specification = Specification::Parse(DocumentText());
  ASSERT_TRUE(specification) << specification.error().message;
  auto page = OperationsPage(*specification);
  fs::path path = fs::path(ATELIER_SOURCE_DIR) / "docs/api-operations.md";
  if (std::getenv("ATELIER_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileDurably(path, page));
  }
  auto document = ReadFile(path);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(page, *document) << "run ATELIER_UPDATE_GOLDEN=1 build/bin/spec_test and commit the document";
}

TEST(OperationsPage, SaysWhoMayAndWhatIsNotServed) {
  auto specification = Specification::Parse(R"({"tags": [{"name": "a"}], "paths": {"/x": {
    "get": {"operationId": "Get", "tags": ["a"], "summary": "S"},
    "put": {"operationId": "Put", "tags": ["a"], "x-not-served": "things"},
    "post": {"operationId": "Post", "tags": ["a"], "security": []},
    "patch": {"operationId": "Patch", "tags": ["a"], "x-needs": "administer"},
    "delete": {"operationId": "Delete", "tags": ["a"], "x-who-may": "the user"}}}})");
  ASSERT_TRUE(specification) << specification.error().message;
  auto page = OperationsPage(*specification);
  for (const char* row :
       {"| Get | `GET /x` | S | every role | served |", "| Put | `PUT /x` |  | `user`, `admin` | 501 |",
        "| Post | `POST /x` |  | anybody | served |", "| Patch | `PATCH /x` |  | `admin` | served |",
        "| Delete | `DELETE /x` |  | the user | served |"})
    EXPECT_THAT(page, testing::HasSubstr(row));
}

}  // namespace
}  // namespace atelier::spec
