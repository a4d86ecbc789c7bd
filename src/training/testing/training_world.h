// Everything a JobService stands on, in memory, with a bucket, a script and data in it. The working folders are real.
#pragma once

#include <memory>
#include <string>

#include "base/files.h"
#include "compute/testing/fake_backend.h"
#include "training/testing/fake_engine_source.h"
#include "training/testing/memory_artifact_store.h"
#include "training/testing/memory_job_repository.h"
#include "training/whole_jobs.h"

namespace atelier::training {

inline constexpr const char* kProject = "0123456789abcdef0123456789abcdef";

class TrainingWorld {
 public:
  TrainingWorld();

  // The server goes away without a word and comes back over the same ports.
  void Restart();
  // What the page asks for: /test-modelarts/mnist/{mnist-tensorflow-code,dataset-mnist,mnist-model}/.
  JobRequest MnistRequest(const std::string& name = "trainjob-mnist") const;
  JobVersion Create(const JobRequest& request);
  // The same job as API v2 asks for it.
  ContainerJobRequest MnistContainer(const std::string& name = "trainjob-mnist") const;
  JobVersion Create(const ContainerJobRequest& request);
  JobVersion Stored(const JobVersion& version);  // as the repository has it now
  void Settle();                                 // reconciles until nothing can go on by itself
  fs::path OutputOf(const JobVersion& version) const;
  std::string LogOf(const JobVersion& version) const;
  void WriteOutput(const JobVersion& version, const std::string& path, const std::string& bytes);

  TemporaryDirectory folder;
  ManualClock clock{FromUnixMillis(1'700'000'000'000)};
  MemoryJobRepository repository;
  MemoryArtifactStore artifacts;
  FakeEngineSource engines;
  compute::FakeBackend backend{&clock};
  JobOptions options;
  std::unique_ptr<JobService> service;
  std::unique_ptr<WholeJobs> whole;
};

}  // namespace atelier::training
