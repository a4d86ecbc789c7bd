#include "engines/engine_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/files.h"
#include "base/json.h"
#include "base/process.h"
#include "engines/background_installer.h"
#include "engines/internal/install_lock.h"
#include "engines/testing/fake_python.h"

namespace atelier::engines {
namespace {

using testing::HasSubstr;

constexpr const char* kModern = "TF-2-python3.11";
constexpr const char* kOld = "TF-1-python2.7";

// A store over two engines and fake interpreters: TF-2 (hook, serves) and TF-1 (needs Python 2.7; TF-2 stands in for
// it).
class EngineStoreTest : public testing::Test {
 protected:
  EngineStoreTest() {
    WriteFakePython(bin_, {.version = "3.11.2", .base_prefix = "/opt/python"});
    EXPECT_TRUE(MakeDirectories(python_dir_ / "tf1_compat"));
    EXPECT_TRUE(WriteFileDurably(python_dir_ / "tf1_compat" / "sitecustomize.py", ""));
    SetPackages("one==1\n");
  }

  void SetPackages(const std::string& text) { EXPECT_TRUE(WriteFileDurably(directory_.path() / "lock.txt", text)); }

  EngineStore Store(std::uint64_t disk_mib = 1) {
    json::object modern{{"engine_id", 22},
                        {"engine_type", 1},
                        {"engine_name", "TF"},
                        {"name", kModern},
                        {"framework", "tf"},
                        {"framework_version", "2"},
                        {"lock", "lock.txt"},
                        {"interpreter", {{"python", "3.11"}}},
                        {"disk_mib", disk_mib},
                        {"hook", "tf1"},
                        {"probe", "print(1)"},
                        {"serves_with", kModern},
                        {"environment", {{"TF_CPP_MIN_LOG_LEVEL", "2"}}},
                        {"serving", {{"tensorflow_cc", "bin/python"}, {"tensorflow_framework", "bin/python"}}}};
    auto old = modern;
    old.erase("serving");
    old["engine_id"] = 3;
    old["name"] = kOld;
    old["interpreter"] = {{"python", "2.7"}, {"unicode", "ucs4"}};
    old["hook"] = "none";
    old["stand_in"] = kModern;
    old["bootstrap"] = json::array{"pip==1"};
    auto file = directory_.path() / "catalogue.json";
    json::object root{{"virtualenv", {{"python", "3.11"}, {"lock", "lock.txt"}}}, {"engines", {old, modern}}};
    EXPECT_TRUE(WriteFileDurably(file, PrettyJson(root)));
    auto catalogue = Catalogue::Load(file);
    EXPECT_TRUE(catalogue) << catalogue.error().message;
    return EngineStore(*catalogue, engines_, python_dir_,
                       {{{"PATH", "/usr/bin:/bin"}, {"PYTHONPATH", "/evil"}}, {bin_}});
  }

  EngineState StateOf(EngineStore& store, const char* name) {
    auto state = store.Inspect(name);
    EXPECT_TRUE(state);
    return *state;
  }

  TemporaryDirectory directory_;
  fs::path bin_ = directory_.path() / "bin";
  fs::path python_dir_ = directory_.path() / "python";
  fs::path engines_ = directory_.path() / "engines";
};

TEST_F(EngineStoreTest, InstallsAndTellsHowItGoes) {
  auto store = Store();
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kNotInstalled);
  std::vector<InstallProgress> told;
  auto installed = store.Install(kModern, [&](const InstallProgress& progress) { told.push_back(progress); });
  ASSERT_TRUE(installed) << installed.error().message;
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kAvailable);
  ASSERT_GE(told.size(), 4U);
  EXPECT_EQ(told.front().stage, "environment");
  EXPECT_EQ(told.back().stage, "done");
  EXPECT_EQ(told.back().percent, 100);
  EXPECT_TRUE(std::ranges::is_sorted(told, {}, &InstallProgress::percent));
  EXPECT_TRUE(
      std::ranges::any_of(told, [](const auto& p) { return p.line == "Collecting one==1" && p.stage == "packages"; }));
  auto log = ReadFile(store.LogFile(*store.catalogue().FindByName(kModern)));
  ASSERT_TRUE(log);
  EXPECT_THAT(*log, HasSubstr("--no-deps -r"));

  told.clear();
  ASSERT_TRUE(store.Install("22", [&](const InstallProgress& progress) { told.push_back(progress); }));
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(EngineStoreTest, ResolvesToWhatRuns) {
  auto store = Store();
  ASSERT_TRUE(store.Install(kModern));
  auto resolved = store.Resolve(kOld);
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(resolved->asked->name, kOld);
  EXPECT_EQ(resolved->running->name, kModern);
  auto venv = engines_ / kModern / "venv";
  auto hook = python_dir_ / "tf1_compat";
  EXPECT_EQ(resolved->python, venv / "bin" / "python");
  EXPECT_EQ(resolved->site_packages, venv / "lib/python3.11/site-packages");
  EXPECT_EQ(resolved->base_prefix, "/opt/python");
  EXPECT_EQ(resolved->read_only, (std::vector<fs::path>{venv, "/opt/python", hook}));
  EXPECT_EQ(resolved->python_path, std::vector<fs::path>{hook});
  EXPECT_EQ(resolved->environment.at("ATELIER_TF1_COMPAT"), "1");
  EXPECT_EQ(resolved->environment.at("TF_CPP_MIN_LOG_LEVEL"), "2");
  EXPECT_EQ(resolved->serving->tensorflow_cc, venv / "bin/python");
}

TEST_F(EngineStoreTest, TheStandInGivesWayToTheRealOne) {
  auto store = Store();
  auto state = StateOf(store, kOld);
  EXPECT_EQ(state.status, EngineStatus::kUnavailable);
  EXPECT_EQ(state.runs_as, kModern);
  EXPECT_EQ(state.reason,
            "no Python 2.7 (UCS4) was found in /usr/bin, PATH or ~/.pyenv/versions; TF-2-python3.11 runs in its place");
  auto resolved = store.Resolve(kOld);
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().message,
            "the engine TF-2-python3.11, which runs in place of TF-1-python2.7, is not installed; install it with: "
            "atelier engine "
            "install TF-2-python3.11");
  EXPECT_EQ(store.Install(kOld).error().kind, ErrorKind::kFailedPrecondition);

  WriteFakePython(bin_, {.version = "2.7.18", .has_ensurepip = false, .base_prefix = "/opt/python2"});
  EXPECT_EQ(StateOf(store, kOld).status, EngineStatus::kNotInstalled);
  EXPECT_EQ(store.RunningEngine("3").value()->name, kOld);
  auto installed = store.Install(kOld);
  ASSERT_TRUE(installed) << installed.error().message;
  resolved = store.Resolve(kOld);
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_EQ(resolved->running->name, kOld);
  EXPECT_TRUE(resolved->python_path.empty());
  EXPECT_FALSE(resolved->serving);
}

TEST_F(EngineStoreTest, AFailureIsToldAndRepaired) {
  SetPackages("unobtainable==1\n");
  auto store = Store();
  auto installed = store.Install(kModern);
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(
      installed.error().message,
      HasSubstr(
          "TF-2-python3.11: installing the packages failed (exit code 1): ERROR: No matching distribution found for "
          "unobtainable==1"));
  auto state = StateOf(store, kModern);
  EXPECT_EQ(state.status, EngineStatus::kBroken);
  EXPECT_THAT(state.reason, HasSubstr("No matching distribution"));
  EXPECT_FALSE(store.Resolve(kModern));

  SetPackages("one==1\n");
  auto repaired = Store();
  ASSERT_TRUE(repaired.Install(kModern));
  EXPECT_EQ(StateOf(repaired, kModern).status, EngineStatus::kAvailable);
}

TEST_F(EngineStoreTest, BeginsAgainAfterACrash) {
  ASSERT_TRUE(MakeDirectories(engines_ / kModern / "venv"));
  ASSERT_TRUE(WriteFileDurably(engines_ / kModern / "venv" / "no-probe", ""));  // would fail the probe if it stayed
  auto store = Store();
  auto state = StateOf(store, kModern);
  EXPECT_EQ(state.status, EngineStatus::kNotInstalled);
  EXPECT_THAT(state.reason, HasSubstr("did not finish"));
  ASSERT_TRUE(store.Install(kModern));
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kAvailable);
}

TEST_F(EngineStoreTest, SeesDamage) {
  auto store = Store();
  ASSERT_TRUE(store.Install(kModern));
  ASSERT_TRUE(RemoveTree(engines_ / kModern / "venv" / "bin"));
  auto state = StateOf(store, kModern);
  EXPECT_EQ(state.status, EngineStatus::kBroken);
  EXPECT_THAT(state.reason, HasSubstr("its Python is gone"));
  EXPECT_EQ(store.Resolve(kModern).error().kind, ErrorKind::kFailedPrecondition);
  ASSERT_TRUE(store.Install(kModern));
  ASSERT_TRUE(WriteFileDurably(engines_ / kModern / "ready.json", "{"));
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kBroken);
}

TEST_F(EngineStoreTest, OneInstallationAtATime) {
  auto store = Store();
  auto lock = InstallLock::Take(engines_ / ".locks" / kModern);
  ASSERT_TRUE(lock);
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kInstalling);
  auto second = store.Install(kModern);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(second.error().message, "TF-2-python3.11: it is being installed already");
  EXPECT_EQ(store.Remove(kModern).error().kind, ErrorKind::kConflict);
}

TEST_F(EngineStoreTest, StopsOnRequest) {
  SetPackages("endless==1\n");
  auto store = Store();
  std::stop_source source;
  auto stop_at_pip = [&, told = false](const InstallProgress& progress) mutable {
    if (!told && progress.line == "Collecting one==1") {
      told = true;
      EXPECT_EQ(StateOf(store, kModern).progress->stage, "packages");
      source.request_stop();
    }
  };
  auto installed = store.Install(kModern, stop_at_pip, source.get_token());
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kNotInstalled);
}

// Asks until the engine is on its way no more.
Readiness Await(BackgroundInstaller& installer, const char* name) {
  for (;;) {
    auto readiness = installer.Prepare(name);
    EXPECT_TRUE(readiness) << readiness.error().message;
    if (!readiness || readiness->state != Readiness::State::kInstalling) return readiness.value_or(Readiness{});
    std::this_thread::yield();
  }
}

TEST_F(EngineStoreTest, InstallsInTheBackgroundWhatIsWaitedFor) {
  auto store = Store();
  BackgroundInstaller installer(store);
  EXPECT_EQ(installer.Prepare(kOld)->state, Readiness::State::kInstalling);
  EXPECT_EQ(Await(installer, kOld).state, Readiness::State::kReady);
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kAvailable) << "the one that runs in place of the other";
}

TEST_F(EngineStoreTest, ABackgroundInstallationThatFailsIsToldAndNotRepeatedAtOnce) {
  SetPackages("unobtainable==1\n");
  auto store = Store();
  BackgroundInstaller installer(store);
  auto failed = Await(installer, kModern);
  EXPECT_EQ(failed.state, Readiness::State::kImpossible);
  EXPECT_THAT(failed.reason, HasSubstr("unobtainable"));
  EXPECT_EQ(installer.Prepare(kModern)->state, Readiness::State::kImpossible);
}

TEST_F(EngineStoreTest, ABackgroundInstallationEndsWithItsInstaller) {
  SetPackages("endless==1\n");
  auto store = Store();
  {
    BackgroundInstaller installer(store);
    EXPECT_EQ(installer.Prepare(kModern)->state, Readiness::State::kInstalling);
  }
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kNotInstalled);
}

TEST_F(EngineStoreTest, NeedsRoomOnTheDisk) {
  auto store = Store(1ULL << 40);
  auto installed = store.Install(kModern);
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().kind, ErrorKind::kResourceExhausted);
  EXPECT_THAT(installed.error().message, HasSubstr("the installation needs"));
  EXPECT_EQ(StateOf(store, kModern).status, EngineStatus::kNotInstalled);
}

TEST_F(EngineStoreTest, ProbesInTheEnginesOwnSurroundings) {
  auto store = Store();
  EXPECT_EQ(store.Probe(kModern).error().kind, ErrorKind::kFailedPrecondition);
  ASSERT_TRUE(store.Install(kModern));
  auto report = store.Probe(kModern);
  ASSERT_TRUE(report) << report.error().message;
  using Versions = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(report->versions,
            (Versions{{"python", "3.11.2"}, {"hook", "1"}, {"path", (python_dir_ / "tf1_compat").string()}}));
  ASSERT_TRUE(WriteFileDurably(engines_ / kModern / "venv" / "no-probe", ""));
  EXPECT_THAT(store.Probe(kModern).error().message,
              HasSubstr("does not start (exit code 1): ImportError: no such module"));
}

TEST_F(EngineStoreTest, RemovesAndNotesAnOlderList) {
  auto store = Store();
  ASSERT_TRUE(store.Install(kModern));
  SetPackages("one==2\n");
  auto later = Store();
  EXPECT_EQ(StateOf(later, kModern).status, EngineStatus::kAvailable);
  EXPECT_THAT(StateOf(later, kModern).reason, HasSubstr("another list of packages"));
  ASSERT_TRUE(later.Remove(kModern));
  EXPECT_EQ(StateOf(later, kModern).status, EngineStatus::kNotInstalled);
  EXPECT_FALSE(fs::exists(engines_ / kModern));
}

TEST_F(EngineStoreTest, MakesARealEnvironment) {
  InterpreterFinder finder(InterpreterFolders(CurrentEnvironment()));
  if (!finder.Find({"3.11", false})) GTEST_SKIP() << "no Python 3.11 that can make environments";
  SetPackages("# none\n");
  auto catalogue = [&] {
    Store();
    auto text = *ReadFile(directory_.path() / "catalogue.json");
    auto at = text.rfind("print(1)");
    text.replace(at, 8, "import sys; print('python %d' % sys.version_info[0])");
    EXPECT_TRUE(WriteFileDurably(directory_.path() / "catalogue.json", text));
    return *Catalogue::Load(directory_.path() / "catalogue.json");
  }();
  EngineStore store(catalogue, engines_, python_dir_);
  auto installed = store.Install(kModern);
  ASSERT_TRUE(installed) << installed.error().message;
  auto report = store.Probe(kModern);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->versions.front(), (std::pair<std::string, std::string>{"python", "3"}));
}

}  // namespace
}  // namespace atelier::engines
