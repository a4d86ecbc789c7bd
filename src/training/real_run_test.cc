// Whole runs over the real backend and the real object store: what a script sees, and what is left of it.
#include <gmock/gmock.h>

#include "base/strings.h"
#include "compute/local_backend.h"
#include "compute/testing/local_fixture.h"
#include "object_store/testing/service_fixture.h"
#include "training/job_service.h"
#include "training/object_artifact_store.h"
#include "training/run_layout.h"
#include "training/state_machine.h"
#include "training/testing/fake_engine_source.h"
#include "training/testing/memory_job_repository.h"

namespace atelier::training {
namespace {

using testing::HasSubstr;

constexpr const char* kScript = R"(
import argparse, json, os, sys, time
parser = argparse.ArgumentParser()
parser.add_argument('--data_url'); parser.add_argument('--train_url'); parser.add_argument('--steps', type=int)
flags, _ = parser.parse_known_args()
print('started in', os.getcwd(), flush=True)
text = open(os.path.join(flags.data_url, 'sub', 'numbers.txt')).read()
try:
    open(os.path.join(flags.data_url, 'sub', 'numbers.txt'), 'a').write('changed')
except OSError as error:
    print('data is read-only')
open(os.path.join('/cache' if os.path.isdir('/cache') else os.environ['HOME'], 'scratch'), 'w').write('x')
os.makedirs(os.path.join(flags.train_url, 'model'))
json.dump({'sum': sum(map(int, text.split())), 'steps': flags.steps}, open(os.path.join(flags.train_url, 'model', 'result.json'), 'w'))
while os.environ.get('WAIT_FOR_STOP'):
    time.sleep(0.05)
if flags.steps == 13:
    raise ValueError('unlucky')
)";

class RealRunTest : public object_store::ServiceFixture, public testing::WithParamInterface<compute::SandboxLevel> {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    ASSERT_TRUE(Put("code/train.py", kScript));
    ASSERT_TRUE(Put("data/sub/numbers.txt", "1 2 3"));
    compute::LocalBackendOptions options;
    options.directory = folder_.path() / "workloads";
    options.launcher = fs::path(ATELIER_BIN_DIR) / "atelier-launcher";
    options.level = GetParam();
    options.flavors = {{.spec_id = 7, .code = "modelarts.vm.cpu.2u", .cores = 2, .memory_bytes = 1ULL << 30}};
    auto opened = compute::LocalBackend::Open(options);
    if (!opened) GTEST_SKIP() << opened.error().message;
    backend_ = *std::move(opened);
    engines_.SetReadiness({.state = EngineReadiness::State::kReady,
                           .runtime = {.name = "plain python",
                                       .python = "/usr/bin/python3",
                                       .read_only = {},
                                       .python_path = {},
                                       .environment = environment_},
                           .reason = {}});
    artifacts_ = std::make_unique<ObjectArtifactStore>(*service_);
    Open();
  }

  void Open() {
    jobs_.reset();
    JobOptions options;
    options.runner.directory = folder_.path() / "jobs";
    options.runner.stop_grace = Milliseconds(200);
    options.reconciler.tick = std::chrono::milliseconds(20);
    jobs_ =
        std::make_unique<JobService>(JobPorts{repository_, *artifacts_, engines_, *backend_, system_clock_}, options);
    jobs_->Start();
  }

  JobVersion Create(const std::string& steps) {
    JobRequest request;
    request.name = "job-" + steps;
    request.run.app_url = "/bucket/code/";
    request.run.boot_file_url = "/bucket/code/train.py";
    request.run.data_url = "/bucket/data/";
    request.run.train_url = "/bucket/out-" + steps + "/";
    request.run.engine_id = 3;
    request.run.parameters = {{"steps", steps}};
    auto receipt = jobs_->CreateJob(me_.project_id, request);
    EXPECT_TRUE(receipt) << receipt.error().message;
    return receipt ? *receipt->version : JobVersion{};
  }
  JobVersion Stored(const JobVersion& version) { return repository_.FindVersion(version.id)->value(); }
  bool Reaches(const JobVersion& version, const std::function<bool(const RunState&)>& state) {
    return compute::Eventually([&] { return state(Stored(version).run); });
  }
  static bool Settled(const RunState& run) { return IsFinal(run.status) && run.cleaned; }
  std::string LogOf(const JobVersion& version) {
    return ReadFile(RunLayout(folder_.path() / "jobs", version).log).value_or("");
  }

  std::map<std::string, std::string> environment_;
  SystemClock system_clock_;
  MemoryJobRepository repository_;
  FakeEngineSource engines_;
  std::unique_ptr<compute::LocalBackend> backend_;
  std::unique_ptr<ObjectArtifactStore> artifacts_;
  std::unique_ptr<JobService> jobs_;
};

TEST_P(RealRunTest, AScriptReadsItsDataAndItsOutputsAreStored) {
  auto version = Create("5");
  ASSERT_TRUE(Reaches(version, Settled)) << LogOf(version);
  auto run = Stored(version).run;
  EXPECT_EQ(run.status, Status::kCompleted) << run.reason << "\n" << LogOf(version);
  EXPECT_EQ(Get("out-5/model/result.json"), R"({"sum": 6, "steps": 5})");
  EXPECT_EQ(Get("data/sub/numbers.txt"), "1 2 3") << "the stored data must not change whatever the script does";
  if (GetParam() != compute::SandboxLevel::kNone) {
    EXPECT_THAT(LogOf(version), HasSubstr("started in /home/work/user-job-dir\ndata is read-only\n"));
  }
  EXPECT_THAT(LogOf(version), HasSubstr("[Modelarts Service Log]Training completed.\n"));
  EXPECT_TRUE(backend_->List()->empty());
}

TEST_P(RealRunTest, AnExceptionIsTheReason) {
  auto version = Create("13");
  ASSERT_TRUE(Reaches(version, Settled)) << LogOf(version);
  EXPECT_EQ(Stored(version).run.status, Status::kFailed);
  EXPECT_THAT(Stored(version).run.reason, HasSubstr("exit code 1: ValueError: unlucky (train.py, line "));
  EXPECT_EQ(Get("out-13/model/result.json"), R"({"sum": 6, "steps": 13})");
}

class RealStopTest : public RealRunTest {
 protected:
  void SetUp() override {
    environment_["WAIT_FOR_STOP"] = "1";
    RealRunTest::SetUp();
  }
};

TEST_P(RealStopTest, OutputsAreLiveAStopEndsItAndARestartAdoptsIt) {
  auto version = Create("7");
  ASSERT_TRUE(compute::Eventually([&] { return Get("out-7/model/result.json") == R"({"sum": 6, "steps": 7})"; }))
      << LogOf(version);
  Open();
  EXPECT_EQ(Stored(version).run.status, Status::kRunning);
  ASSERT_TRUE(jobs_->Stop(me_.project_id, version.job_id, version.id));
  ASSERT_TRUE(Reaches(version, Settled));
  EXPECT_EQ(Stored(version).run.status, Status::kKilled);
  EXPECT_THAT(LogOf(version), HasSubstr("Training stopped.\n"));
  EXPECT_TRUE(backend_->List()->empty());
}

std::string LevelName(const testing::TestParamInfo<compute::SandboxLevel>& info) {
  return std::string(ToString(info.param));
}

constexpr compute::SandboxLevel kLevels[] = {compute::SandboxLevel::kFull, compute::SandboxLevel::kLimits,
                                             compute::SandboxLevel::kNone};
INSTANTIATE_TEST_SUITE_P(At, RealRunTest, testing::ValuesIn(kLevels), LevelName);
INSTANTIATE_TEST_SUITE_P(At, RealStopTest, testing::ValuesIn(kLevels), LevelName);

}  // namespace
}  // namespace atelier::training
