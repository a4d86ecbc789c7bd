#include "api/audit/audit_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/testing/entries.h"
#include "audit/testing/memory_audit_repository.h"
#include "base/json.h"

namespace atelier::api {
namespace {

class AuditRoutesTest : public testing::Test {
 protected:
  json::object Ask(const std::string& query, bool sees_all = false) {
    sees_all_ = sees_all;
    http::Request request;
    request.query = http::Query::Parse(query);
    iam::Principal principal;
    principal.project_id = "p1";
    PlatformCall call{request, {}, "", principal, ""};
    auto response = routes_.front().target.handler(call);
    if (!response) ADD_FAILURE() << response.error().message;
    return response ? ParseJsonObject(std::get<std::string>(response->body)).value() : json::object();
  }
  std::string Actions(const json::object& answer) {
    std::string actions;
    for (const auto& entry : answer.at("entries").as_array())
      actions += std::string(entry.as_object().at("action").as_string()) + " ";
    return actions;
  }
  void Record(audit::Entry entry) { ASSERT_TRUE(log_.Record(std::move(entry))); }

  audit::MemoryAuditRepository repository_;
  ManualClock clock_{FromUnixMillis(5000)};
  audit::AuditLog log_{repository_, clock_, {}};
  bool sees_all_ = false;
  std::vector<PlatformRoute> routes_ = AuditRoutes(log_, [this](const iam::Principal&) { return sees_all_; });
};

TEST_F(AuditRoutesTest, OnlyAdministratorsMayLook) {
  auto need = NeedOf(routes_.front().target, "GET");
  EXPECT_EQ(need.operation, iam::Operation::kAdminister);
  EXPECT_EQ(need.scope, iam::Scope::kProject);
}

TEST_F(AuditRoutesTest, PagesByMarker) {
  for (const char* action : {"a", "b", "c"}) Record(audit::MakeEntry(action, 0));
  auto first = Ask("limit=2");
  EXPECT_EQ(Actions(first), "c b ");
  EXPECT_EQ(first.at("count"), 2);
  auto second = Ask("limit=2&marker=" + CompactJson(first.at("next_marker")));
  EXPECT_EQ(Actions(second), "a ");
  EXPECT_FALSE(second.contains("next_marker"));
  EXPECT_EQ(Actions(Ask("limit=")), "c b a ");
}

TEST_F(AuditRoutesTest, FiltersAreTheRepositorys) {
  Record(audit::MakeEntry("a", 0, 403));
  clock_.Advance(Milliseconds(1000));
  Record(audit::MakeEntry("b", 0));
  EXPECT_EQ(Actions(Ask("status=403")), "a ");
  EXPECT_EQ(Actions(Ask("action=b&user=u1")), "b ");
  EXPECT_EQ(Actions(Ask("start_time=6000")), "b ");
  EXPECT_EQ(Actions(Ask("end_time=6000")), "a ");
}

TEST_F(AuditRoutesTest, WhatBelongsToNoProjectIsForThoseWhoSeeAll) {
  auto stranger = audit::MakeEntry("CreateToken", 0, 401);
  stranger.project_id = "";
  Record(stranger);
  EXPECT_EQ(Actions(Ask("")), "");
  EXPECT_EQ(Actions(Ask("", true)), "CreateToken ");
}

}  // namespace
}  // namespace atelier::api
