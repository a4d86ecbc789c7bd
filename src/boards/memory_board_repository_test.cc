#include "boards/testing/memory_board_repository.h"

#include "boards/testing/board_repository_contract.h"

namespace atelier::boards {

template <>
class RepositoryFixture<MemoryBoardRepository> {
 public:
  BoardRepository& repository() { return repository_; }

 private:
  MemoryBoardRepository repository_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, BoardRepositoryContract, MemoryBoardRepository);

}  // namespace atelier::boards
