#include "training/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

using testing::HasSubstr;

constexpr const char* kDocument = R"({
  "metric": [{"metric_values": {"recall": 0.98, "precision": "0.97", "accuracy": 1},
              "reserved_data": {"roc": [[0, 1], [1, 1]]}, "metric_meta": {"class_name": "seven", "class_id": 7}}],
  "total_metric": {"total_metric_meta": {}, "total_reserved_data": {},
                   "total_metric_values": {"f1_score": 0.975, "recall": 0.98, "precision": 0.97, "accuracy": 0.99}}})";

TEST(EvaluationTest, KeepsTheDocumentedShape) {
  auto kept = ParseEvaluation(kDocument);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_THAT(*kept, HasSubstr(R"("metric_meta":{"class_name":"seven","class_id":7})"));
  EXPECT_THAT(*kept, HasSubstr(R"("f1_score":0.975,)")) << "numbers as they were written";
  EXPECT_EQ(kept->find('\n'), std::string::npos);
  auto quoted = ParseEvaluation(
      "\xEF\xBB\xBF"
      R"({ "metric": [ {"metric_meta": {"class_name": "a \" \\" }} ] })");
  EXPECT_EQ(quoted.value(), R"({"metric":[{"metric_meta":{"class_name":"a \" \\"}}]})");
  EXPECT_TRUE(ParseEvaluation(R"({"metric": []})"));
  EXPECT_TRUE(ParseEvaluation(R"({"total_metric": {"total_metric_values": {"loss": -1e-3}}, "metric": null})"));
}

TEST(EvaluationTest, RefusesEverythingElse) {
  std::string deep = R"({"metric": [{"reserved_data": {"a": [[[[[[]]]]]]}}]})";
  std::string many = R"({"metric": [{})";
  for (int i = 0; i < 1000; ++i) many += ",{}";
  many += "]}";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "line 1"},
      {"[]", "expected a JSON object"},
      {"{}", "neither"},
      {R"({"metric": {}})", "'metric' must be an array"},
      {R"({"metric": [7]})", "no object"},
      {R"({"metric": [], "more": 1})", "other than metric, total_metric"},
      {R"({"metric": [{"weights": {}}]})", "other than metric_values"},
      {R"({"metric": [{"metric_values": {"recall": [1]}}]})", "no number"},
      {R"({"metric": [{"metric_values": {"recall": "high"}}]})", "no number"},
      {R"({"metric": [{"metric_values": {"recall": "nan"}}]})", "no number"},
      {R"({"metric": [{"metric_meta": {"class_name": {}}}]})", "no text or number"},
      {R"({"metric": [{"reserved_data": 5}]})", "'reserved_data' must be an object"},
      {R"({"total_metric": {"total_metric_values": {"accuracy": 1e999}}})", ""},
      {R"({"total_metric": []})", "'total_metric' must be an object"},
      {deep, "deeper than 8"},
      {many, "1001 entries"},
      {R"({"metric": [], "total_metric": {"total_metric_meta": {"a": ")" + std::string(70'000, 'x') + "\"}}}",
       "larger"},
  };
  for (const auto& [text, reason] : cases) {
    auto refused = ParseEvaluation(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr(reason)) << text;
  }
}

class EvaluationOfARunTest : public testing::Test {
 protected:
  // A run that ends well; `write` is what its script leaves behind.
  JobVersion Run(const std::function<void(const fs::path& output)>& write) {
    auto version = world_.Create(world_.MnistRequest());
    world_.Settle();
    write(world_.OutputOf(version));
    world_.backend.Finish(version.workload_id());
    world_.Settle();
    auto ended = world_.Stored(version);
    EXPECT_EQ(ended.run.status, Status::kCompleted) << ended.run.reason;
    return ended;
  }

  TrainingWorld world_;
};

TEST_F(EvaluationOfARunTest, IsTheVersionsMetrics) {
  auto version = Run([](const fs::path& output) { std::ofstream(output / kMetricFile) << kDocument; });
  EXPECT_EQ(version.run.metrics, ParseEvaluation(kDocument).value());
  EXPECT_TRUE(world_.artifacts.Objects().contains("/test-modelarts/mnist/mnist-model/metric.json"));
  EXPECT_EQ(world_.LogOf(version).find("metric.json"), std::string::npos);
}

TEST_F(EvaluationOfARunTest, IsNothingWithoutTheFile) {
  auto version = Run([](const fs::path&) {});
  EXPECT_EQ(version.run.metrics, "");
  EXPECT_EQ(world_.LogOf(version).find("metric.json"), std::string::npos);
}

TEST_F(EvaluationOfARunTest, OtherContentIsNamedInTheLogAndChangesNothing) {
  const std::vector<std::pair<std::string, std::function<void(const fs::path&)>>> cases = {
      {"neither", [](const fs::path& file) { std::ofstream(file) << "{}"; }},
      {"larger than", [](const fs::path& file) { std::ofstream(file) << std::string(1 << 20, ' '); }},
      {"no plain file", [](const fs::path& file) { fs::create_symlink("/etc/passwd", file); }},
      {"no plain file", [](const fs::path& file) { ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0); }},
      {"no plain file", [](const fs::path& file) { fs::create_directory(file); }},
  };
  for (const auto& [reason, write] : cases) {
    auto version = Run([&](const fs::path& output) { write(output / kMetricFile); });
    EXPECT_EQ(version.run.metrics, "");
    EXPECT_THAT(world_.LogOf(version), HasSubstr("[Modelarts Service Log]note: metric.json was not taken as metrics"));
    EXPECT_THAT(world_.LogOf(version), HasSubstr(reason));
    ASSERT_TRUE(world_.service->DeleteJob(kProject, version.job_id));
    world_.Settle();
  }
}

}  // namespace
}  // namespace atelier::training
