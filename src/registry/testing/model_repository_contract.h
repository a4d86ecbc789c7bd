// What every ModelRepository must do. Include in a test and call with a fresh, empty repository.
#pragma once

#include <gtest/gtest.h>

#include "registry/model_repository.h"

namespace atelier::registry {

inline Model SampleModel(const std::string& id, const std::string& name, const std::string& version,
                         std::int64_t created) {
  Model model;
  model.id = id;
  model.project_id = "p1";
  model.owner = "admin";
  model.name = name;
  model.version = version;
  model.description = "digits";
  model.source_location = "/b/m/";
  model.package_bucket = "b";
  model.package_prefix = "m/model/";
  model.execution_code = "/b/m/model/customize_service.py";
  model.config.model_type = "TensorFlow";
  model.config.metrics = R"({"accuracy":0.9})";
  model.config.apis.push_back(
      {"http", "/", "POST", "multipart/form-data", "application/json", R"({"type":"object"})", ""});
  model.config.dependencies.push_back({"pip", {{"numpy", "1.15.0", "ATLEAST"}}});
  model.config.warnings = {"one", "two"};
  model.install_types = {"real-time"};
  model.size_bytes = 4711;
  model.source_copy = "true";
  model.docs = R"([{"doc_name":"a","doc_url":"b"}])";
  model.input_params = R"([{"url":"/"}])";
  model.created = model.updated = FromUnixMillis(created);
  return model;
}

// Filters, orders and pages of lists (modelarts-api section 3.3).
inline void CheckModelLists(ModelRepository& repository) {
  for (int i = 0; i < 25; ++i) {
    auto letter = std::string(1, static_cast<char>('a' + i));
    auto model = SampleModel("l" + std::to_string(i), "Name_" + letter, i % 2 == 0 ? "1.0.0" : "2.0.0", i / 2);
    model.project_id = "lists";
    model.size_bytes = static_cast<std::uint64_t>(1000 - i);
    model.status = i % 5 == 0 ? ModelStatus::kFailed : ModelStatus::kPublished;
    if (i == 3) model.status = ModelStatus::kDeleting;
    if (i % 4 == 0) model.workspace_id = "w";
    model.description = "Digits of " + letter;
    model.config.model_type = i < 20 ? "TensorFlow" : "PyTorch";
    ASSERT_TRUE(repository.Insert(model));
  }
  auto names = [&](const ModelFilter& filter) {
    auto page = repository.List("lists", filter);
    std::string text;
    for (const auto& model : page->models) text += model.name.substr(5);
    return text + "/" + std::to_string(page->total);
  };
  ModelFilter filter;
  filter.limit = 4;
  EXPECT_EQ(names(filter), "yxwv/24") << "newest first; what is being deleted is gone already";
  filter.offset = 5;
  EXPECT_EQ(names(filter), "ecba/24");
  filter.offset = 6;
  EXPECT_EQ(names(filter), "/24") << "beyond the last page";
  filter = {};
  filter.limit = 3;
  filter.sort_by = "model_size";
  filter.ascending = true;
  EXPECT_EQ(names(filter), "yxw/24");
  filter.sort_by = "model_version";
  EXPECT_EQ(names(filter), "ace/24");
  filter = {};
  filter.status = "failed";
  EXPECT_EQ(names(filter), "upkfa/5");
  filter.workspace_id = "w";
  EXPECT_EQ(names(filter), "ua/2");
  filter = {};
  filter.type = "pytorch";
  EXPECT_EQ(names(filter), "yxwvu/5") << "in any case";
  filter.type.clear();
  filter.not_type = "TENSORFLOW";
  EXPECT_EQ(names(filter), "yxwvu/5");
  filter = {};
  filter.name = "name_B";
  EXPECT_EQ(names(filter), "b/1") << "in any case";
  filter.exact = true;
  EXPECT_EQ(names(filter), "/0") << "the name itself";
  filter = {};
  filter.description = "OF c";
  filter.version = "1.0.0";
  EXPECT_EQ(names(filter), "c/1");
}

inline void CheckModelRepositoryContract(ModelRepository& repository) {
  ASSERT_TRUE(repository.Insert(SampleModel("1", "mnist", "1.0.0", 100)));
  ASSERT_TRUE(repository.Insert(SampleModel("2", "mnist", "1.0.1", 200)));
  ASSERT_TRUE(repository.Insert(SampleModel("3", "other", "1.0.0", 300)));
  auto taken = repository.Insert(SampleModel("4", "mnist", "1.0.1", 400));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::kAlreadyExists);

  auto found = repository.Find("1");
  ASSERT_TRUE(found && found->has_value());
  const Model& model = **found;
  EXPECT_EQ(model.version, "1.0.0");
  EXPECT_EQ(model.config.apis.at(0).request_schema, R"({"type":"object"})");
  EXPECT_EQ(model.config.dependencies.at(0).packages.at(0).restraint, "ATLEAST");
  EXPECT_EQ(model.config.warnings.size(), 2U);
  EXPECT_EQ(model.install_types.size(), 1U);
  EXPECT_EQ(model.size_bytes, 4711U);
  EXPECT_EQ(model.source_copy, "true");
  EXPECT_EQ(model.docs, R"([{"doc_name":"a","doc_url":"b"}])");
  EXPECT_EQ(model.input_params, R"([{"url":"/"}])");
  EXPECT_EQ(ToUnixMillis(model.created), 100);
  EXPECT_FALSE(repository.Find("9")->has_value());

  EXPECT_EQ(repository.Unsettled()->size(), 3U);
  auto changed = model;
  changed.status = ModelStatus::kPublished;
  changed.check_report = "{}";
  ASSERT_TRUE(repository.Update(changed));
  EXPECT_EQ(repository.Unsettled()->size(), 2U);
  EXPECT_EQ((*repository.Find("1"))->status, ModelStatus::kPublished);

  ModelFilter filter;
  auto all = repository.List("p1", filter);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->total, 3U);
  EXPECT_EQ(all->models.at(0).id, "3") << "newest first";
  filter.name = "nis";
  EXPECT_EQ(repository.List("p1", filter)->total, 2U);
  filter.exact = true;
  EXPECT_EQ(repository.List("p1", filter)->total, 0U);
  filter.name = "mnist";
  filter.limit = 1;
  filter.offset = 1;
  auto second = repository.List("p1", filter);
  EXPECT_EQ(second->total, 2U);
  ASSERT_EQ(second->models.size(), 1U);
  EXPECT_EQ(second->models[0].id, "1");
  ModelFilter published;
  published.status = "published";
  EXPECT_EQ(repository.List("p1", published)->total, 1U);
  EXPECT_EQ(repository.List("p2", ModelFilter{})->total, 0U);

  changed.workspace_id = "w";
  ASSERT_TRUE(repository.Update(changed));
  ModelFilter in_workspace;
  in_workspace.workspace_id = "w";
  EXPECT_EQ(repository.List("p1", in_workspace)->total, 1U);
  EXPECT_EQ(repository.List("p1", in_workspace)->models.at(0).id, "1");
  in_workspace.workspace_id = "0";
  EXPECT_EQ(repository.List("p1", in_workspace)->total, 2U);

  ASSERT_TRUE(repository.Remove("1"));
  EXPECT_FALSE(repository.Find("1")->has_value());
  EXPECT_EQ(repository.Update(changed).error().kind, ErrorKind::kNotFound);
  CheckModelLists(repository);
}

}  // namespace atelier::registry
