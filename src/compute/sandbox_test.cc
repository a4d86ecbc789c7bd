// What a workload can see and do, and how its end is told, at each level that works on this machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "base/strings.h"
#include "compute/internal/cgroup.h"
#include "compute/testing/local_fixture.h"

namespace atelier::compute {
namespace {

using testing::HasSubstr;
using testing::Not;

class AtLevel : public testing::TestWithParam<SandboxLevel> {
 protected:
  AtLevel() : runs_(GetParam()) {}
  void SetUp() override {
    if (!runs_.open()) GTEST_SKIP() << runs_.problem();
  }
  bool sandboxed() const { return GetParam() != SandboxLevel::kNone; }
  bool full() const { return GetParam() == SandboxLevel::kFull; }

  LocalRuns runs_;
};

TEST_P(AtLevel, TellsExitCodesFromSignals) {
  struct Case {
    const char* script;
    int code, signal;
  };
  const Case cases[] = {{"exit 0", 0, 0},          {"exit 7", 7, 0},           {"exit 137", 137, 0},
                        {"kill -KILL $$", 137, 9}, {"kill -SEGV $$", 139, 11}, {"kill -TERM $$", 143, 15}};
  int number = 0;
  for (const Case& item : cases) {
    Exit exit = runs_.RunToEnd(runs_.Script("exit-" + std::to_string(++number), item.script));
    EXPECT_EQ(exit.code, item.code) << item.script;
    EXPECT_EQ(exit.signal, item.signal) << item.script;
    EXPECT_FALSE(exit.out_of_memory || exit.lost) << item.script;
    EXPECT_EQ(exit.message, "") << item.script;
  }
}

TEST_P(AtLevel, TellsWhatCouldNotStart) {
  Workload missing = runs_.Script("missing", "");
  missing.command = {"/usr/bin/no-such-program"};
  Exit exit = runs_.RunToEnd(missing);
  EXPECT_EQ(exit.code, 127);
  EXPECT_EQ(exit.message, "could not start: /usr/bin/no-such-program: No such file or directory");
  Workload nowhere = runs_.Script("nowhere", "true");
  nowhere.working_directory = "/no/such/folder";
  EXPECT_EQ(runs_.RunToEnd(nowhere).message, "could not start: /no/such/folder: No such file or directory");
  Workload no_log = runs_.Script("no-log", "true");
  no_log.log_file = runs_.path() / "no" / "log";
  EXPECT_THAT(runs_.RunToEnd(no_log).message, HasSubstr("could not start: open "));
}

TEST_P(AtLevel, EnvironmentIsCompleteAndSecretsAreInNoCommandLine) {
  Workload workload = runs_.Script("environment", "sleep 0.3");
  workload.command = {"/usr/bin/env"};
  workload.environment = {{"ONLY", "one"}, {"SECRET", "s3cr3t-value"}};
  runs_.RunToEnd(workload);
  std::string expected = "ONLY=one\nSECRET=s3cr3t-value\n";
  if (!sandboxed()) expected += "TMPDIR=" + (runs_.Folder("environment") / "scratch").string() + "\n";
  EXPECT_EQ(runs_.LogOf("environment"), expected);
  Workload slow = runs_.Script("environment-2", "echo up; read x < /dev/zero");
  slow.environment["SECRET"] = "s3cr3t-value";
  ASSERT_TRUE(runs_.backend().Start(slow).has_value());
  ASSERT_TRUE(runs_.AwaitLog("environment-2", "up"));
  EXPECT_TRUE(ProcessesWith("s3cr3t-value").empty());
}

TEST_P(AtLevel, LogIsAppendedAndCapped) {
  Workload first = runs_.Script("log-1", "echo out; echo err >&2");
  runs_.RunToEnd(first);
  Workload second = runs_.Script("log-2", "i=0; while [ $i -lt 300 ]; do echo 0123456789; i=$((i+1)); done");
  second.log_file = first.log_file;
  second.log_limit_bytes = 1000;
  EXPECT_EQ(runs_.RunToEnd(second).code, 0);
  std::string log = runs_.LogOf("log-1");
  EXPECT_TRUE(log.starts_with("out\nerr\n0123456789\n")) << log.substr(0, 100);
  EXPECT_TRUE(log.ends_with("\n[atelier] the log reached its limit of 1000 bytes; further output is dropped\n"));
  EXPECT_LT(log.size(), 1200U);
}

TEST_P(AtLevel, StopIsGentleFirstAndReachesTheWholeTree) {
  // The grandchild is in a session of its own and tells that it was asked.
  Workload workload = runs_.Script("gentle",
                                   "setsid sh -c 'trap \"echo grandchild asked; exit 0\" TERM; echo ready; "
                                   "while :; do sleep 0.05; done' & "
                                   "trap 'wait; echo parent asked; exit 5' TERM; while :; do sleep 0.05; done");
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  ASSERT_TRUE(runs_.AwaitLog("gentle", "ready"));
  ASSERT_TRUE(runs_.backend().Stop("gentle", Milliseconds(20'000)).has_value());
  Exit exit = runs_.AwaitExit("gentle");
  EXPECT_EQ(exit.code, 5);
  EXPECT_EQ(exit.signal, 0);
  EXPECT_THAT(runs_.LogOf("gentle"), HasSubstr("grandchild asked"));
  EXPECT_THAT(runs_.LogOf("gentle"), HasSubstr("parent asked"));
}

TEST_P(AtLevel, StopKillsAfterTheGrace) {
  Workload workload =
      runs_.Script("stubborn",
                   "setsid sh -c 'trap \"\" TERM; : mark-stubborn; echo ready; while :; do sleep 0.05; done' & "
                   "trap '' TERM; while :; do sleep 0.05; done");
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  ASSERT_TRUE(runs_.AwaitLog("stubborn", "ready"));
  ASSERT_TRUE(runs_.backend().Stop("stubborn", Milliseconds(50)).has_value());
  Exit exit = runs_.AwaitExit("stubborn");
  EXPECT_EQ(exit.signal, 9);
  EXPECT_FALSE(exit.out_of_memory);
  EXPECT_TRUE(ProcessesWith("mark-stubborn").empty());
}

TEST_P(AtLevel, AShorterGraceHastensTheEnd) {
  Workload workload = runs_.Script("hastened", "trap '' TERM; echo ready; while :; do sleep 0.05; done");
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  ASSERT_TRUE(runs_.AwaitLog("hastened", "ready"));
  ASSERT_TRUE(runs_.backend().Stop("hastened", Milliseconds(3'600'000)).has_value());
  ASSERT_TRUE(runs_.backend().Stop("hastened", Milliseconds(0)).has_value());
  EXPECT_EQ(runs_.AwaitExit("hastened").signal, 9);
}

TEST_P(AtLevel, StopAtOnceAfterStart) {
  ASSERT_TRUE(runs_.backend().Start(runs_.Script("early", "while :; do sleep 0.05; done")).has_value());
  ASSERT_TRUE(runs_.backend().Stop("early", Milliseconds(20'000)).has_value());
  EXPECT_EQ(runs_.AwaitExit("early").signal, 15);
}

TEST_P(AtLevel, NothingOutlivesTheCommand) {
  Workload workload =
      runs_.Script("leftover", "setsid sh -c ': mark-leftover; while :; do sleep 0.05; done' & echo started; exit 4");
  EXPECT_EQ(runs_.RunToEnd(workload).code, 4);
  EXPECT_TRUE(ProcessesWith("mark-leftover").empty());
  EXPECT_FALSE(fs::exists(runs_.Folder("leftover") / "scratch"));
  EXPECT_TRUE(CgroupsOf("leftover").empty());
}

TEST_P(AtLevel, MeasuresWhatIsUsed) {
  Workload workload =
      runs_.Script("measured", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; read x < /dev/zero");
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  EXPECT_TRUE(Eventually([&] {
    auto usage = runs_.backend().Measure("measured");
    return usage && usage->cpu_seconds > 0.01 && usage->memory_bytes > 0;
  }));
  ASSERT_TRUE(runs_.AwaitLog("measured", "done"));
  ASSERT_TRUE(runs_.backend().Stop("measured", Milliseconds(0)).has_value());
  Exit exit = runs_.AwaitExit("measured");
  EXPECT_GT(exit.cpu_seconds, 0.01);
  EXPECT_GT(exit.peak_memory_bytes, 0U);
}

TEST_P(AtLevel, FileSizeIsLimited) {
  Workload workload = runs_.Script("file", "head -c 100000 /dev/zero > \"${TMPDIR:-/tmp}/big\" || exit 9");
  workload.limits.file_bytes = 1000;
  EXPECT_EQ(runs_.RunToEnd(workload).code, 9);
}

TEST_P(AtLevel, MountsAreWhatTheyAreSaidToBe) {
  fs::create_directories(runs_.path() / "in");
  fs::create_directories(runs_.path() / "out");
  ASSERT_TRUE(WriteFileDurably(runs_.path() / "in" / "data", "42").has_value());
  Mount in{.source = runs_.path() / "in", .target = "/job/in", .writable = false};
  Mount out{.source = runs_.path() / "out", .target = "/job/out", .writable = true};
  Workload workload =
      runs_.Script("mounts", "cat $IN/data > result; touch $IN/new && echo wrote into a read-only mount; exit 0");
  workload.mounts = {in, out};
  workload.environment["IN"] = runs_.backend().PathInside(in).string();
  workload.working_directory = runs_.backend().PathInside(out);
  EXPECT_EQ(runs_.RunToEnd(workload).code, 0);
  EXPECT_EQ(ReadFile(runs_.path() / "out" / "result").value_or(""), "42");
  if (sandboxed()) {
    EXPECT_THAT(runs_.LogOf("mounts"), Not(HasSubstr("wrote")));
    workload.id = "mounts-2";
    workload.mounts[0].source = runs_.path() / "absent";
    EXPECT_EQ(runs_.backend().Start(workload).error().kind, ErrorKind::kInvalidArgument);
  }
}

TEST_P(AtLevel, SandboxHidesTheHost) {
  if (!sandboxed()) GTEST_SKIP() << "there is no sandbox at this level";
  Workload workload = runs_.Script("hidden",
                                   "id -u; id -un; hostname; ls -d /home /root /etc/shadow /work /var/lib 2>/dev/null; "
                                   "touch /usr/x /x /etc/x 2>/dev/null && echo wrote; "
                                   "grep CapEff /proc/self/status; ls /proc | grep -c '^[0-9]'; "
                                   "echo t > /tmp/t && cat /tmp/t; unshare -U true 2>/dev/null && echo unshared");
  EXPECT_NE(runs_.RunToEnd(workload).code, 127);
  EXPECT_THAT(runs_.LogOf("hidden"),
              testing::MatchesRegex("1000\natelier\nhidden\nCapEff:\t0000000000000000\n[1-9]\nt\n"));
}

TEST_P(AtLevel, NetworkCanBeTakenAway) {
  if (!sandboxed()) GTEST_SKIP() << "there is no sandbox at this level";
  Workload workload =
      runs_.Script("network", "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; cat /etc/hosts | head -1");
  workload.network = NetworkAccess::kNone;
  EXPECT_EQ(runs_.RunToEnd(workload).code, 0);
  EXPECT_EQ(runs_.LogOf("network"), "lo\n127.0.0.1 localhost network\n");
}

TEST_P(AtLevel, ReachingTheMemoryLimitIsToldFromAKill) {
  if (!full()) GTEST_SKIP() << "only a control group limits the memory of a tree";
  // The parent survives its child's death: it is the whole workload that ends.
  Workload workload = runs_.Script("memory", "tail /dev/zero; echo survived; while :; do sleep 0.05; done");
  workload.limits.memory_bytes = 32ULL << 20;
  Exit exit = runs_.RunToEnd(workload);
  EXPECT_TRUE(exit.out_of_memory);
  EXPECT_EQ(exit.signal, 9);
  EXPECT_EQ(exit.code, 137);
  EXPECT_LE(exit.peak_memory_bytes, 33ULL << 20);
  EXPECT_GT(exit.peak_memory_bytes, 16ULL << 20);
}

TEST_P(AtLevel, TemporaryFilesAreNoMemory) {
  if (!full()) GTEST_SKIP() << "only a control group limits the memory of a tree";
  Workload workload = runs_.Script("temporary", "head -c 100000000 /dev/zero > /tmp/big && ls -s /tmp | wc -l");
  workload.limits.memory_bytes = 32ULL << 20;
  Exit exit = runs_.RunToEnd(workload);
  EXPECT_EQ(exit.code, 0);
  EXPECT_FALSE(exit.out_of_memory);
}

TEST_P(AtLevel, ForkBombIsContained) {
  // Below the full level the count is the user's, and root is not counted at all.
  if (!full()) GTEST_SKIP() << "only a control group counts the processes of a tree";
  Workload workload = runs_.Script("bomb", "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 100 & done; echo all; wait");
  workload.limits.processes = 5;
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  EXPECT_TRUE(runs_.AwaitLog("bomb", "annot fork"));
  ASSERT_TRUE(runs_.backend().Stop("bomb", Milliseconds(0)).has_value());
  EXPECT_TRUE(runs_.AwaitPhase("bomb", Phase::kExited));
  EXPECT_THAT(runs_.LogOf("bomb"), Not(HasSubstr("all")));
}

TEST_P(AtLevel, CoresAreLimited) {
  if (!full()) GTEST_SKIP() << "only a control group limits the cores of a tree";
  Workload workload = runs_.Script("cores", "while :; do :; done");
  workload.limits.cores = 0.2;
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  EXPECT_TRUE(Eventually([&] {
    return std::ranges::any_of(CgroupsOf("cores"), [](const std::string& group) {
      return ReadField(ReadFile(fs::path(group) / "cpu.stat").value_or(""), "nr_throttled").value_or(0) > 0;
    });
  }));
}

TEST_P(AtLevel, UserNamespaceCountsProcessesForOrdinaryUsers) {
  if (GetParam() != SandboxLevel::kLimits || ::getuid() == 0) GTEST_SKIP() << "root is not counted";
  Workload workload = runs_.Script("count", "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 100 & done; echo all; wait");
  workload.limits.processes = 5;
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  EXPECT_TRUE(runs_.AwaitLog("count", "annot fork"));
}

INSTANTIATE_TEST_SUITE_P(Levels, AtLevel,
                         testing::Values(SandboxLevel::kFull, SandboxLevel::kLimits, SandboxLevel::kNone),
                         [](const auto& parameter) { return std::string(ToString(parameter.param)); });

}  // namespace
}  // namespace atelier::compute
