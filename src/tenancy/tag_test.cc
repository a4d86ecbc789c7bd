#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenancy/tag_service.h"
#include "tenancy/testing/memory_tenancy.h"
#include "tenancy/testing/tenancy_contracts.h"

namespace atelier::tenancy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MemoryTagRepository, KeepsTheContract) {
  MemoryTagRepository repository;
  CheckTagRepositoryContract(repository);
}

TEST(Tags, AreChecked) {
  EXPECT_TRUE(CheckTags({}));
  EXPECT_TRUE(CheckTags({{"a b_.:=+-@1", "x/y z"}, {"团队", ""}}));
  EXPECT_TRUE(CheckTags({{std::string(128, 'k'), std::string(255, 'v')}}));
  std::vector<Tag> many;
  for (int i = 0; i < 21; ++i) many.push_back({std::to_string(i), ""});
  for (const auto& bad :
       {std::vector<Tag>{{"", "v"}}, std::vector<Tag>{{" k", ""}}, std::vector<Tag>{{"k ", ""}},
        std::vector<Tag>{{"_sys_k", ""}}, std::vector<Tag>{{"a/b", ""}}, std::vector<Tag>{{"k", "a*b"}},
        std::vector<Tag>{{"\xff", ""}}, std::vector<Tag>{{"k", "\xff"}}, std::vector<Tag>{{std::string(129, 'k'), ""}},
        std::vector<Tag>{{"k", std::string(256, 'v')}}, std::vector<Tag>{{"k", "1"}, {"k", "2"}}, many})
    EXPECT_EQ(CheckTags(bad).error().code, "ModelArts.0104") << testing::PrintToString(bad.size());
}

TEST(Tags, AreFoundByTheirValues) {
  std::vector<Tag> tags{{"stage", "live"}, {"team", "vision"}};
  struct Row {
    TagQuery query;
    bool fits;
  };
  const std::vector<Row> rows = {
      {{}, true},
      {{.tags = {{"team", {}}}}, true},
      {{.tags = {{"team", {"audio", "vision"}}}}, true},
      {{.tags = {{"team", {"audio"}}}}, false},
      {{.tags = {{"team", {}}, {"stage", {"live"}}}}, true},
      {{.tags = {{"team", {}}, {"owner", {}}}}, false},
      {{.without_any_tag = true}, false},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(Fits(rows[i].query, tags), rows[i].fits) << i;
  EXPECT_TRUE(Fits({.without_any_tag = true}, {}));
}

class TagServiceTest : public testing::Test {
 protected:
  TagServiceTest() {
    resources_.resources[{"p1", TaggedKind::kTrainingJob}] = {
        {"1", "uuid-1", "mnist", "0"}, {"2", "uuid-2", "resnet", "w"}, {"3", "uuid-3", "Mnist-2", "w"}};
  }
  static TaggedId Job(const std::string& id) { return {"p1", TaggedKind::kTrainingJob, id}; }
  std::string Found(const TagQuery& query, std::size_t offset = 0, std::size_t limit = 10) {
    std::string ids;
    for (const auto& found : service_.Search("p1", TaggedKind::kTrainingJob, query, offset, limit)->resources)
      ids += found.resource.id;
    return ids;
  }

  MemoryTagRepository repository_;
  FakeTaggedResources resources_;
  TagService service_{repository_, resources_};
};

TEST_F(TagServiceTest, HangOnAResourceByAnyOfItsIds) {
  ASSERT_TRUE(service_.Add(Job("uuid-1"), {{"team", "vision"}, {"stage", "live"}}));
  EXPECT_THAT(service_.Of(Job("1")).value(), ElementsAre(Tag{"stage", "live"}, Tag{"team", "vision"}));
  EXPECT_EQ(service_.Of(Job("9")).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(service_.Add(Job("9"), {}).error().code, "ModelArts.0101");
  EXPECT_EQ(service_.Add(Job("1"), {{"", ""}}).error().code, "ModelArts.0104");
  ASSERT_TRUE(service_.Remove(Job("1"), {{"team", "audio"}, {"stage", ""}, {"absent", ""}}));
  EXPECT_THAT(service_.Of(Job("1")).value(), ElementsAre(Tag{"team", "vision"})) << "another value, no value, no tag";
  for (int i = 0; i < 19; ++i) ASSERT_TRUE(service_.Add(Job("1"), {{std::to_string(i), ""}}));
  EXPECT_EQ(service_.Add(Job("1"), {{"more", ""}}).error().code, "ModelArts.0118");
}

TEST_F(TagServiceTest, AreSearchedAndListed) {
  ASSERT_TRUE(service_.Add(Job("1"), {{"team", "vision"}}));
  ASSERT_TRUE(service_.Add(Job("2"), {{"team", "audio"}}));
  EXPECT_EQ(Found({}), "123");
  EXPECT_EQ(Found({.tags = {{"team", {}}}}), "12");
  EXPECT_EQ(Found({.without_any_tag = true}), "3");
  EXPECT_EQ(Found({.name = "MNIST"}), "13");
  EXPECT_EQ(Found({.workspace_id = "w"}), "23");
  EXPECT_EQ(Found({}, 1, 1), "2");
  EXPECT_EQ(service_.Search("p1", TaggedKind::kTrainingJob, {}, 1, 1)->total, 3U);
  auto used = service_.Used("p1", TaggedKind::kTrainingJob).value();
  ASSERT_EQ(used.size(), 1U);
  EXPECT_EQ(used[0].key, "team");
  EXPECT_THAT(used[0].values, ElementsAre("audio", "vision"));
  EXPECT_THAT(service_.Used("p1", TaggedKind::kService).value(), IsEmpty());
}

}  // namespace
}  // namespace atelier::tenancy
