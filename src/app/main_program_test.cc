#include "app/main_program.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/files.h"

namespace atelier::app {
namespace {

// `atelier <words>`: its exit code, and what it printed.
struct Outcome {
  int code = 0;
  std::string out, err;
};
Outcome RunAtelier(std::vector<std::string> words) {
  words.insert(words.begin(), "atelier");
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = Main(static_cast<int>(words.size()), arguments.data());
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(MainProgram, WrongWordsEndWithTwoAndSaySo) {
  for (const auto& words : std::vector<std::vector<std::string>>{{},
                                                                 {"fly"},
                                                                 {"serve", "--no-such-option"},
                                                                 {"serve", "--config", "/no/such/file.yaml"},
                                                                 {"obs"},
                                                                 {"obs", "frobnicate"},
                                                                 {"obs", "mb"},
                                                                 {"job", "show"},
                                                                 {"serve", "--listen", "nonsense"}}) {
    auto outcome = RunAtelier(words);
    std::string said;
    for (const auto& word : words) said += word + " ";
    EXPECT_EQ(outcome.code, 2) << said;
    EXPECT_FALSE((outcome.out + outcome.err).empty()) << said;
  }
}

TEST(MainProgram, HelpAndVersionAreNoErrors) {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"--version"}, {"--help"}, {"serve", "--help"}, {"job", "--help"}})
    EXPECT_EQ(RunAtelier(words).code, 0);
}

TEST(MainProgram, RoutesNeedNoServer) {
  auto outcome = RunAtelier({"routes", "--json"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find(R"("action":"CreateTrainingJob","unserved":null)"), std::string::npos) << outcome.out;
}

TEST(MainProgram, WithoutAServerACommandSaysHowToStartOne) {
  TemporaryDirectory folder;
  auto outcome = RunAtelier({"--data-dir", folder.path().string(), "job", "list"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("atelier serve"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace atelier::app
