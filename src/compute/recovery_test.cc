// What a restart of the server, a killed launcher or a crash between two steps leaves, and how it is put right.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "compute/internal/run_folder.h"
#include "compute/internal/spawn.h"
#include "compute/testing/local_fixture.h"

namespace atelier::compute {
namespace {

using testing::HasSubstr;

class Recovery : public testing::TestWithParam<SandboxLevel> {
 protected:
  Recovery() : runs_(GetParam()) {}
  void SetUp() override {
    if (!runs_.open()) GTEST_SKIP() << runs_.problem();
  }
  Observation Observe(const std::string& id) { return runs_.backend().Observe(id).value(); }
  LauncherRecord Launcher(const std::string& id) { return RunFolder(runs_.Folder(id)).ReadLauncher().value().value(); }

  LocalRuns runs_;
};

constexpr const char* kUntilTold = "echo up; while [ ! -e \"$GO\" ]; do sleep 0.02; done; echo told; exit 6";

TEST_P(Recovery, RestartedBackendFindsWhatRuns) {
  fs::create_directories(runs_.path() / "go");
  Mount go{.source = runs_.path() / "go", .target = "/go", .writable = false};
  Workload workload = runs_.Script("adopted", kUntilTold);
  workload.mounts = {go};
  workload.environment["GO"] = (runs_.backend().PathInside(go) / "now").string();
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  ASSERT_TRUE(runs_.AwaitLog("adopted", "up"));
  ASSERT_TRUE(runs_.AwaitPhase("adopted", Phase::kRunning));
  TimePoint started = Observe("adopted").started;
  runs_.Close();
  runs_.Reopen();
  ASSERT_TRUE(runs_.open());
  EXPECT_EQ(Observe("adopted").phase, Phase::kRunning);
  EXPECT_EQ(Observe("adopted").started, started);
  EXPECT_TRUE(runs_.backend().Start(workload).has_value());
  auto heard = std::make_shared<std::atomic<bool>>(false);
  runs_.backend().OnChange([heard](const std::string& id) { *heard = id == "adopted"; });
  ASSERT_TRUE(WriteFileDurably(runs_.path() / "go" / "now", "").has_value());
  EXPECT_TRUE(Eventually([&] { return heard->load(); }));
  EXPECT_EQ(runs_.AwaitExit("adopted").code, 6);
  EXPECT_EQ(runs_.LogOf("adopted"), "up\ntold\n");
}

TEST_P(Recovery, EndsWhileNobodyLooksAreKept) {
  ASSERT_TRUE(runs_.backend().Start(runs_.Script("unseen", "exit 8")).has_value());
  runs_.Close();
  RunFolder folder(runs_.Folder("unseen"));
  ASSERT_TRUE(Eventually([&] { return folder.ReadExit().value().has_value(); }));
  runs_.Reopen();
  EXPECT_EQ(Observe("unseen").phase, Phase::kExited);
  EXPECT_EQ(Observe("unseen").exit->code, 8);
}

TEST_P(Recovery, KilledLauncherTakesItsTreeAndIsToldAsLost) {
  Workload workload = runs_.Script("lost",
                                   "setsid sh -c ': mark-lost; echo up; while :; do sleep 0.05; done' & "
                                   ": mark-lost; while :; do sleep 0.05; done");
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  ASSERT_TRUE(runs_.AwaitLog("lost", "up"));
  ASSERT_FALSE(ProcessesWith("mark-lost").empty());
  ASSERT_EQ(::kill(Launcher("lost").process.pid, SIGKILL), 0);
  Exit exit = runs_.AwaitExit("lost");
  EXPECT_TRUE(exit.lost);
  EXPECT_FALSE(exit.out_of_memory);
  EXPECT_THAT(exit.message, HasSubstr("lost"));
  EXPECT_TRUE(ProcessesWith("mark-lost").empty());
  EXPECT_TRUE(CgroupsOf("lost").empty());
}

// As an administrator's kill or a service manager does, with no server to write a request to stop.
TEST_P(Recovery, TermToTheLauncherStopsItsTreeGently) {
  Workload workload =
      runs_.Script("termed",
                   "setsid sh -c 'trap \"echo grandchild asked; exit 0\" TERM; : mark-termed; echo ready; "
                   "while :; do sleep 0.05; done' & "
                   "trap 'wait; echo parent asked; exit 5' TERM; while :; do sleep 0.05; done");
  workload.stop_grace = Milliseconds(60'000);
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  ASSERT_TRUE(runs_.AwaitLog("termed", "ready"));
  runs_.Close();
  ProcessIdentity launcher = Launcher("termed").process;
  ASSERT_EQ(::kill(launcher.pid, SIGTERM), 0);
  RunFolder folder(runs_.Folder("termed"));
  ASSERT_TRUE(Eventually([&] { return folder.ReadExit().value().has_value(); }));
  Exit exit = folder.ReadExit().value().value_or(ExitRecord{}).exit;
  EXPECT_EQ(exit.code, 5);
  EXPECT_EQ(exit.signal, 0);
  EXPECT_FALSE(exit.lost);
  EXPECT_EQ(exit.message, "stopped from outside: its launcher was sent SIGTERM");
  EXPECT_THAT(runs_.LogOf("termed"), HasSubstr("grandchild asked"));
  EXPECT_THAT(runs_.LogOf("termed"), HasSubstr("parent asked"));
  EXPECT_TRUE(Eventually([&] { return !launcher.IsRunning(); }));
  EXPECT_TRUE(ProcessesWith("mark-termed").empty());
  EXPECT_TRUE(CgroupsOf("termed").empty());
}

TEST_P(Recovery, TermToTheLauncherKillsAfterTheWorkloadsGrace) {
  Workload workload =
      runs_.Script("deaf",
                   "setsid sh -c 'trap \"\" TERM; : mark-deaf; echo ready; while :; do sleep 0.05; done' & "
                   "trap '' TERM; while :; do sleep 0.05; done");
  workload.stop_grace = Milliseconds(50);
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  ASSERT_TRUE(runs_.AwaitLog("deaf", "ready"));
  ASSERT_EQ(::kill(Launcher("deaf").process.pid, SIGTERM), 0);
  Exit exit = runs_.AwaitExit("deaf");
  EXPECT_EQ(exit.signal, 9);
  EXPECT_FALSE(exit.lost);
  EXPECT_EQ(exit.message, "stopped from outside: its launcher was sent SIGTERM");
  EXPECT_TRUE(ProcessesWith("mark-deaf").empty());
  EXPECT_TRUE(CgroupsOf("deaf").empty());
}

TEST_P(Recovery, AStopHastensATermToTheLauncher) {
  Workload workload = runs_.Script("hastened", "trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done");
  workload.stop_grace = Milliseconds(3'600'000);
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  ASSERT_TRUE(runs_.AwaitLog("hastened", "ready"));
  ASSERT_EQ(::kill(Launcher("hastened").process.pid, SIGTERM), 0);
  ASSERT_TRUE(runs_.AwaitLog("hastened", "asked"));
  ASSERT_TRUE(runs_.backend().Stop("hastened", Milliseconds(0)).has_value());
  EXPECT_EQ(runs_.AwaitExit("hastened").signal, 9);
}

TEST_P(Recovery, LauncherKilledWhileTheServerWasDownIsLost) {
  ASSERT_TRUE(runs_.backend().Start(runs_.Script("lost-2", "echo up; read x < /dev/zero")).has_value());
  ASSERT_TRUE(runs_.AwaitLog("lost-2", "up"));
  pid_t launcher = Launcher("lost-2").process.pid;
  runs_.Close();
  ASSERT_EQ(::kill(launcher, SIGKILL), 0);
  runs_.Reopen();
  EXPECT_TRUE(runs_.AwaitExit("lost-2").lost);
}

TEST_P(Recovery, PidOfAnotherProcessIsNoLauncher) {
  ASSERT_TRUE(runs_.backend().Start(runs_.Script("reused", "exit 0")).has_value());
  runs_.AwaitExit("reused");
  runs_.Close();
  // As after a restart of the machine: the pid is alive again, as something else, and there is no report.
  RunFolder folder(runs_.Folder("reused"));
  LauncherRecord record{.process = ProcessIdentity::Self(), .started = {}};
  record.process.boot_id = "an earlier boot";
  ASSERT_TRUE(folder.WriteLauncher(record).has_value());
  fs::remove(runs_.Folder("reused") / "exit.json");
  runs_.Reopen();
  EXPECT_TRUE(runs_.AwaitExit("reused").lost);
}

TEST_P(Recovery, SpecWithoutLauncherIsAbsentAndStartedByTheNextStart) {
  Workload workload = runs_.Script("half", "echo ran");
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  runs_.AwaitExit("half");
  runs_.Close();
  // As after a crash between the spec and the launcher.
  for (const char* file : {"launcher.json", "exit.json", "started", "lock"}) fs::remove(runs_.Folder("half") / file);
  runs_.Reopen();
  EXPECT_EQ(Observe("half").phase, Phase::kAbsent);
  EXPECT_THAT(runs_.backend().List().value(), testing::ElementsAre("half"));
  EXPECT_EQ(runs_.RunToEnd(workload).code, 0);
  EXPECT_EQ(runs_.LogOf("half"), "ran\nran\n");
}

TEST_P(Recovery, TwoLaunchersRunOnce) {
  // What a server that died right after spawning leaves: a launcher that the next server does not know.
  Workload workload = runs_.Script("once", "echo ran; sleep 0.2");
  ASSERT_TRUE(runs_.backend().Start(workload).has_value());
  RunFolder folder(runs_.Folder("once"));
  for (int i = 0; i < 3; ++i) {
    auto other = SpawnLauncher(fs::path(ATELIER_BIN_DIR) / "atelier-launcher", folder);
    ASSERT_TRUE(other.has_value());
    ASSERT_TRUE(AwaitEnd(other->process, Milliseconds(20'000)));
    Reap(other->process);
  }
  EXPECT_EQ(runs_.AwaitExit("once").code, 0);
  EXPECT_EQ(runs_.LogOf("once"), "ran\n");
}

TEST_P(Recovery, LauncherOutlivesItsServer) {
  fs::create_directories(runs_.path() / "go");
  runs_.Close();
  pid_t server = ::fork();
  if (server == 0) {
    LocalBackendOptions options{.directory = runs_.path() / "workloads",
                                .launcher = fs::path(ATELIER_BIN_DIR) / "atelier-launcher",
                                .level = GetParam(),
                                .flavors = {},
                                .bwrap = {}};
    auto backend = LocalBackend::Open(std::move(options));
    bool ok = backend && (*backend)->Start(runs_.Script("outlives", "echo up; sleep 0.3; echo down; exit 2"));
    if (!ok) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(server, &status, 0), server);
  ASSERT_TRUE(WIFSIGNALED(status));
  runs_.Reopen();
  ASSERT_TRUE(Eventually([&] { return RunFolder(runs_.Folder("outlives")).ReadLauncher().value().has_value(); }));
  EXPECT_EQ(runs_.AwaitExit("outlives").code, 2);
  EXPECT_EQ(runs_.LogOf("outlives"), "up\ndown\n");
}

TEST_P(Recovery, BrokenLauncherIsToldInWords) {
  LocalBackendOptions options{
      .directory = runs_.path() / "other", .launcher = "/bin/false", .level = std::nullopt, .flavors = {}, .bwrap = {}};
  auto backend = LocalBackend::Open(options);
  ASSERT_FALSE(backend.has_value());
  EXPECT_THAT(backend.error().message, HasSubstr("no workload can be run on this machine"));
  options.launcher = "/no/such/launcher";
  backend = LocalBackend::Open(options);
  ASSERT_FALSE(backend.has_value());
  EXPECT_THAT(backend.error().message, HasSubstr("/no/such/launcher"));
}

TEST(Ladder, GivesTheReasonForLess) {
  TemporaryDirectory directory;
  LocalBackendOptions options{.directory = directory.path() / "workloads",
                              .launcher = fs::path(ATELIER_BIN_DIR) / "atelier-launcher",
                              .level = std::nullopt,
                              .flavors = {},
                              .bwrap = "/no/such/bwrap"};
  auto backend = LocalBackend::Open(options);
  ASSERT_TRUE(backend.has_value()) << backend.error().message;
  EXPECT_EQ((*backend)->level(), SandboxLevel::kNone);
  EXPECT_THAT((*backend)->level_reason(), HasSubstr("/no/such/bwrap"));
  options.level = SandboxLevel::kLimits;
  auto refused = LocalBackend::Open(options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::kFailedPrecondition);
}

INSTANTIATE_TEST_SUITE_P(Levels, Recovery,
                         testing::Values(SandboxLevel::kFull, SandboxLevel::kLimits, SandboxLevel::kNone),
                         [](const auto& parameter) { return std::string(ToString(parameter.param)); });

}  // namespace
}  // namespace atelier::compute
