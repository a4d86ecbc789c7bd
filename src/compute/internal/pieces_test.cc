// The parts of the room that need no process: texts of /proc and of cgroup file systems, records, plans, options.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/json.h"
#include "compute/flavors.h"
#include "compute/init/plan.h"
#include "compute/internal/cgroup.h"
#include "compute/internal/process_tree.h"
#include "compute/internal/run_folder.h"
#include "compute/internal/spec_json.h"
#include "compute/launcher/log_writer.h"
#include "compute/launcher/sandbox_command.h"

namespace atelier::compute {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSubsetOf;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

Workload GoodWorkload() {
  Workload workload;
  workload.id = "job-1-v0001";
  workload.command = {"/usr/bin/python3", "-c", "print('\xc3\xa9')"};
  workload.environment = {{"A", "1"}, {"EMPTY", ""}, {"LINES", "a\nb=c"}};
  workload.working_directory = "/job/code";
  workload.mounts = {{.source = "/data/x", .target = "/job/code", .writable = false},
                     {.source = "/data/y", .target = "/job/output", .writable = true}};
  workload.limits = {.cores = 1.5, .memory_bytes = 1ULL << 33, .processes = 100, .file_bytes = 1ULL << 40};
  workload.network = NetworkAccess::kNone;
  workload.stop_grace = Milliseconds(1234);
  workload.log_file = "/data/log";
  workload.log_limit_bytes = 12345;
  return workload;
}

TEST(ProcessStat, SurvivesNamesWithBracketsAndSpaces) {
  std::string text =
      "42 (a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 98765 1000 77 18446744073709551615 1 1 0 0 0 0 "
      "0";
  auto stat = ParseProcessStat(text);
  ASSERT_TRUE(stat.has_value());
  EXPECT_EQ(stat->parent, 7);
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->cpu_ticks, 100U);
  EXPECT_EQ(stat->start_ticks, 98765U);
  EXPECT_EQ(stat->resident_pages, 77U);
}

TEST(ProcessStat, RefusesOtherText) {
  for (const char* text : {"", "42", "42 (x", "42 (x)", "42 (x) ", "42 (x) S", "42 (x) S 1 2", "42 (x) S a b c"})
    EXPECT_FALSE(ParseProcessStat(text).has_value()) << text;
}

TEST(ProcessIdentity, TellsThisProcessFromItsPidAtAnotherTime) {
  ProcessIdentity self = ProcessIdentity::Self();
  EXPECT_TRUE(self.IsRunning());
  ProcessIdentity earlier = self;
  earlier.start_ticks -= 1;
  EXPECT_FALSE(earlier.IsRunning());
  ProcessIdentity other_boot = self;
  other_boot.boot_id = "another";
  EXPECT_FALSE(other_boot.IsRunning());
}

TEST(Cgroups, ReadsMounts) {
  auto mounts = ParseCgroupMounts(
      "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
      "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
      "41 31 0:38 /docker/1 /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
      "garbage\n");
  ASSERT_EQ(mounts.size(), 2U);
  EXPECT_FALSE(mounts[0].unified);
  EXPECT_THAT(mounts[0].controllers, ElementsAre("rw", "cpu", "cpuacct"));
  EXPECT_TRUE(mounts[1].unified);
  EXPECT_EQ(mounts[1].root, "/docker/1");
}

TEST(Cgroups, ReadsOwnGroups) {
  EXPECT_THAT(ParseOwnCgroups("9:name=systemd:/\n4:memory:/a/b\n1:cpu,cpuacct:/c\n0::/user.slice\n"),
              UnorderedElementsAre(Pair("name=systemd", "/"), Pair("memory", "/a/b"), Pair("cpu", "/c"),
                                   Pair("cpuacct", "/c"), Pair("", "/user.slice")));
}

TEST(Cgroups, FindsTheDirectoryOfAGroup) {
  auto directory = [](const char* root, const char* own) {
    CgroupMount mount;
    mount.mount_point = "/m";
    mount.root = root;
    return GroupDirectory(mount, own).string();
  };
  EXPECT_EQ(directory("/", "/"), "/m");
  EXPECT_EQ(directory("/", "/a/b"), "/m/a/b");
  EXPECT_EQ(directory("/docker/1", "/docker/1"), "/m");
  EXPECT_EQ(directory("/docker/1", "/docker/1/x"), "/m/x");
  EXPECT_EQ(directory("/docker/1", "/other"), "/m");
  EXPECT_EQ(directory("/", "/../outside"), "/m");
}

TEST(Cgroups, ReadsFields) {
  EXPECT_EQ(ReadField("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", "oom_kill"), 3U);
  EXPECT_EQ(ReadField("oom 1\noom_group_kill 2\n", "oom_kill"), std::nullopt);
  EXPECT_EQ(ReadField("", "x"), std::nullopt);
}

TEST(Records, SpecComesBackWhole) {
  LaunchSpec spec{.workload = GoodWorkload(),
                  .level = SandboxLevel::kLimits,
                  .deny_user_namespaces = true,
                  .bwrap = "/usr/bin/bwrap",
                  .cgroups = {.unified_limits = true, .paths = {{"unified", "/g/x"}}}};
  auto object = ParseJsonObject(CompactJson(ToJson(spec)));
  ASSERT_TRUE(object.has_value());
  auto read = SpecFromJson(*object);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(CompactJson(ToJson(*read)), CompactJson(ToJson(spec)));
  EXPECT_EQ(read->workload.environment, spec.workload.environment);
  EXPECT_EQ(read->workload.command, spec.workload.command);
  EXPECT_EQ(read->workload.stop_grace, Milliseconds(1234));
}

TEST(Records, SpecOfAnEarlierVersionHasTheUsualStopGrace) {
  auto object = ToJson(
      LaunchSpec{.workload = GoodWorkload(), .level = {}, .deny_user_namespaces = false, .bwrap = {}, .cgroups = {}});
  object["workload"].as_object().erase("stop_grace_ms");
  auto read = SpecFromJson(object);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->workload.stop_grace, Workload().stop_grace);
}

TEST(Records, BrokenSpecIsAnError) {
  auto object = ToJson(
      LaunchSpec{.workload = GoodWorkload(), .level = {}, .deny_user_namespaces = false, .bwrap = {}, .cgroups = {}});
  for (const char* key : {"workload", "level", "bwrap", "cgroups"}) {
    auto broken = object;
    broken.erase(key);
    EXPECT_FALSE(SpecFromJson(broken).has_value()) << key;
  }
}

TEST(Records, LockIsSeenWithoutBeingTaken) {
  TemporaryDirectory directory;
  RunFolder folder(directory.path());
  EXPECT_FALSE(folder.IsLocked());
  auto lock = folder.TryLock();
  ASSERT_TRUE(lock.has_value() && lock->has_value());
  EXPECT_TRUE(folder.IsLocked());
  auto second = folder.TryLock();
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(second->has_value());
  (*lock)->Reset();
  EXPECT_FALSE(folder.IsLocked());
}

TEST(Records, ForcibleRemovalOpensDirectories) {
  TemporaryDirectory directory;
  fs::path tree = directory.path() / "tree";
  fs::create_directories(tree / "a" / "b");
  fs::create_directory_symlink("/", tree / "root");
  fs::permissions(tree / "a" / "b", fs::perms::none);
  fs::permissions(tree / "a", fs::perms::none);
  EXPECT_TRUE(RemoveForcibly(tree).has_value());
  EXPECT_FALSE(fs::exists(tree));
  EXPECT_TRUE(RemoveForcibly(tree).has_value());
}

TEST(InitPlan, ComesBackWholeAndRefusesOtherBytes) {
  InitPlan plan{.working_directory = "/x",
                .owns_namespace = false,
                .processes = 5,
                .data_bytes = 6,
                .file_bytes = 7,
                .environment = {"A=1", "B="},
                .command = {"/bin/sh", "", "x y"}};
  std::string bytes = EncodePlan(plan);
  auto read = DecodePlan(bytes);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(EncodePlan(*read), bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(DecodePlan(bytes.substr(0, size)).has_value());
  EXPECT_FALSE(DecodePlan(bytes + "x").has_value());
}

TEST(CheckWorkload, NamesWhatIsWrong) {
  EXPECT_TRUE(CheckWorkload(GoodWorkload()).has_value());
  struct Case {
    const char* expected;
    void (*spoil)(Workload&);
  };
  const Case cases[] = {
      {"id", [](Workload& w) { w.id = "Upper"; }},
      {"id", [](Workload& w) { w.id = "../x"; }},
      {"id", [](Workload& w) { w.id.assign(65, 'a'); }},
      {"command", [](Workload& w) { w.command.clear(); }},
      {"command", [](Workload& w) { w.command[0] = "python3"; }},
      {"argument", [](Workload& w) { w.command.push_back(std::string("a\0b", 3)); }},
      {"variable 'A=B'", [](Workload& w) { w.environment["A=B"] = "x"; }},
      {"variable 'L'", [](Workload& w) { w.environment["L"] = "\xff"; }},
      {"working directory", [](Workload& w) { w.working_directory = "code"; }},
      {"stop grace", [](Workload& w) { w.stop_grace = Milliseconds(-1); }},
      {"stop grace", [](Workload& w) { w.stop_grace = std::chrono::hours(25); }},
      {"log file", [](Workload& w) { w.log_file = ""; }},
      {"mount", [](Workload& w) { w.mounts[0].source = "data"; }},
      {"mount", [](Workload& w) { w.mounts[0].target = "/job/../etc"; }},
      {"system", [](Workload& w) { w.mounts[0].target = "/usr/lib/x"; }},
      {"system", [](Workload& w) { w.mounts[0].target = "/"; }},
      {"cores", [](Workload& w) { w.limits.cores = -1; }},
      {"processes", [](Workload& w) { w.limits.processes = 0; }},
  };
  for (const Case& item : cases) {
    Workload workload = GoodWorkload();
    item.spoil(workload);
    auto checked = CheckWorkload(workload);
    ASSERT_FALSE(checked.has_value()) << item.expected;
    EXPECT_EQ(checked.error().kind, ErrorKind::kInvalidArgument);
    EXPECT_THAT(checked.error().message, testing::HasSubstr(item.expected));
  }
}

TEST(SandboxOptions, HoldTheSecretsOfTheWorkloadNowhere) {
  LaunchSpec spec{.workload = GoodWorkload(),
                  .level = SandboxLevel::kFull,
                  .deny_user_namespaces = true,
                  .bwrap = "/b",
                  .cgroups = {}};
  auto options = SandboxOptions(spec, "/scratch", "/init", {7, 8, 9});
  EXPECT_THAT(options, Contains("--unshare-net"));
  EXPECT_THAT(options, Contains("--disable-userns"));
  EXPECT_THAT(options, Not(Contains("/etc/resolv.conf")));
  EXPECT_THAT(options, Not(Contains("EMPTY")));
  spec.workload.network = NetworkAccess::kHost;
  spec.deny_user_namespaces = false;
  options = SandboxOptions(spec, "/scratch", "/init", {7, 8, 9});
  EXPECT_THAT(options, Not(Contains("--unshare-net")));
  EXPECT_THAT(options, Not(Contains("--disable-userns")));
  EXPECT_THAT(options, Contains("/etc/resolv.conf"));
}

TEST(LogWriter, StopsAtTheLimitAndSaysSoOnce) {
  TemporaryDirectory directory;
  fs::path file = directory.path() / "log";
  {
    auto log = LogWriter::Open(file, 10);
    ASSERT_TRUE(log.has_value());
    log->Write("12345");
    log->Write("67890");
    log->Write("abc");
    log->Write("def");
    EXPECT_EQ(log->beginning(), "1234567890abcdef");
  }
  EXPECT_EQ(ReadFile(file).value(),
            "1234567890\n[atelier] the log reached its limit of 10 bytes; further output is dropped\n");
}

TEST(Flavors, AreMarkedByWhatTheMachineHas) {
  constexpr std::uint64_t kGiB = 1ULL << 30;
  auto available = [](int cores, std::uint64_t memory) {
    std::vector<int> ids;
    for (const Flavor& flavor : DefaultFlavors({.cores = cores, .memory_bytes = memory}))
      if (flavor.available) ids.push_back(flavor.spec_id);
    return ids;
  };
  EXPECT_THAT(available(1, 1 * kGiB), ElementsAre());
  EXPECT_THAT(available(2, 8 * kGiB - kGiB / 2), ElementsAre(1, 7));
  EXPECT_THAT(available(2, 64 * kGiB), ElementsAre(1, 7));
  EXPECT_THAT(available(16, 64 * kGiB), ElementsAre(1, 7, 27));
  EXPECT_EQ(DefaultFlavors(ThisMachine())[1].code, "modelarts.vm.cpu.2u");
  EXPECT_GE(ThisMachine().cores, 1);
  EXPECT_GT(ThisMachine().memory_bytes, 0U);
}

}  // namespace
}  // namespace atelier::compute
