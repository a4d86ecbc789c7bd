// What every ParameterSetRepository must do. Include in a test and call with a fresh, empty repository.
#pragma once

#include <gtest/gtest.h>

#include "training/parameter_set.h"

namespace atelier::training {

inline ParameterSet SampleSet(const std::string& name, const std::string& description = "d",
                              std::int64_t created = 100) {
  ParameterSet set{.project_id = "p1", .name = name, .description = description, .created = FromUnixMillis(created)};
  auto& fields = set.fields;
  fields.worker_count = 1;
  fields.engine_id = 3;
  fields.model_id = 5'000'000'000;
  fields.create_version = false;
  fields.app_url = "/b/code/";
  fields.boot_file_url = "/b/code/train.py";
  fields.train_url = "/b/out/";
  fields.dataset_id = "ds";
  fields.dataset_version_id = "v";
  fields.flavor_code = "modelarts.vm.cpu.2u";
  fields.pool_id = "pool";
  fields.user_image_url = "image";
  fields.user_command = "bash run.sh \"x\"";
  fields.parameters = {{"max_steps", "10"}, {"quote", R"(a"b,c\)"}};
  fields.data_sources = {{.type = "obs", .data_url = "/b/data/", .dataset_id = "", .dataset_version = ""},
                         {.type = "dataset", .data_url = "", .dataset_id = "d", .dataset_version = "w"}};
  fields.volumes = {{.kind = Volume::Kind::kNfs, .id = "n", .src_path = "a:/b", .dest_path = "/c", .read_only = true},
                    {.kind = Volume::Kind::kHostPath, .id = "", .src_path = "/d", .dest_path = "/e"}};
  return set;
}

inline std::vector<std::string> NamesOf(const Result<SetPage>& page) {
  std::vector<std::string> names;
  EXPECT_TRUE(page);
  if (page)
    for (const auto& set : page->sets) names.push_back(set.name);
  return names;
}

inline void CheckParameterSetChanges(ParameterSetRepository& repository) {
  auto set = SampleSet("mnist");
  ASSERT_TRUE(repository.Insert(set));
  EXPECT_EQ(**repository.Find("p1", "mnist"), set);
  EXPECT_FALSE(repository.Find("p2", "mnist")->has_value());
  auto taken = repository.Insert(set);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(taken.error().code, "ModelArts.0103");
  EXPECT_EQ(taken.error().message, "Config name:mnist is existed");

  ParameterSet changed{.project_id = "p1", .name = "mnist", .description = "new", .created = {}, .fields = {}};
  ASSERT_TRUE(repository.Update(changed));
  auto stored = **repository.Find("p1", "mnist");
  EXPECT_EQ(stored.description, "new");
  EXPECT_EQ(stored.fields, ConfigFields());
  EXPECT_EQ(stored.created, set.created) << "the creation stays";

  auto elsewhere = changed;
  elsewhere.project_id = "p2";
  EXPECT_EQ(repository.Update(elsewhere).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(repository.Remove("p2", "mnist").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(*repository.Count("p1"), 1U);
  EXPECT_EQ(*repository.Count("p2"), 0U);
  ASSERT_TRUE(repository.Remove("p1", "mnist"));
  EXPECT_EQ(*repository.Count("p1"), 0U);
}

inline void CheckParameterSetList(ParameterSetRepository& repository) {
  using Names = std::vector<std::string>;
  ASSERT_TRUE(repository.Insert(SampleSet("beta", "x", 300)));
  ASSERT_TRUE(repository.Insert(SampleSet("alpha_MNIST", "y", 200)));
  ASSERT_TRUE(repository.Insert(SampleSet("gamma-mnist", "x", 100)));
  auto other = SampleSet("other");
  other.project_id = "p2";
  ASSERT_TRUE(repository.Insert(other));

  auto ordered = [&](SetOrder order, bool descending) {
    return NamesOf(repository.List("p1", {.order = order, .descending = descending}));
  };
  EXPECT_EQ(ordered(SetOrder::kName, false), (Names{"alpha_MNIST", "beta", "gamma-mnist"}));
  EXPECT_EQ(ordered(SetOrder::kName, true), (Names{"gamma-mnist", "beta", "alpha_MNIST"}));
  EXPECT_EQ(ordered(SetOrder::kDescription, false), (Names{"beta", "gamma-mnist", "alpha_MNIST"}));
  EXPECT_EQ(ordered(SetOrder::kDescription, true), (Names{"alpha_MNIST", "gamma-mnist", "beta"}));
  EXPECT_EQ(ordered(SetOrder::kCreated, false), (Names{"gamma-mnist", "alpha_MNIST", "beta"}));
  EXPECT_EQ(ordered(SetOrder::kCreated, true), (Names{"beta", "alpha_MNIST", "gamma-mnist"}));

  auto searched = repository.List("p1", {.search = "mnist", .descending = false});
  EXPECT_EQ(NamesOf(searched), (Names{"alpha_MNIST", "gamma-mnist"}));
  EXPECT_EQ(searched->total, 2U);
  EXPECT_EQ(NamesOf(repository.List("p1", {.search = "a_m"})), (Names{"alpha_MNIST"})) << "no wildcard";
  auto page = repository.List("p1", {.descending = false, .page = 2, .per_page = 2});
  EXPECT_EQ(NamesOf(page), (Names{"gamma-mnist"}));
  EXPECT_EQ(page->total, 3U);
  EXPECT_TRUE(repository.List("p1", {.page = 65535, .per_page = 1000})->sets.empty());
}

}  // namespace atelier::training
