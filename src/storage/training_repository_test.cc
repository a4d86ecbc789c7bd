#include "storage/training_repository.h"

#include "base/files.h"
#include "training/testing/job_repository_contract.h"

namespace atelier::training {

template <>
class RepositoryFixture<storage::SqlTrainingRepository> {
 public:
  RepositoryFixture() : database_(*storage::Database::Open(folder_.path() / "control.db", "control")) {}
  JobRepository& repository() { return repository_; }

 private:
  TemporaryDirectory folder_;
  std::unique_ptr<storage::Database> database_;
  storage::SqlTrainingRepository repository_{*database_};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sql, JobRepositoryContract, storage::SqlTrainingRepository);

}  // namespace atelier::training
