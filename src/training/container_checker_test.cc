#include "training/container_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

using testing::HasSubstr;

class ContainerCheckerTest : public testing::Test {
 protected:
  Result<JobSpec> Check(const ContainerJobRequest& request) {
    ContainerChecker checker(world_.artifacts, world_.engines, world_.backend.Flavors());
    return checker.Check(kProject, request);
  }
  // The code and message with which a changed request is refused.
  Error Refusal(const std::function<void(ContainerJobRequest&)>& change) {
    auto request = world_.MnistContainer();
    change(request);
    auto checked = Check(request);
    EXPECT_FALSE(checked);
    return checked ? Error{} : checked.error();
  }
  TrainingWorld world_;
};

TEST_F(ContainerCheckerTest, KeepsWhatWasAsked) {
  auto request = world_.MnistContainer();
  request.annotations = {{"fault-tolerance/job-retry-num", "3"}, {"other", "x"}};
  request.run.environment = {{"LEVEL", "7"}};
  auto spec = Check(request);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->app_url, request.run.code_dir);
  EXPECT_EQ(spec->data_url, "/test-modelarts/mnist/dataset-mnist/") << "API v1 sees the first input";
  EXPECT_EQ(spec->train_url, "/test-modelarts/mnist/mnist-model/");
  EXPECT_EQ(spec->engine_name, "TF-1.8.0-python2.7");
  EXPECT_EQ(spec->flavor, "modelarts.vm.cpu.2u");
  ASSERT_TRUE(spec->container);
  EXPECT_EQ(spec->container->restart, (RestartPolicy{.most_restarts = 3, .unconditional = false}));
  EXPECT_EQ(spec->container->annotations.at("other"), "x");
  EXPECT_EQ(spec->container->environment.at("LEVEL"), "7");
  EXPECT_EQ(spec->container->user_name, "ann");
}

TEST_F(ContainerCheckerTest, EnginesHaveSeveralNames) {
  using Change = std::function<void(ContainerRequest&)>;
  for (const Change& change : std::vector<Change>{[](ContainerRequest& run) { run.engine_id = "tf-1.8.0-PYTHON2.7"; },
                                                  [](ContainerRequest& run) { run.engine_id = "3"; },
                                                  [](ContainerRequest& run) {
                                                    run.engine_id.clear();
                                                    run.engine_name = "TensorFlow";
                                                    run.engine_version = "TF-1.8.0-python2.7";
                                                  }}) {
    auto request = world_.MnistContainer();
    change(request.run);
    auto spec = Check(request);
    ASSERT_TRUE(spec) << spec.error().message;
    EXPECT_EQ(spec->engine_name, "TF-1.8.0-python2.7");
  }
}

TEST_F(ContainerCheckerTest, ABootFileMayBeRelative) {
  auto request = world_.MnistContainer();
  request.run.boot_file = "train_mnist_tf.py";
  auto spec = Check(request);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->boot_file_url, "/test-modelarts/mnist/mnist-tensorflow-code/train_mnist_tf.py");
}

TEST_F(ContainerCheckerTest, RefusesUnderTheCodesOfTheApi) {
  struct Row {
    const char* code;
    const char* part;  // of the message
    std::function<void(ContainerJobRequest&)> change;
  };
  const Row rows[] = {
      {"ModelArts.2757", "algorithm.code_dir",
       [](auto& r) {
         r.run.code_dir = "/test-modelarts/none/";
         r.run.boot_file = "train.py";
       }},
      {"ModelArts.2758", "algorithm.boot_file", [](auto& r) { r.run.boot_file = "none.py"; }},
      {"ModelArts.2758", "algorithm.boot_file", [](auto& r) { r.run.boot_file = "/foreign/train.py"; }},
      {"ModelArts.2757", "algorithm.code_dir", [](auto& r) { r.run.code_dir = "mnist"; }},
      {"ModelArts.2780", "there is no engine Caffe", [](auto& r) { r.run.engine_id = "Caffe"; }},
      {"ModelArts.2780", "algorithm.engine", [](auto& r) { r.run.engine_id.clear(); }},
      {"ModelArts.2806", "algorithm.engine",
       [](auto& r) {
         r.run.engine_id.clear();
         r.run.command = "true";
       }},
      {"ModelArts.2781", "there is no flavor huge", [](auto& r) { r.run.flavor_id = "huge"; }},
      {"ModelArts.2793", "run on one node", [](auto& r) { r.run.node_count = 2; }},
      {"ModelArts.2791", "algorithm.inputs", [](auto& r) { r.run.inputs[0].url = "/test-modelarts/none/"; }},
      {"ModelArts.2791", "remote.obs.obs_url", [](auto& r) { r.run.outputs[0].url.clear(); }},
      {"ModelArts.2791", "another project", [](auto& r) { r.run.outputs[0].url = "/foreign/x/"; }},
      {"ModelArts.2791", "spec.log_export_path", [](auto& r) { r.run.log_url = "/none/x/"; }},
      {"ModelArts.2788", "given twice", [](auto& r) { r.run.outputs[0].name = "data_url"; }},
      {"ModelArts.2788", "expected a name", [](auto& r) { r.run.inputs[0].name = "a/b"; }},
      {"ModelArts.2788", "environment variable",
       [](auto& r) {
         r.run.inputs[0].name = "a-b";
         r.run.inputs[0].access = AccessMethod::kEnvironment;
       }},
      {"ModelArts.2788", "belong to the platform", [](auto& r) { r.run.environment = {{"MA_HOME", "/"}}; }},
      {"ModelArts.2788", "expected names", [](auto& r) { r.run.environment = {{"1A", "x"}}; }},
      {"ModelArts.2788", "without '$'", [](auto& r) { r.run.environment = {{"A", "$HOME"}}; }},
      {"ModelArts.2788", "at most 4096", [](auto& r) { r.run.environment = {{"A", std::string(4097, 'x')}}; }},
      {"ModelArts.2857", "below /home", [](auto& r) { r.run.local_code_dir = "/etc"; }},
      {"ModelArts.2857", "below /home", [](auto& r) { r.run.local_code_dir = "/home/../etc"; }},
      {"ModelArts.2857", "below /home", [](auto& r) { r.run.local_code_dir = "/home/ma-user"; }},
      {"ModelArts.2859", "absolute folder", [](auto& r) { r.run.working_dir = "work"; }},
      {"ModelArts.2788", "0 to 128", [](auto& r) { r.annotations = {{"fault-tolerance/job-retry-num", "129"}}; }},
      {"ModelArts.2788", "auto_stop", [](auto& r) { r.run.auto_stop_hours = 1'000'000; }},
      {"ModelArts.2788", "given twice", [](auto& r) { r.run.parameters = {{"a", "1"}, {"a", "2"}}; }},
  };
  for (const auto& row : rows) {
    auto error = Refusal(row.change);
    EXPECT_EQ(error.code, row.code) << error.message;
    EXPECT_THAT(error.message, HasSubstr(row.part));
  }
}

TEST_F(ContainerCheckerTest, TooManyVariables) {
  auto error = Refusal([](ContainerJobRequest& request) {
    for (int i = 0; i <= 100; ++i) request.run.environment["V" + std::to_string(i)] = "x";
  });
  EXPECT_THAT(error.message, HasSubstr("at most 100 pairs, got 101"));
}

TEST_F(ContainerCheckerTest, WhatIsNotServedSaysSo) {
  using Wish = bool UnservedWishes::*;
  for (Wish wish : {&UnservedWishes::image, &UnservedWishes::dataset, &UnservedWishes::volumes, &UnservedWishes::tasks,
                    &UnservedWishes::subscription, &UnservedWishes::search}) {
    auto error = Refusal([&](ContainerJobRequest& request) { request.run.wishes.*wish = true; });
    EXPECT_EQ(error.kind, ErrorKind::kUnimplemented);
    EXPECT_THAT(error.message, HasSubstr("not served by this server"));
  }
}

TEST(RestartPolicyTest, IsReadFromAnnotations) {
  EXPECT_EQ(*RestartPolicyOf({}), RestartPolicy{});
  EXPECT_EQ(RestartPolicyOf({{"fault-tolerance/job-unconditional-retry", "true"}})->most_restarts, 3);
  auto both =
      RestartPolicyOf({{"fault-tolerance/job-unconditional-retry", "true"}, {"fault-tolerance/job-retry-num", "7"}});
  EXPECT_EQ(*both, (RestartPolicy{.most_restarts = 7, .unconditional = true}));
  EXPECT_FALSE(RestartPolicyOf({{"fault-tolerance/job-retry-num", "often"}}));
}

TEST(LayOverTest, TheJobWinsAndTheAlgorithmFillsIn) {
  AlgorithmTemplate algorithm;
  algorithm.run.code_dir = "/b/code/";
  algorithm.run.boot_file = "/b/code/train.py";
  algorithm.run.engine_id = "TF-2.15.1-python3.11";
  algorithm.run.parameters = {{"lr", "0.1"}, {"steps", "10"}};
  algorithm.run.inputs = {
      {.name = "data", .description = "what to learn", .url = "", .access = AccessMethod::kEnvironment}};
  algorithm.run.environment = {{"A", "1"}, {"B", "2"}};
  ContainerRequest request;
  request.parameters = {{"steps", "20"}};
  request.inputs = {{.name = "data", .description = "", .url = "/b/data/"}};
  request.environment = {{"A", "mine"}};
  auto whole = LayOver(algorithm, request);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->boot_file, "/b/code/train.py");
  EXPECT_EQ(whole->engine_id, "TF-2.15.1-python3.11");
  EXPECT_EQ(whole->parameters, (std::vector<Parameter>{{"steps", "20"}, {"lr", "0.1"}}));
  ASSERT_EQ(whole->inputs.size(), 1U);
  EXPECT_EQ(whole->inputs[0].url, "/b/data/");
  EXPECT_EQ(whole->inputs[0].description, "what to learn");
  EXPECT_EQ(whole->inputs[0].access, AccessMethod::kEnvironment);
  EXPECT_EQ(whole->environment, (std::map<std::string, std::string>{{"A", "mine"}, {"B", "2"}}));

  algorithm.merge_parameters = [](const std::vector<Parameter>&) -> Result<std::vector<Parameter>> {
    return InvalidArgument("steps: expected a number");
  };
  EXPECT_EQ(LayOver(algorithm, request).error().message, "steps: expected a number");
}

}  // namespace
}  // namespace atelier::training
