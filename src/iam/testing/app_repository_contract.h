// What every AppRepository must do. Call with a fresh, empty repository.
#pragma once

#include <gtest/gtest.h>

#include "iam/apps.h"

namespace atelier::iam {

inline App SampleApp(const std::string& id, const std::string& name) {
  App app;
  app.id = id;
  app.project_id = "p";
  app.name = name;
  app.remark = "it's \"one\"";
  app.user_id = "u";
  app.key = "key-" + id;
  app.secret = "secret";
  app.codes = {{"digest-" + id, "abc", FromUnixMillis(3)}};
  app.created = FromUnixMillis(1);
  app.updated = FromUnixMillis(2);
  return app;
}

inline void CheckAppRepositoryContract(AppRepository& repository) {
  ASSERT_TRUE(repository.Insert(SampleApp("1", "one")));
  ASSERT_TRUE(repository.Insert(SampleApp("2", "two")));
  EXPECT_EQ(repository.Insert(SampleApp("3", "two")).error().kind, ErrorKind::kAlreadyExists);
  auto app = repository.Apps()->at(0);
  EXPECT_EQ(app.name, "one");
  EXPECT_EQ(app.remark, "it's \"one\"");
  EXPECT_EQ(app.user_id, "u");
  EXPECT_EQ(app.key, "key-1");
  EXPECT_EQ(app.codes.at(0).digest, "digest-1");
  EXPECT_EQ(app.codes[0].hint, "abc");
  EXPECT_EQ(ToUnixMillis(app.codes[0].created), 3);
  EXPECT_EQ(ToUnixMillis(app.created), 1);

  app.secret = "another";
  app.updated = FromUnixMillis(9);
  app.codes = {{"d1", "1", FromUnixMillis(4)}, {"d2", "2", FromUnixMillis(5)}};
  ASSERT_TRUE(repository.Update(app));
  EXPECT_EQ(repository.Apps()->at(0).secret, "another");
  EXPECT_EQ(repository.Apps()->at(0).codes.size(), 2U);
  EXPECT_EQ(repository.Apps()->at(0).codes[1].digest, "d2") << "in their order";
  EXPECT_EQ(repository.Update(SampleApp("9", "nine")).error().kind, ErrorKind::kNotFound);

  ASSERT_TRUE(repository.InsertApi({"a1", "p", "s1", FromUnixMillis(6)}));
  ASSERT_TRUE(repository.InsertApi({"a2", "p", "s2", FromUnixMillis(7)}));
  EXPECT_EQ(repository.InsertApi({"a3", "p", "s2", {}}).error().kind, ErrorKind::kAlreadyExists);
  ASSERT_TRUE(repository.InsertGrant({"g1", "a1", "1", FromUnixMillis(8)}));
  ASSERT_TRUE(repository.InsertGrant({"g2", "a1", "2", {}}));
  ASSERT_TRUE(repository.InsertGrant({"g3", "a2", "1", {}}));
  EXPECT_EQ(repository.InsertGrant({"g4", "a1", "1", {}}).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(repository.Apis()->at(0).service_id, "s1");
  EXPECT_EQ(repository.Grants()->size(), 3U);

  ASSERT_TRUE(repository.RemoveGrant("a1", "2"));
  ASSERT_TRUE(repository.RemoveGrant("a1", "2")) << "once more";
  EXPECT_EQ(repository.Grants()->size(), 2U);
  ASSERT_TRUE(repository.RemoveApi("a1"));
  EXPECT_EQ(repository.Grants()->size(), 1U) << "with its grants";
  ASSERT_TRUE(repository.Remove("1"));
  EXPECT_TRUE(repository.Grants()->empty()) << "with its grants";
  EXPECT_EQ(repository.Apps()->size(), 1U);
  ASSERT_TRUE(repository.Insert(SampleApp("4", "one"))) << "the name is free again";
}

}  // namespace atelier::iam
