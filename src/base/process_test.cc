#include "base/process.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/strings.h"

namespace atelier {
namespace {

ProcessSpec Shell(const std::string& script, std::string& output) {
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", script};
  spec.environment = {{"PATH", "/usr/bin:/bin"}, {"GREETING", "hello"}};
  spec.on_output = [&output](std::string_view text) { output += text; };
  return spec;
}

TEST(Process, GivesOutputEnvironmentAndFolder) {
  TemporaryDirectory directory;
  std::string output;
  auto spec = Shell("echo $GREETING; pwd >&2; cat; echo \"[$HOME]\"", output);
  spec.working_directory = directory.path();
  auto exit = RunProcess(spec);
  ASSERT_TRUE(exit) << exit.error().message;
  EXPECT_TRUE(exit->succeeded());
  EXPECT_EQ(output, "hello\n" + fs::canonical(directory.path()).string() + "\n[]\n");
}

TEST(Process, TellsExitCodesAndSignalsApart) {
  std::string output;
  auto spec = Shell("exit 7", output);
  auto exit = RunProcess(spec);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->code, 7);
  EXPECT_EQ(exit->signal, 0);
  EXPECT_EQ(Describe(*exit, spec), "exit code 7");

  spec = Shell("kill -9 $$", output);
  exit = RunProcess(spec);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->signal, 9);
  EXPECT_EQ(exit->code, 137);
  EXPECT_EQ(Describe(*exit, spec), "killed by signal 9");
}

TEST(Process, KillsTheWholeGroupAtTheLimit) {
  std::string output;
  auto spec = Shell("sleep 1000 & sleep 1000", output);
  spec.time_limit = std::chrono::milliseconds(50);
  auto exit = RunProcess(spec);
  ASSERT_TRUE(exit);
  EXPECT_TRUE(exit->timed_out);
  EXPECT_FALSE(exit->succeeded());
  EXPECT_EQ(Describe(*exit, spec), "stopped: it ran longer than 0.05 s");
}

TEST(Process, DoesNotWaitForWhatTheProgramLeftBehind) {
  std::string output;
  auto exit = RunProcess(Shell("sleep 1000 & echo done", output));
  ASSERT_TRUE(exit);
  EXPECT_TRUE(exit->succeeded());
  EXPECT_EQ(output, "done\n");
}

TEST(Process, StopsOnRequest) {
  std::stop_source source;
  std::string output;
  auto spec = Shell("echo started; exec sleep 1000", output);
  spec.stop = source.get_token();
  spec.on_output = [&](std::string_view) { source.request_stop(); };
  auto exit = RunProcess(spec);
  ASSERT_TRUE(exit);
  EXPECT_TRUE(exit->stopped);
  EXPECT_EQ(Describe(*exit, spec), "stopped on request");
}

TEST(Process, KeepsAllOfALargeOutput) {
  std::string output;
  auto exit = RunProcess(Shell("head -c 3000000 /dev/zero | tr '\\0' 'x'", output));
  ASSERT_TRUE(exit);
  EXPECT_EQ(output.size(), 3000000U);
}

TEST(Process, RefusesWhatCannotRun) {
  std::string output;
  auto spec = Shell("true", output);
  spec.argv = {"/no/such/program"};
  auto exit = RunProcess(spec);
  ASSERT_FALSE(exit);
  EXPECT_EQ(exit.error().kind, ErrorKind::kNotFound);
  EXPECT_NE(exit.error().message.find("/no/such/program"), std::string::npos);

  spec = Shell("true", output);
  spec.working_directory = "/no/such/folder";
  exit = RunProcess(spec);
  ASSERT_FALSE(exit);
  EXPECT_NE(exit.error().message.find("/no/such/folder"), std::string::npos);

  spec.argv.clear();
  EXPECT_FALSE(RunProcess(spec));
}

}  // namespace
}  // namespace atelier
