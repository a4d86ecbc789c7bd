#include "storage/board_repository.h"

#include "base/files.h"
#include "boards/testing/board_repository_contract.h"

namespace atelier::boards {

template <>
class RepositoryFixture<storage::SqlBoardRepository> {
 public:
  RepositoryFixture() : database_(*storage::Database::Open(folder_.path() / "control.db", "control")) {}
  BoardRepository& repository() { return repository_; }

 private:
  TemporaryDirectory folder_;
  std::unique_ptr<storage::Database> database_;
  storage::SqlBoardRepository repository_{*database_};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sql, BoardRepositoryContract, storage::SqlBoardRepository);

}  // namespace atelier::boards
