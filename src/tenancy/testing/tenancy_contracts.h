// What every repository of this room must do. Include in a test and call with fresh, empty repositories.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenancy/quota_repository.h"
#include "tenancy/tag_repository.h"
#include "tenancy/workspace_repository.h"

namespace atelier::tenancy {

inline void CheckQuotaRepositoryContract(QuotaRepository& repository) {
  EXPECT_TRUE(repository.Find("p1")->empty());
  ASSERT_TRUE(repository.Set("p1", {{Resource::kJobs, 5}, {Resource::kModels, kUnlimited}}));
  ASSERT_TRUE(repository.Set("p1", {{Resource::kJobs, 7}, {Resource::kReplicas, 0}}));
  Limits expected{{Resource::kJobs, 7}, {Resource::kModels, kUnlimited}, {Resource::kReplicas, 0}};
  EXPECT_EQ(repository.Find("p1").value(), expected) << "set, replaced, added";
  EXPECT_TRUE(repository.Find("p2")->empty());
}

inline Workspace SampleWorkspace(const std::string& id, const std::string& name, const std::string& project = "p1") {
  return {.id = id,
          .project_id = project,
          .name = name,
          .description = "the team's",
          .enterprise_project_id = "e1",
          .owner = "anna",
          .created = FromUnixMillis(100),
          .updated = FromUnixMillis(200)};
}

inline void CheckWorkspaceRepositoryContract(WorkspaceRepository& repository) {
  auto vision = SampleWorkspace("w1", "vision");
  ASSERT_TRUE(repository.Insert(vision, 2));
  EXPECT_EQ(repository.Find("p1", "w1")->value(), vision);
  EXPECT_FALSE(repository.Find("p2", "w1")->has_value()) << "of another project";
  EXPECT_EQ(repository.Insert(SampleWorkspace("w2", "vision"), 2).error().kind, ErrorKind::kAlreadyExists);
  ASSERT_TRUE(repository.Insert(SampleWorkspace("w3", "vision", "p2"), 2)) << "names are of a project";
  ASSERT_TRUE(repository.Insert(SampleWorkspace("w4", "audio"), 2));
  EXPECT_EQ(repository.Insert(SampleWorkspace("w5", "text"), 2).error().kind, ErrorKind::kResourceExhausted);
  auto listed = repository.List("p1").value();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].name, "audio");
  EXPECT_EQ(listed[1], vision);

  vision.name = "audio";
  EXPECT_EQ(repository.Update(vision).error().kind, ErrorKind::kAlreadyExists);
  vision.name = "images";
  vision.description = "";
  vision.updated = FromUnixMillis(300);
  ASSERT_TRUE(repository.Update(vision));
  EXPECT_EQ(repository.Find("p1", "w1")->value(), vision);
  EXPECT_EQ(repository.Update(SampleWorkspace("w9", "x")).error().kind, ErrorKind::kNotFound);

  EXPECT_FALSE(repository.Remove("p2", "w1").value());
  EXPECT_TRUE(repository.Remove("p1", "w1").value());
  EXPECT_FALSE(repository.Remove("p1", "w1").value());
}

inline void CheckTagRepositoryContract(TagRepository& repository) {
  using testing::ElementsAre;
  using testing::IsEmpty;
  TaggedId service{"p1", TaggedKind::kService, "s1"};
  EXPECT_THAT(repository.Of(service).value(), IsEmpty());
  ASSERT_TRUE(repository.Put(service, {{"team", "vision"}, {"cost", "7"}}, 3));
  ASSERT_TRUE(repository.Put(service, {{"team", "audio"}, {"stage", ""}}, 3));
  EXPECT_THAT(repository.Of(service).value(), ElementsAre(Tag{"cost", "7"}, Tag{"stage", ""}, Tag{"team", "audio"}));
  EXPECT_EQ(repository.Put(service, {{"a", ""}, {"cost", "8"}}, 3).error().kind, ErrorKind::kResourceExhausted);
  EXPECT_THAT(repository.Of(service).value(), ElementsAre(Tag{"cost", "7"}, Tag{"stage", ""}, Tag{"team", "audio"}))
      << "all or nothing";
  ASSERT_TRUE(repository.Put(service, {{"cost", "8"}}, 3)) << "a value is replaced, however many there are";

  ASSERT_TRUE(repository.Put({"p1", TaggedKind::kTrainingJob, "s1"}, {{"team", "jobs"}}, 3));
  ASSERT_TRUE(repository.Put({"p1", TaggedKind::kService, "s2"}, {{"team", "two"}}, 3));
  ASSERT_TRUE(repository.Put({"p2", TaggedKind::kService, "s3"}, {{"team", "three"}}, 3));
  ASSERT_TRUE(repository.Remove(service, {"stage", "cost", "absent"}));
  auto all = repository.All("p1", TaggedKind::kService).value();
  EXPECT_THAT(all["s1"], ElementsAre(Tag{"team", "audio"}));
  EXPECT_THAT(all["s2"], ElementsAre(Tag{"team", "two"}));
  EXPECT_FALSE(all.contains("s3"));
}

}  // namespace atelier::tenancy
