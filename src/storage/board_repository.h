// Boards in control.db.
#pragma once

#include "boards/board_repository.h"
#include "storage/database.h"

namespace atelier::storage {

// Thread-safe; keeps no state but the database's.
class SqlBoardRepository final : public boards::BoardRepository {
 public:
  explicit SqlBoardRepository(Database& control) : control_(control) {}

  Result<boards::Board> Create(boards::Board board, std::size_t most) override;
  Result<std::optional<boards::Board>> Find(std::int64_t board_id) override;
  Result<std::vector<boards::Board>> OfProject(const std::string& project_id) override;
  Result<std::vector<boards::Board>> Pending() override;
  Result<void> SetDescription(std::int64_t board_id, const std::string& description) override;
  Result<void> Update(std::int64_t board_id, const boards::BoardRun& before, const boards::BoardRun& after) override;
  Result<void> MarkDeleting(std::int64_t board_id) override;
  Result<void> Remove(std::int64_t board_id) override;

 private:
  Database& control_;
};

}  // namespace atelier::storage
