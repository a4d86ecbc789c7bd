#include "training/workload_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class WorkloadBuilderTest : public testing::Test {
 protected:
  compute::Workload Started(const JobRequest& request) {
    version_ = world_.Create(request);
    world_.Settle();
    auto workload = world_.backend.Started(version_.workload_id());
    EXPECT_TRUE(workload.has_value());
    return workload.value_or(compute::Workload{});
  }
  TrainingWorld world_;
  JobVersion version_;
};

TEST_F(WorkloadBuilderTest, FollowsTheScriptContract) {
  auto workload = Started(world_.MnistRequest());
  EXPECT_EQ(workload.id, "job-1-v0001");
  EXPECT_THAT(
      workload.command,
      ElementsAre("/engines/tf/bin/python", "-u", "/home/work/user-job-dir/mnist-tensorflow-code/train_mnist_tf.py",
                  "--data_url=/home/work/modelarts/inputs/data_url_0/",
                  "--train_url=/home/work/modelarts/outputs/train_url_0/", "--max_steps=1000"));
  EXPECT_EQ(workload.working_directory, "/home/work/user-job-dir");
  EXPECT_EQ(workload.limits.cores, 2);
  EXPECT_EQ(workload.limits.memory_bytes, 8ULL << 30);
  auto& environment = workload.environment;
  EXPECT_EQ(environment["HOME"], "/home/work");
  EXPECT_EQ(environment["PYTHONUNBUFFERED"], "1");
  EXPECT_EQ(environment["MA_JOB_DIR"], "/home/work/user-job-dir");
  EXPECT_EQ(environment["PYTHONPATH"], "/engines/shim:/home/work/user-job-dir");
  EXPECT_EQ(environment["PATH"], "/engines/tf/bin:/usr/local/bin:/usr/bin:/bin");
  EXPECT_EQ(environment["TF_USE_LEGACY_KERAS"], "1");
  EXPECT_EQ(environment["DLS_DATA_URL"], "s3://test-modelarts/mnist/dataset-mnist/");
  EXPECT_EQ(environment["MA_INPUTS"],
            R"({"inputs":[{"data_source":{"obs":{"obs_url":"s3://test-modelarts/mnist/dataset-mnist/"}}}]})");
  EXPECT_EQ(ReadFile(RunLayout(world_.options.runner.directory, version_).code / "mnist-tensorflow-code" /
                     "train_mnist_tf.py"),
            "print('hello')\n");
  EXPECT_TRUE(world_.artifacts.last_materialize_linked());
  for (const auto& mount : workload.mounts)
    if (mount.target == kDataInside) EXPECT_FALSE(mount.writable) << "hard-linked data must not be written to";
}

TEST_F(WorkloadBuilderTest, WithoutASandboxPathsAreTheHosts) {
  world_.backend.SetLevel(compute::SandboxLevel::kNone, "no user namespaces");
  auto workload = Started(world_.MnistRequest());
  RunLayout layout(world_.options.runner.directory, version_);
  EXPECT_EQ(workload.working_directory, layout.code);
  EXPECT_EQ(workload.command[3], "--data_url=" + layout.data.string() + "/");
  EXPECT_EQ(workload.environment["HOME"], layout.home);
  EXPECT_FALSE(world_.artifacts.last_materialize_linked()) << "a script could write through the links";
}

TEST_F(WorkloadBuilderTest, ThePlatformsOptionsWin) {
  auto request = world_.MnistRequest();
  request.run.parameters = {{"train_url", "/somewhere/else"}, {"lr", "0.1"}};
  auto workload = Started(request);
  EXPECT_THAT(workload.command, Not(Contains("--train_url=/somewhere/else")));
  EXPECT_THAT(workload.command, Contains("--lr=0.1"));
  EXPECT_NE(world_.LogOf(version_).find("note: the parameter train_url=/somewhere/else is not passed on"),
            std::string::npos);
}

TEST_F(WorkloadBuilderTest, RequirementsAreInstalledBeforeTheScript) {
  world_.artifacts.Put("test-modelarts", "mnist/mnist-tensorflow-code/pip-requirements.txt", "six\n");
  auto workload = Started(world_.MnistRequest());
  ASSERT_GE(workload.command.size(), 9U);
  EXPECT_EQ(workload.command[0], "/bin/sh");
  EXPECT_EQ(workload.command[4], "/engines/tf/bin/python");
  EXPECT_EQ(workload.command[5], "/home/work/site-packages");
  EXPECT_EQ(workload.command[6], "/home/work/user-job-dir/mnist-tensorflow-code/pip-requirements.txt");
  EXPECT_EQ(workload.environment["PYTHONPATH"], "/engines/shim:/home/work/site-packages:/home/work/user-job-dir");

  RunLayout layout(world_.options.runner.directory, version_);
  ASSERT_TRUE(WriteFileDurably(layout.site_packages / kInstallFailedMarker, ""));
  world_.backend.Finish(workload.id, 1);
  world_.Settle();
  auto ended = world_.Stored(version_);
  EXPECT_EQ(ended.run.status, Status::kFailed);
  EXPECT_EQ(ended.run.reason, "pip-requirements.txt could not be installed; the log shows what pip said");
}

TEST_F(WorkloadBuilderTest, TheLogBeginsWithWhatRuns) {
  Started(world_.MnistRequest());
  auto log = world_.LogOf(version_);
  EXPECT_NE(
      log.find(
          "[Modelarts Service Log]engine: TF-1.8.0-python2.7 was asked for, TF-2.15.1-python3.11 runs in its place\n"),
      std::string::npos);
  EXPECT_NE(log.find("resources: modelarts.vm.cpu.2u (2 cores, 8.0 GiB)\n"), std::string::npos);
  EXPECT_NE(log.find("command: /engines/tf/bin/python -u /home/work/user-job-dir/"), std::string::npos);
}

}  // namespace
}  // namespace atelier::training
