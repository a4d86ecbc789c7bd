#include "training/parameter_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "training/testing/memory_parameter_set_repository.h"
#include "training/testing/parameter_set_contract.h"
#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

using testing::HasSubstr;

TEST(MemoryParameterSetRepositoryTest, Changes) {
  MemoryParameterSetRepository repository;
  CheckParameterSetChanges(repository);
}

TEST(MemoryParameterSetRepositoryTest, List) {
  MemoryParameterSetRepository repository;
  CheckParameterSetList(repository);
}

class ParameterSetsTest : public testing::Test {
 protected:
  Error Refusal(const std::function<void(ParameterSet&)>& change) {
    auto set = SampleSet("refused");
    change(set);
    auto made = sets_.Create(set);
    EXPECT_FALSE(made);
    return made ? Error{} : made.error();
  }

  TrainingWorld world_;
  MemoryParameterSetRepository repository_;
  ParameterSets sets_{repository_, world_.engines, world_.backend, world_.clock};
};

TEST_F(ParameterSetsTest, KeepsAndShowsAgain) {
  ASSERT_TRUE(sets_.Create(SampleSet("mnist")));
  auto shown = sets_.Find("p1", "mnist");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->set.fields, SampleSet("mnist").fields);
  EXPECT_EQ(shown->set.created, world_.clock.Now());
  EXPECT_EQ(shown->engine->name, "TF-1.8.0-python2.7");
  auto again = sets_.Create(SampleSet("mnist"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "ModelArts.0103");
  auto page = sets_.List("p1", {});
  ASSERT_EQ(page->sets.size(), 1U);
  EXPECT_EQ(page->sets[0].engine->id, 3);
}

TEST_F(ParameterSetsTest, WhatIsNotThereIsNotFound) {
  for (const std::string name : {"absent", "\xFF"}) {
    for (const auto& error : {sets_.Find("p1", name).error(), sets_.Delete("p1", name).error(),
                              sets_.Replace({.project_id = "p1", .name = name}).error()}) {
      EXPECT_EQ(error.kind, ErrorKind::kNotFound);
      EXPECT_THAT(error.message, HasSubstr("there is no training job configuration"));
    }
  }
}

TEST_F(ParameterSetsTest, RefusesBadFieldsByName) {
  const std::vector<std::pair<std::string, std::function<void(ParameterSet&)>>> cases = {
      {"config_name", [](auto& set) { set.name = "%%123"; }},
      {"config_desc", [](auto& set) { set.description = std::string(257, 'x'); }},
      {"app_url", [](auto& set) { set.fields.app_url = "nonsense"; }},
      {"boot_file_url", [](auto& set) { set.fields.boot_file_url = "/b//x.py"; }},
      {"log_url", [](auto& set) { set.fields.log_url = "/" + std::string(2000, 'x'); }},
      {"data_source.data_url", [](auto& set) { set.fields.data_sources[0].data_url = "x"; }},
      {"data_source.type", [](auto& set) { set.fields.data_sources[0].type = "disk"; }},
      {"data_source", [](auto& set) { set.fields.data_sources.resize(33); }},
      {"volumes", [](auto& set) { set.fields.volumes.resize(33); }},
      {"volumes", [](auto& set) { set.fields.volumes[0].src_path = std::string(2000, 'x'); }},
      {"parameter", [](auto& set) { set.fields.parameters = {{"a", "1"}, {"a", "2"}}; }},
      {"user_command", [](auto& set) { set.fields.user_command = std::string("a\0b", 3); }},
      {"worker_server_num", [](auto& set) { set.fields.worker_count = 0; }},
      {"engine_id", [](auto& set) { set.fields.engine_id = 99; }},
      {"spec_id", [](auto& set) { set.fields.spec_id = 99; }},
      {"flavor.code", [](auto& set) { set.fields.flavor_code = "x"; }},
  };
  for (const auto& [field, change] : cases) {
    auto error = Refusal(change);
    EXPECT_EQ(error.code, "ModelArts.0104") << field;
    EXPECT_EQ(error.subject, field) << error.message;
  }
}

TEST_F(ParameterSetsTest, NumberIsBounded) {
  for (std::size_t i = 0; i < ParameterSets::kMostSets; ++i)
    ASSERT_TRUE(repository_.Insert(SampleSet("set-" + std::to_string(i))));
  auto error = Refusal([](auto&) {});
  EXPECT_EQ(error.kind, ErrorKind::kResourceExhausted);
  EXPECT_EQ(error.code, "ModelArts.0118");
}

}  // namespace
}  // namespace atelier::training
