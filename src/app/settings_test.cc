#include "app/settings.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace atelier::app {
namespace {

const char* NoEnvironment(const char*) { return nullptr; }

TEST(Settings, FlagsWinOverEnvironmentOverFile) {
  TemporaryDirectory directory;
  auto file = directory.path() / "atelier.yaml";
  ASSERT_TRUE(WriteFileDurably(file, "listen: 127.0.0.1:1\nobs-listen: 127.0.0.1:2\nregion: from-file\n"));
  auto environment = [](const char* name) -> const char* {
    if (std::string_view(name) == "ATELIER_OBS_LISTEN") return "127.0.0.1:3";
    if (std::string_view(name) == "ATELIER_LISTEN") return "127.0.0.1:4";
    return nullptr;
  };
  auto settings = LoadSettings({{"listen", "127.0.0.1:5"}}, environment, file);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->listen, "127.0.0.1:5");
  EXPECT_EQ(settings->obs_listen, "127.0.0.1:3");
  EXPECT_EQ(settings->region, "from-file");
}

TEST(Settings, BadValuesSayWhatWasExpected) {
  struct Case {
    std::string name, value, expected;
  };
  for (const auto& [name, value, expected] : std::vector<Case>{
           {"listen", "8080", "expected host:port"},
           {"listen", "127.0.0.1:99999", "expected host:port"},
           {"sandbox", "maybe", "expected one of auto, full, limits, none, got 'maybe'"},
           {"job-disk-limit", "ten", "expected a size"},
           {"worker-threads", "0", "expected a number from 1 to 256, got '0'"},
           {"lifecycle-day", "86401", "expected a number from 1 to 86400, got '86401'"},
           {"workerthreads", "3", "did you mean 'worker-threads'?"},
       }) {
    auto settings = LoadSettings({{name, value}}, NoEnvironment, {});
    ASSERT_FALSE(settings) << name;
    EXPECT_NE(settings.error().message.find(expected), std::string::npos) << settings.error().message;
  }
}

TEST(Settings, SizesHaveUnits) {
  auto settings = LoadSettings({{"job-disk-limit", "3GiB"}}, NoEnvironment, {});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->job_disk_limit, 3ULL << 30);
}

TEST(Settings, DefaultsInTheTableAreTheDefaultsOfTheStruct) {
  Settings defaults;
  for (const auto& setting : SettingTable()) {
    if (setting.default_text.empty() || setting.kind == "path") continue;
    Settings assigned;
    ASSERT_TRUE(setting.assign(assigned, setting.default_text)) << setting.name;
    EXPECT_EQ(assigned.listen, defaults.listen) << setting.name;
    EXPECT_EQ(assigned.job_disk_limit, defaults.job_disk_limit) << setting.name;
    EXPECT_EQ(assigned.scrub_bytes_per_second, defaults.scrub_bytes_per_second) << setting.name;
    EXPECT_EQ(assigned.scrub_interval, defaults.scrub_interval) << setting.name;
    EXPECT_EQ(assigned.worker_threads, defaults.worker_threads) << setting.name;
    EXPECT_EQ(assigned.sandbox, defaults.sandbox) << setting.name;
    EXPECT_EQ(assigned.serving_engine, defaults.serving_engine) << setting.name;
    EXPECT_EQ(assigned.predict_body_limit, defaults.predict_body_limit) << setting.name;
    EXPECT_EQ(assigned.lifecycle_interval, defaults.lifecycle_interval) << setting.name;
    EXPECT_EQ(assigned.lifecycle_day, defaults.lifecycle_day) << setting.name;
  }
}

TEST(Settings, PageInDocsIsTheProgramsOwn) {
  auto page = ReadFile(fs::path(ATELIER_SOURCE_DIR) / "docs/settings.md");
  ASSERT_TRUE(page);
  EXPECT_EQ(*page, SettingsPage()) << "run: build/bin/atelier settings --markdown > docs/settings.md";
}

}  // namespace
}  // namespace atelier::app
