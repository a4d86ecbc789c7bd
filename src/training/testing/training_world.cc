#include "training/testing/training_world.h"

#include <gtest/gtest.h>

#include <fstream>

#include "training/run_layout.h"

namespace atelier::training {

TrainingWorld::TrainingWorld() {
  backend.SetFlavors({{.spec_id = 7, .code = "modelarts.vm.cpu.2u", .cores = 2, .memory_bytes = 8ULL << 30},
                      {.spec_id = 27, .code = "modelarts.vm.cpu.8u", .cores = 8, .memory_bytes = 32ULL << 30}});
  artifacts.MakeBucket("test-modelarts", kProject);
  artifacts.MakeBucket("foreign", "another project");
  artifacts.Put("test-modelarts", "mnist/mnist-tensorflow-code/", "");
  artifacts.Put("test-modelarts", "mnist/mnist-tensorflow-code/train_mnist_tf.py", "print('hello')\n");
  artifacts.Put("test-modelarts", "mnist/dataset-mnist/train-images-idx3-ubyte.gz", "images");
  artifacts.Put("test-modelarts", "mnist/empty/", "");
  options.runner.directory = folder.path() / "jobs";
  Restart();
}

void TrainingWorld::Restart() {
  whole.reset();
  service.reset();
  JobPorts ports{repository, artifacts, engines, backend, clock};
  service = std::make_unique<JobService>(ports, options);
  whole = std::make_unique<WholeJobs>(*service);
}

JobRequest TrainingWorld::MnistRequest(const std::string& name) const {
  JobRequest request;
  request.name = name;
  request.description = "digits";
  request.run.app_url = "/test-modelarts/mnist/mnist-tensorflow-code/";
  request.run.boot_file_url = "/test-modelarts/mnist/mnist-tensorflow-code/train_mnist_tf.py";
  request.run.data_url = "/test-modelarts/mnist/dataset-mnist/";
  request.run.train_url = "/test-modelarts/mnist/mnist-model/";
  request.run.engine_id = 3;
  request.run.spec_id = 7;
  request.run.parameters = {{"max_steps", "1000"}};
  return request;
}

JobVersion TrainingWorld::Create(const JobRequest& request) {
  auto receipt = service->CreateJob(kProject, request);
  EXPECT_TRUE(receipt) << receipt.error().message;
  return receipt ? receipt->version.value_or(JobVersion{}) : JobVersion{};
}

ContainerJobRequest TrainingWorld::MnistContainer(const std::string& name) const {
  ContainerJobRequest request;
  request.name = name;
  request.description = "digits";
  request.user_name = "ann";
  auto& run = request.run;
  run.code_dir = "/test-modelarts/mnist/mnist-tensorflow-code/";
  run.boot_file = "/test-modelarts/mnist/mnist-tensorflow-code/train_mnist_tf.py";
  run.inputs = {{.name = "data_url", .description = {}, .url = "/test-modelarts/mnist/dataset-mnist/"}};
  run.outputs = {{.name = "train_url", .description = {}, .url = "/test-modelarts/mnist/mnist-model/"}};
  run.engine_id = "TF-1.8.0-python2.7";
  run.flavor_id = "modelarts.vm.cpu.2u";
  run.parameters = {{"max_steps", "1000"}};
  return request;
}

JobVersion TrainingWorld::Create(const ContainerJobRequest& request) {
  auto details = whole->Create(kProject, request);
  EXPECT_TRUE(details) << details.error().message;
  return details ? details->version : JobVersion{};
}

JobVersion TrainingWorld::Stored(const JobVersion& version) {
  auto found = repository.FindVersion(version.id);
  return found && *found ? **found : JobVersion{};
}

void TrainingWorld::Settle() {
  auto settled = service->reconciler().RunUntilQuiet();
  EXPECT_TRUE(settled) << settled.error().message;
}

fs::path TrainingWorld::OutputOf(const JobVersion& version) const {
  return RunLayout(options.runner.directory, version).output;
}

std::string TrainingWorld::LogOf(const JobVersion& version) const {
  return ReadFile(RunLayout(options.runner.directory, version).log).value_or("");
}

void TrainingWorld::WriteOutput(const JobVersion& version, const std::string& path, const std::string& bytes) {
  auto file = OutputOf(version) / path;
  EXPECT_TRUE(MakeDirectories(file.parent_path()));
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace atelier::training
