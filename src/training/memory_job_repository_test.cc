#include "training/testing/memory_job_repository.h"

#include "training/testing/job_repository_contract.h"

namespace atelier::training {

template <>
class RepositoryFixture<MemoryJobRepository> {
 public:
  JobRepository& repository() { return repository_; }

 private:
  MemoryJobRepository repository_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobRepositoryContract, MemoryJobRepository);

}  // namespace atelier::training
