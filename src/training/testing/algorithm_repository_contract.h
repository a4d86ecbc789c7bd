// What every AlgorithmRepository must do. Include in a test and call with a fresh, empty repository.
#pragma once

#include <gtest/gtest.h>

#include "training/algorithm_repository.h"

namespace atelier::training {

inline Algorithm SampleAlgorithm(const std::string& id, const std::string& name, std::int64_t created) {
  Algorithm algorithm;
  algorithm.id = id;
  algorithm.project_id = "p1";
  algorithm.domain_id = "d1";
  algorithm.owner = "anna";
  algorithm.created = algorithm.updated = FromUnixMillis(created);
  auto& spec = algorithm.spec;
  spec.name = name;
  spec.description = "digits";
  spec.code_dir = "/b/code/";
  spec.boot_file = "/b/code/train.py";
  spec.command = "python train.py";
  spec.engine = {"tf-1", "TensorFlow", "2.15", ""};
  spec.parameters = {
      {"steps",
       "10",
       "how many",
       {ParameterType::kInteger, false, true, true, ValidKind::kRange, {"1", "99"}},
       "en",
       "steps"},
      {"mode", "", "", {ParameterType::kString, true, false, false, ValidKind::kChoice, {"a", "b"}}, "", ""}};
  spec.inputs = {{"data_url", "in", {{"obs", "[]"}, {"dataset", R"([{"data_format":"Default"}])"}}}};
  spec.outputs = {{"train_url", "out", {}}};
  spec.parameters_customization = false;
  spec.resource_requirements = {{"flavor_type", {"CPU", "GPU"}, "in"}};
  spec.advanced_config = R"({"auto_search":{"skip_search_params":""}})";
  return algorithm;
}

inline std::string NamesOf(const AlgorithmPage& page) {
  std::string names;
  for (const auto& algorithm : page.algorithms) names += (names.empty() ? "" : ",") + algorithm.spec.name;
  return names;
}

inline void CheckAlgorithmChanges(AlgorithmRepository& repository) {
  auto first = SampleAlgorithm("a", "mnist", 100);
  ASSERT_TRUE(repository.Insert(first));
  EXPECT_EQ(repository.Find("p1", "a")->value(), first) << "everything comes back";
  EXPECT_FALSE(repository.Find("p2", "a")->has_value()) << "of another project";
  EXPECT_FALSE(repository.Find("p1", "b")->has_value());
  EXPECT_EQ(repository.Insert(SampleAlgorithm("b", "mnist", 200)).error().kind, ErrorKind::kAlreadyExists);
  auto elsewhere = SampleAlgorithm("c", "mnist", 200);
  elsewhere.project_id = "p2";
  ASSERT_TRUE(repository.Insert(elsewhere)) << "names are of a project";

  auto second = SampleAlgorithm("d", "resnet", 300);
  ASSERT_TRUE(repository.Insert(second));
  second.spec.name = "mnist";
  EXPECT_EQ(repository.Update(second).error().kind, ErrorKind::kAlreadyExists);
  second.spec.name = "vgg";
  second.spec.parameters.clear();
  second.updated = FromUnixMillis(400);
  ASSERT_TRUE(repository.Update(second));
  EXPECT_EQ(repository.Find("p1", "d")->value(), second);
  EXPECT_EQ(repository.Update(SampleAlgorithm("x", "x", 1)).error().kind, ErrorKind::kNotFound);

  EXPECT_FALSE(repository.Remove("p2", "d").value()) << "of another project";
  EXPECT_TRUE(repository.Remove("p1", "d").value());
  EXPECT_FALSE(repository.Remove("p1", "d").value());
  ASSERT_TRUE(repository.Insert(SampleAlgorithm("e", "vgg", 500))) << "the name is free again";
}

inline void CheckAlgorithmLists(AlgorithmRepository& repository) {
  for (auto [id, name, created] : {std::tuple{"3", "beta", 100}, {"1", "alpha", 200}, {"2", "Gamma_1", 200}}) {
    auto algorithm = SampleAlgorithm(id, name, created);
    algorithm.updated = FromUnixMillis(1000 - created);
    if (algorithm.spec.name == "beta") algorithm.spec.workspace_id = "w";
    ASSERT_TRUE(repository.Insert(algorithm));
  }
  auto list = [&](AlgorithmQuery query) { return repository.List("p1", query).value(); };
  EXPECT_EQ(NamesOf(list({})), "Gamma_1,alpha,beta") << "newest first, then by id";
  EXPECT_EQ(NamesOf(list({.order = AlgorithmOrder::kName, .descending = false})), "Gamma_1,alpha,beta");
  EXPECT_EQ(NamesOf(list({.order = AlgorithmOrder::kUpdated})), "beta,Gamma_1,alpha");
  EXPECT_EQ(NamesOf(list({.search = "GAMMA_"})), "Gamma_1");
  EXPECT_EQ(NamesOf(list({.search = "a_p"})), "") << "no pattern";
  EXPECT_EQ(NamesOf(list({.workspace_id = "w"})), "beta");
  auto page = list({.descending = false, .offset = 1, .limit = 1});
  EXPECT_EQ(NamesOf(page), "alpha");
  EXPECT_EQ(page.matching, 3U);
  EXPECT_EQ(list({.search = "alp"}).total, 3U);
  EXPECT_EQ(list({.search = "alp"}).matching, 1U);
  EXPECT_EQ(NamesOf(list({.offset = 9})), "");
  EXPECT_EQ(repository.List("p2", {})->total, 0U);
}

}  // namespace atelier::training
