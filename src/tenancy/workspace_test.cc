#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenancy/testing/memory_tenancy.h"
#include "tenancy/testing/tenancy_contracts.h"
#include "tenancy/workspace_service.h"

namespace atelier::tenancy {
namespace {

using testing::HasSubstr;

TEST(MemoryWorkspaceRepository, KeepsTheContract) {
  MemoryWorkspaceRepository repository;
  CheckWorkspaceRepositoryContract(repository);
}

TEST(WorkspaceName, IsFourToSixtyFourCharacters) {
  for (const std::string& name :
       {std::string("team"), std::string("Team-1_x"), std::string(64, 'a'), std::string("视觉团队")})
    EXPECT_TRUE(CheckWorkspaceName(name)) << name;
  for (const std::string& name : {std::string("abc"), std::string(65, 'a'), std::string("a b c"), std::string("a/bc"),
                                  std::string("default"), std::string("abc\xff"), std::string("视觉")})
    EXPECT_EQ(CheckWorkspaceName(name).error().code, "ModelArts.0104") << name;
  EXPECT_TRUE(CheckWorkspaceDescription(std::string(256, 'x')));
  EXPECT_FALSE(CheckWorkspaceDescription(std::string(257, 'x')));
}

class WorkspaceServiceTest : public testing::Test {
 protected:
  std::string Make(const std::string& name) {
    auto made = service_.Create("p1", "anna", {.name = name, .description = "d"});
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->id : "";
  }

  MemoryWorkspaceRepository repository_;
  FakeContents contents_;
  ManualClock clock_{FromUnixMillis(1000)};
  WorkspaceService service_{repository_, contents_, clock_};
};

TEST_F(WorkspaceServiceTest, TheDefaultOneIsAlwaysThere) {
  auto listed = service_.List("p1").value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, "0");
  EXPECT_EQ(service_.Find("any", "0")->name, "default");
  EXPECT_TRUE(service_.Enter("any", "0"));
  EXPECT_EQ(service_.Remove("p1", "0").error().code, "ModelArts.0105");
  EXPECT_EQ(service_.Change("p1", "0", {.name = "mine", .description = {}}).error().code, "ModelArts.0105");
}

TEST_F(WorkspaceServiceTest, MakesChangesAndRemoves) {
  auto id = Make("vision");
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(service_.Create("p1", "bob", {.name = "vision"}).error().code, "ModelArts.0103");
  EXPECT_EQ(service_.Create("p1", "bob", {.name = "x"}).error().code, "ModelArts.0104");
  clock_.Advance(Milliseconds(7));
  ASSERT_TRUE(service_.Change("p1", id, {.name = {}, .description = "new"}));
  auto changed = service_.Find("p1", id).value();
  EXPECT_EQ(changed.name, "vision");
  EXPECT_EQ(changed.description, "new");
  EXPECT_EQ(ToUnixMillis(changed.updated), 1007);
  EXPECT_EQ(service_.Find("p2", id).error().code, "ModelArts.0102");
  EXPECT_EQ(service_.Change("p1", "absent", {}).error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(service_.Remove("p1", id));
  EXPECT_EQ(service_.Remove("p1", id).error().code, "ModelArts.0102");
}

TEST_F(WorkspaceServiceTest, StaysWhileSomethingIsInIt) {
  auto id = Make("vision");
  contents_.contents[id] = {"2 models", "1 service"};
  EXPECT_THAT(service_.Remove("p1", id).error().message, HasSubstr("still has 2 models, 1 service"));
  contents_.contents[id].clear();
  {
    auto first = service_.Enter("p1", id);
    ASSERT_TRUE(first);
    auto second = service_.Enter("p1", id);
    first = Stay();
    EXPECT_THAT(service_.Remove("p1", id).error().message, HasSubstr("being made"));
  }
  EXPECT_TRUE(service_.Remove("p1", id));
  auto gone = service_.Enter("p1", id);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::kInvalidArgument);
  EXPECT_EQ(gone.error().code, "ModelArts.0102");
}

TEST_F(WorkspaceServiceTest, AreBounded) {
  for (std::size_t i = 0; i < WorkspaceService::kMost; ++i) Make("team-" + std::to_string(i));
  EXPECT_EQ(service_.Create("p1", "anna", {.name = "more"}).error().code, "ModelArts.0118");
}

}  // namespace
}  // namespace atelier::tenancy
