#include "cli/job_comparison.h"

#include <gtest/gtest.h>

namespace atelier::cli {
namespace {

VersionColumn Version(const std::string& name, const std::string& members) {
  auto text = R"({"version_name":")" + name +
              R"(","status":10,"duration":1500,"engine_version":"TF-2.1.0-python3.6","core":"2","cpu":"8",)"
              R"("app_url":"/b/code/","boot_file_url":"/b/code/a.py","data_url":"/b/data/","train_url":"/b/out/",)" +
              members + "}";
  return ReadVersionColumn(ParseJsonObject(text).value());
}

std::vector<VersionColumn> Two() {
  auto newer = Version(
      "V0002", R"("parameter":[{"label":"steps","value":"20"},{"label":"rate","value":"0.1"}],)"
               R"("model_metric_list":"{\"total_metric\":{\"total_metric_values\":{\"accuracy\":0.95}},)"
               R"(\"metric\":[{\"metric_values\":{\"recall\":0.9},\"metric_meta\":{\"class_name\":\"cat\"}}]}")");
  newer.output_bytes = 2048;
  auto older = Version("V0001", R"("parameter":[{"label":"steps","value":"10"},{"label":"rate","value":"0.1"}],)"
                                R"("model_metric_list":"{}")");
  older.status = 11;
  return {newer, older};
}

TEST(JobComparison, ShowsWhatDiffers) {
  using Rows = std::vector<std::vector<std::string>>;
  EXPECT_EQ(ComparisonRows(Two()), (Rows{{"status", "Running Success", "Running Failed"},
                                         {"duration", "1.5 s", "1.5 s"},
                                         {"steps", "20", "10"},
                                         {"accuracy", "0.95", "-"},
                                         {"recall of cat", "0.9", "-"},
                                         {"outputs", "2.0 KiB", "-"}}));
}

TEST(JobComparison, OneVersionDiffersFromNothing) {
  auto rows = ComparisonRows({Two().front()});
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[2], (std::vector<std::string>{"accuracy", "0.95"}));
}

TEST(JobComparison, JsonHasEverything) {
  auto versions = ComparisonJson(Two());
  EXPECT_EQ(versions.at(0).at("parameters").at("rate"), "0.1");
  EXPECT_EQ(versions.at(0).at("output_bytes"), 2048);
  EXPECT_TRUE(versions.at(1).at("output_bytes").is_null());
  EXPECT_EQ(versions.at(1).at("status"), 11);
}

TEST(JobComparison, KnowsTheFoldersOfVersions) {
  EXPECT_TRUE(InAVersionFolder("V0002/model/saved_model.pb"));
  EXPECT_TRUE(InAVersionFolder("V12345/x"));
  for (const char* key : {"model/V0002/x", "V0002", "V2/x", "Vabcd/x", "metric.json", ""})
    EXPECT_FALSE(InAVersionFolder(key)) << key;
}

}  // namespace
}  // namespace atelier::cli
