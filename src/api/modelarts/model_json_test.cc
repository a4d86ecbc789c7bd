#include "api/modelarts/model_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace atelier::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Text(const json::value& value) { return std::string(value.as_string()); }

TEST(ParseImportRequest, ReadsEveryField) {
  auto request = ParseImportRequest(R"({
    "model_name": "mnist", "model_version": "1.0.0", "description": "digits", "source_location": "/bucket/m/",
    "model_type": "TensorFlow", "model_algorithm": "image_classification", "runtime": "tf1.13-python3.7-cpu",
    "source_job_id": 42, "source_job_version": "V0001", "workspace_id": "w", "install_type": ["real-time"],
    "apis": [{"url": "/", "method": "post"}],
    "dependencies": [{"installer": "pip", "packages": [{"package_name": "numpy"}]}]
  })");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->name, "mnist");
  EXPECT_EQ(request->version, "1.0.0");
  EXPECT_EQ(request->description, "digits");
  EXPECT_EQ(request->source_location, "/bucket/m/");
  EXPECT_EQ(request->model_type, "TensorFlow");
  EXPECT_EQ(request->model_algorithm, "image_classification");
  EXPECT_EQ(request->runtime, "tf1.13-python3.7-cpu");
  EXPECT_EQ(request->source_job_id, "42");
  EXPECT_EQ(request->source_job_version, "V0001");
  EXPECT_EQ(request->workspace_id, "w");
  EXPECT_THAT(request->install_types, ElementsAre("real-time"));
  EXPECT_EQ(request->apis, R"([{"url":"/","method":"post"}])");
  EXPECT_EQ(request->dependencies, R"([{"installer":"pip","packages":[{"package_name":"numpy"}]}])");
}

TEST(ParseImportRequest, ArraysMayBeStringsThatHoldJson) {
  auto request = ParseImportRequest(R"({
    "apis": " [{\"url\": \"/\"}] ", "dependencies": "[]", "install_type": "[\"batch\"]",
    "initial_config": "{\"model_type\": \"TensorFlow\"}", "source_job_id": "9bd2"
  })");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->apis, R"([{"url": "/"}])");
  EXPECT_EQ(request->dependencies, "[]");
  EXPECT_EQ(request->initial_config, R"({"model_type": "TensorFlow"})");
  EXPECT_THAT(request->install_types, ElementsAre("batch"));
  EXPECT_EQ(request->source_job_id, "9bd2");
}

TEST(ParseImportRequest, AbsentAndNullAreTheDefaults) {
  for (std::string_view body :
       {R"({})", R"({"apis": null, "source_job_id": null, "workspace_id": 0, "install_type": null})",
        R"({"apis": "", "initial_config": "", "install_type": ""})"}) {
    auto request = ParseImportRequest(body);
    ASSERT_TRUE(request) << body << request.error().message;
    EXPECT_EQ(request->apis, "");
    EXPECT_EQ(request->initial_config, "");
    EXPECT_EQ(request->source_job_id, "");
    EXPECT_EQ(request->workspace_id, "0");
    EXPECT_THAT(request->install_types, ElementsAre("real-time", "batch"));
  }
}

TEST(ParseImportRequest, RefusalsNameTheKey) {
  struct Case {
    std::string body, says;
  };
  for (const auto& [body, says] : std::vector<Case>{
           {"", "line 1"},
           {"[]", "expected a JSON object"},
           {R"({"model_name": 3})", "'model_name' must be a string"},
           {R"({"install_type": []})", "install_type: expected an array"},
           {R"({"install_type": "{}"})", "install_type: expected an array"},
           {R"({"install_type": "real-time"})", "install_type: line 1"},
       }) {
    auto request = ParseImportRequest(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().kind, ErrorKind::kInvalidArgument) << body;
    EXPECT_THAT(request.error().message, HasSubstr(says)) << body;
  }
}

registry::Model Sample() {
  registry::Model model;
  model.id = "9bd2";
  model.status = registry::ModelStatus::kPublished;
  model.config.model_type = "TensorFlow";
  model.config.apis.push_back({"http", "/", "POST", "multipart/form-data", "application/json",
                               R"({"type":"object","properties":{"images":{"type":"file"},"odd":3}})", ""});
  model.config.dependencies.push_back({"pip", {{"numpy", "1.15.0", "ATLEAST"}}});
  model.config.warnings = {"a warning"};
  model.install_types = {"real-time"};
  model.created = FromUnixMillis(1'700'000'000'000);
  return model;
}

TEST(ModelListItem, HasTheFieldsOfTheList) {
  auto item = ModelListItem(Sample());
  EXPECT_EQ(Text(item.at("model_id")), "9bd2");
  EXPECT_EQ(Text(item.at("model_status")), "published");
  EXPECT_EQ(Text(item.at("model_source")), "custom");
  EXPECT_EQ(item.at("create_at").to_number<std::int64_t>(), 1'700'000'000'000);
  EXPECT_EQ(CompactJson(item.at("install_type")), R"(["real-time"])");
  EXPECT_FALSE(item.contains("apis")) << "details only";
  auto trained = Sample();
  trained.source_job_id = "42";
  EXPECT_EQ(Text(ModelListItem(trained).at("model_source")), "algos");
}

TEST(ModelDetails, OneParameterRowForEachProperty) {
  auto details = ModelDetails(Sample());
  const auto& rows = details.at("input_params").as_array();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(Text(rows[0].at("param_name")), "images");
  EXPECT_EQ(Text(rows[0].at("param_type")), "file");
  EXPECT_EQ(Text(rows[0].at("param_desc")), R"({"type":"file"})") << "JSON in a string";
  EXPECT_EQ(Text(rows[1].at("param_type")), "object") << "a property that is not described";
  EXPECT_TRUE(details.at("output_params").as_array().empty());
  EXPECT_EQ(CompactJson(details.at("warnings")), R"(["a warning"])");
}

// One client parses these strings as JSON and gives the whole object up when one of them is none.
TEST(ModelDetails, StringsThatHoldJsonAlwaysDo) {
  registry::Model bare;
  auto odd = Sample();
  odd.config.apis[0].request_schema = "{no JSON";
  odd.check_report = "no JSON either";
  for (const auto& model : {bare, Sample(), odd}) {
    auto details = ModelDetails(model);
    for (const char* key : {"apis", "config", "model_metrics"})
      EXPECT_TRUE(ParseJson(Text(details.at(key)))) << key << ": " << Text(details.at(key));
  }
  EXPECT_EQ(Text(ModelDetails(odd).at("check_report")), "no JSON either") << "shown as it is";
  EXPECT_TRUE(ModelDetails(bare).at("check_report").as_object().empty());
}

TEST(ParseImportRequest, WhatTheCommandLineSendsAsTexts) {
  auto request = ParseImportRequest(R"({
    "model_metrics": "{\"accuracy\": 0.9}", "model_docs": "[{\"doc_name\": \"a\", \"doc_url\": \"b\"}]",
    "input_params": "[]", "output_params": [{"url": "/"}], "source_copy": true, "source_type": "auto"
  })");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->metrics, R"({"accuracy": 0.9})");
  EXPECT_EQ(request->docs, R"([{"doc_name": "a", "doc_url": "b"}])");
  EXPECT_EQ(request->input_params, "[]");
  EXPECT_EQ(request->output_params, R"([{"url":"/"}])");
  EXPECT_EQ(request->source_copy, "true");
  auto from_template = ParseImportRequest(R"({"model_type": "Template", "template": {"template_id": "x"}})");
  ASSERT_FALSE(from_template);
  EXPECT_EQ(from_template.error().kind, ErrorKind::kUnimplemented);
}

TEST(ModelDetails, GivenParametersAreShownAndTheirDescriptionsAreJson) {
  auto model = Sample();
  model.input_params = R"([{"url": "/", "param_name": "a", "param_desc": "plain words"},
    {"param_desc": "{\"type\": \"int\"}"}, {"param_desc": {"type": "int"}}, {}])";
  model.docs = R"([{"doc_name":"n","doc_url":"u"}])";
  auto details = ModelDetails(model);
  const auto& rows = details.at("input_params").as_array();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(Text(rows[0].at("param_name")), "a");
  for (const auto& row : rows) EXPECT_TRUE(ParseJson(Text(row.at("param_desc")))) << CompactJson(row);
  EXPECT_EQ(Text(details.at("model_docs").at(0).at("doc_name")), "n");
}

}  // namespace
}  // namespace atelier::api
