#include "training/request_checker.h"

#include <gtest/gtest.h>

#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

class RequestCheckerTest : public testing::Test {
 protected:
  Result<JobSpec> Check(const RunRequest& request) {
    return RequestChecker(world_.artifacts, world_.engines, world_.backend.Flavors()).Check(kProject, request);
  }
  // The message of the refusal.
  std::string Refusal(const std::function<void(RunRequest&)>& change) {
    auto request = world_.MnistRequest().run;
    change(request);
    auto checked = Check(request);
    EXPECT_FALSE(checked);
    return checked ? "" : checked.error().message;
  }
  TrainingWorld world_;
};

TEST_F(RequestCheckerTest, AcceptsThePage) {
  auto spec = Check(world_.MnistRequest().run);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->engine_name, "TF-1.8.0-python2.7");
  EXPECT_EQ(spec->flavor, "modelarts.vm.cpu.2u");
  EXPECT_EQ(spec->cores, 2);
  EXPECT_EQ(spec->memory_bytes, 8ULL << 30);
}

TEST_F(RequestCheckerTest, IsLenientWhereClientsDiffer) {
  auto request = world_.MnistRequest().run;
  request.app_url = "obs://test-modelarts/mnist/mnist-tensorflow-code";
  request.boot_file_url = "s3://test-modelarts/mnist/mnist-tensorflow-code/train_mnist_tf.py";
  request.data_url.clear();
  request.train_url.clear();
  request.engine_id.reset();
  request.spec_id.reset();
  request.flavor_code = "modelarts.vm.cpu.8u";
  request.model_id = 17;
  auto spec = Check(request);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->engine_id, 1);
  EXPECT_EQ(spec->spec_id, 27);
  EXPECT_EQ(spec->model_id, 17);
  EXPECT_EQ(spec->app_url, request.app_url) << "kept as written";
}

TEST_F(RequestCheckerTest, SaysWhatIsWrongWithPlaces) {
  EXPECT_EQ(Refusal([](auto& r) { r.app_url.clear(); }).substr(0, 15), "config.app_url:");
  EXPECT_EQ(
      Refusal([](auto& r) { r.boot_file_url = "/test-modelarts/mnist/other/train.py"; }),
      "config.boot_file_url: expected a script in the code folder /test-modelarts/mnist/mnist-tensorflow-code/, got "
      "/test-modelarts/mnist/other/train.py; move it there or name its folder as app_url");
  EXPECT_EQ(Refusal([](auto& r) { r.boot_file_url = "/test-modelarts/mnist/mnist-tensorflow-code/nothing.py"; }),
            "config.boot_file_url: there is no object /test-modelarts/mnist/mnist-tensorflow-code/nothing.py; upload "
            "the script "
            "first, or correct its name (the code folder holds 1 files)");
  EXPECT_EQ(
      Refusal([](auto& r) { r.boot_file_url = "/test-modelarts/mnist/mnist-tensorflow-code/run.sh"; }),
      "config.boot_file_url: expected a Python script (.py), got /test-modelarts/mnist/mnist-tensorflow-code/run.sh");
  EXPECT_EQ(Refusal([](auto& r) {
              r.app_url = "/test-modelarts/nowhere/";
              r.boot_file_url = "/test-modelarts/nowhere/a.py";
            }),
            "config.app_url: there is no folder /test-modelarts/nowhere/; upload the code first");
  EXPECT_EQ(
      Refusal([](auto& r) { r.data_url = "/test-modelarts/mnist/absent/"; }),
      "config.data_url: there is no folder /test-modelarts/mnist/absent/; upload the data first, or correct the path");
  EXPECT_EQ(Refusal([](auto& r) { r.data_url = "/test-modelarts/mnist/empty/"; }),
            "config.data_url: the folder /test-modelarts/mnist/empty/ is empty; upload the data first");
  EXPECT_EQ(Refusal([](auto& r) { r.data_url = "/test-modelarts/mnist/dataset-mnist/train-images-idx3-ubyte.gz"; }),
            "config.data_url: expected a folder, got the object "
            "/test-modelarts/mnist/dataset-mnist/train-images-idx3-ubyte.gz; give the folder it lies in");
  EXPECT_EQ(Refusal([](auto& r) { r.train_url = "/foreign/out/"; }),
            "config.train_url: the bucket foreign belongs to another project");
  EXPECT_EQ(Refusal([](auto& r) { r.train_url = "/nobucket/out/"; }), "config.train_url: there is no bucket nobucket");
  EXPECT_EQ(Refusal([](auto& r) { r.log_url = "logs"; }).substr(0, 15), "config.log_url:");
}

TEST_F(RequestCheckerTest, SaysWhatIsWrongWithTheRest) {
  EXPECT_EQ(Refusal([](auto& r) { r.engine_id = 99; }),
            "config.engine_id: there is no engine 99; known are: 1 = TF-1.4.0-python2.7, 3 = TF-1.8.0-python2.7");
  EXPECT_EQ(Refusal([](auto& r) { r.spec_id = 99; }),
            "config.spec_id: there is no flavor 99; known are: 7 = modelarts.vm.cpu.2u, 27 = modelarts.vm.cpu.8u");
  EXPECT_EQ(
      Refusal([](auto& r) { r.worker_count = 2; }),
      "config.worker_server_num: expected 1, got 2: jobs of this server run on one node; use a larger flavor instead");
  EXPECT_NE(Refusal([](auto& r) { r.wants_image = true; }).find("user_image_url"), std::string::npos);
  EXPECT_NE(Refusal([](auto& r) { r.wants_dataset = true; }).find("data_url"), std::string::npos);
  EXPECT_NE(Refusal([](auto& r) { r.wants_volumes = true; }).find("volumes"), std::string::npos);
  EXPECT_NE(Refusal([](auto& r) { r.wants_pool = true; }).find("spec_id"), std::string::npos);
  EXPECT_NE(Refusal([](auto& r) { r.parameters = {{"--lr", "1"}}; }).find("'--lr'"), std::string::npos);
  EXPECT_NE(Refusal([](auto& r) { r.parameters = {{"lr", "1"}, {"lr", "2"}}; }).find("twice"), std::string::npos);
  EXPECT_NE(Refusal([](auto& r) { r.parameters = {{"lr", std::string("a\0b", 3)}}; }).find("NUL"), std::string::npos);
  EXPECT_NE(Refusal([](auto& r) {
              r.app_url.clear();
              r.boot_file_url.clear();
              r.model_id = 4;
            }).find("no built-in algorithms"),
            std::string::npos);
  world_.engines.SetState("TF-1.8.0-python2.7", "unavailable", "needs Python 2.7");
  EXPECT_EQ(Refusal([](auto&) {}), "config.engine_id: the engine TF-1.8.0-python2.7 cannot run here: needs Python 2.7");
}

TEST(CheckJobNameTest, AllowsTheCloudsNames) {
  EXPECT_TRUE(CheckJobName("trainjob-mnist_1"));
  EXPECT_TRUE(CheckJobName(std::string(64, 'a')));
  for (std::string name :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("%%123"), std::string("\xC3\xBC")}) {
    auto checked = CheckJobName(name);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, "ModelArts.0104");
    EXPECT_TRUE(checked.error().message.starts_with("Illegal name: " + name));
  }
}

TEST(CheckDescriptionTest, CountsCharacters) {
  std::string umlauts;
  for (int i = 0; i < 256; ++i) umlauts += "\xC3\xBC";
  EXPECT_TRUE(CheckDescription(umlauts));
  EXPECT_FALSE(CheckDescription(umlauts + "x"));
  EXPECT_FALSE(CheckDescription("\xFF"));
}

}  // namespace
}  // namespace atelier::training
