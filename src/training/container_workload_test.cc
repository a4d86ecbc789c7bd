#include "training/container_workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kMounted = "/home/ma-user/modelarts";

class ContainerWorkloadTest : public testing::Test {
 protected:
  compute::Workload Started(const ContainerJobRequest& request) {
    version_ = world_.Create(request);
    world_.Settle();
    auto workload = world_.backend.Started(version_.workload_id());
    EXPECT_TRUE(workload.has_value()) << world_.Stored(version_).run.reason;
    return workload.value_or(compute::Workload{});
  }
  static const compute::Mount* Find(const compute::Workload& workload, const std::string& target) {
    for (const auto& mount : workload.mounts)
      if (mount.target == target) return &mount;
    return nullptr;
  }
  TrainingWorld world_;
  JobVersion version_;
};

TEST_F(ContainerWorkloadTest, FollowsTheScriptContract) {
  auto workload = Started(world_.MnistContainer());
  EXPECT_THAT(workload.command,
              ElementsAre("/engines/tf/bin/python", "-u",
                          "/home/ma-user/modelarts/user-job-dir/mnist-tensorflow-code/train_mnist_tf.py",
                          "--data_url=/home/ma-user/modelarts/inputs/data_url_0",
                          "--train_url=/home/ma-user/modelarts/outputs/train_url_0", "--max_steps=1000"));
  EXPECT_EQ(workload.working_directory, "/home/ma-user/modelarts/user-job-dir/mnist-tensorflow-code");
  auto job = world_.repository.FindJob(version_.job_id)->value();
  auto& environment = workload.environment;
  const std::map<std::string, std::string> expected = {
      {"HOME", "/home/ma-user"},
      {"MA_HOME", "/home/ma-user"},
      {"MA_JOB_DIR", "/home/ma-user/modelarts/user-job-dir"},
      {"MA_MOUNT_PATH", kMounted},
      {"MA_LOG_DIR", "/home/ma-user/modelarts/log"},
      {"MA_CURRENT_IP", "127.0.0.1"},
      {"MA_NUM_GPUS", "0"},
      {"MA_TASK_NAME", "worker"},
      {"MA_NUM_HOSTS", "1"},
      {"VC_TASK_INDEX", "0"},
      {"VC_WORKER_NUM", "1"},
      {"VC_WORKER_HOSTS", "127.0.0.1"},
      {"MA_CURRENT_INSTANCE_NAME", "modelarts-job-" + job.uuid + "-worker-0"},
      {"MA_INPUTS", R"({"inputs":[{"data_source":{"obs":{"obs_url":"s3://test-modelarts/mnist/dataset-mnist/"}}}]})"},
      {"MA_OUTPUTS", R"({"outputs":[{"data_source":{"obs":{"obs_url":"s3://test-modelarts/mnist/mnist-model/"}}}]})"},
      {"PYTHONPATH", "/engines/shim:/home/ma-user/modelarts/user-job-dir"},
  };
  for (const auto& [name, value] : expected) EXPECT_EQ(environment[name], value) << name;
  EXPECT_FALSE(Find(workload, "/home/ma-user/modelarts/inputs/data_url_0")->writable);
  EXPECT_TRUE(Find(workload, "/home/ma-user/modelarts/outputs/train_url_0")->writable);
  EXPECT_TRUE(world_.artifacts.last_materialize_linked()) << "no copy where the store is local";
}

TEST_F(ContainerWorkloadTest, SeveralInputsAndOutputsByArgumentAndByVariable) {
  world_.artifacts.Put("test-modelarts", "more/a", "a");
  auto request = world_.MnistContainer();
  request.run.inputs.push_back(
      {.name = "more", .description = {}, .url = "obs://test-modelarts/more/", .access = AccessMethod::kEnvironment});
  request.run.outputs.push_back(
      {.name = "logs", .description = {}, .url = "/test-modelarts/elsewhere/", .access = AccessMethod::kEnvironment});
  request.run.environment = {{"LEVEL", "7"}, {"PYTHONPATH", "/mine"}, {"VC_TASK_INDEX", "9"}};
  auto workload = Started(request);
  EXPECT_EQ(workload.environment["more"], "/home/ma-user/modelarts/inputs/more_1");
  EXPECT_EQ(workload.environment["logs"], "/home/ma-user/modelarts/outputs/logs_1");
  EXPECT_EQ(workload.environment["LEVEL"], "7");
  EXPECT_EQ(workload.environment["VC_TASK_INDEX"], "0") << "only the platform knows";
  EXPECT_THAT(workload.environment["PYTHONPATH"], testing::EndsWith("user-job-dir:/mine"));
  EXPECT_EQ(workload.command.size(), 6U) << "variables are no arguments";

  auto root = world_.OutputOf(version_).parent_path();
  ASSERT_TRUE(WriteFileDurably(root / "train_url_0/model.pb", "graph"));
  ASSERT_TRUE(WriteFileDurably(root / "logs_1/events", "curve"));
  world_.backend.Finish(workload.id, 1);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version_).run.status, Status::kFailed);
  auto objects = world_.artifacts.Objects();
  EXPECT_EQ(objects["/test-modelarts/mnist/mnist-model/model.pb"], "graph") << "after a failure as well";
  EXPECT_EQ(objects["/test-modelarts/elsewhere/events"], "curve");
}

TEST_F(ContainerWorkloadTest, OutputsAreLiveWhileItRuns) {
  auto workload = Started(world_.MnistContainer());
  ASSERT_TRUE(WriteFileDurably(world_.OutputOf(version_).parent_path() / "train_url_0/events", "curve"));
  for (int look = 0; look < 2; ++look) ASSERT_TRUE(world_.service->reconciler().RunPass());
  EXPECT_EQ(world_.artifacts.Objects()["/test-modelarts/mnist/mnist-model/events"], "curve");
}

TEST_F(ContainerWorkloadTest, ACommandGetsEverythingAsVariablesToo) {
  auto request = world_.MnistContainer();
  request.run.boot_file.clear();
  request.run.command = "python train_mnist_tf.py \"$@\"";
  request.run.local_code_dir = "/home/ma-user/mine";
  request.run.working_dir = "/home/ma-user/work";
  auto workload = Started(request);
  EXPECT_THAT(workload.command,
              ElementsAre("/bin/sh", "-c", "python train_mnist_tf.py \"$@\"", "command",
                          "--data_url=/home/ma-user/modelarts/inputs/data_url_0",
                          "--train_url=/home/ma-user/modelarts/outputs/train_url_0", "--max_steps=1000"));
  EXPECT_EQ(workload.environment["data_url"], "/home/ma-user/modelarts/inputs/data_url_0");
  EXPECT_EQ(workload.environment["max_steps"], "1000");
  EXPECT_EQ(workload.environment["WORKSPACE"], "/home/ma-user/mine/mnist-tensorflow-code");
  EXPECT_EQ(workload.working_directory, "/home/ma-user/work");
  EXPECT_NE(Find(workload, "/home/ma-user/mine"), nullptr);
}

TEST_F(ContainerWorkloadTest, WithoutASandboxPathsAreTheHosts) {
  world_.backend.SetLevel(compute::SandboxLevel::kNone, "no user namespaces");
  auto request = world_.MnistContainer();
  request.run.working_dir = "/home/ma-user/work";
  auto workload = Started(request);
  auto outputs = world_.OutputOf(version_).parent_path();
  EXPECT_THAT(workload.command, Contains("--train_url=" + (outputs / "train_url_0").string()));
  EXPECT_FALSE(world_.artifacts.last_materialize_linked());
  auto shown = world_.whole->Outputs(world_.Stored(version_));
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].folder, outputs / "train_url_0");
}

TEST_F(ContainerWorkloadTest, TheLogGoesToItsFolder) {
  auto request = world_.MnistContainer();
  request.run.log_url = "/test-modelarts/logs/";
  request.run.parameters.push_back({"train_url", "/elsewhere"});
  auto workload = Started(request);
  world_.backend.Finish(workload.id);
  world_.Settle();
  auto job = world_.repository.FindJob(version_.job_id)->value();
  auto log = world_.artifacts.Objects()["/test-modelarts/logs/modelarts-job-" + job.uuid + "-worker-0.log"];
  EXPECT_THAT(log, HasSubstr("data_url: /test-modelarts/mnist/dataset-mnist/"));
  EXPECT_THAT(log, HasSubstr("note: the parameter train_url=/elsewhere is not passed on"));
  EXPECT_THAT(log, HasSubstr("Training completed."));
}

}  // namespace
}  // namespace atelier::training
