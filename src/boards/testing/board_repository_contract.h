// What every BoardRepository does. An implementation specialises RepositoryFixture and instantiates the suite.
#pragma once

#include <gtest/gtest.h>

#include "boards/board_repository.h"

namespace atelier::boards {

template <class Implementation>
class RepositoryFixture;

template <class Implementation>
class BoardRepositoryContract : public testing::Test {
 public:
  BoardRepository& repository() { return fixture_.repository(); }
  static Board MakeBoard(const std::string& name, const std::string& project = "p1") {
    Board board;
    board.project_id = project;
    board.name = name;
    board.description = "curves";
    board.created = FromUnixMillis(1'700'000'000'123);
    board.spec = {.train_url = "/b/out/",
                  .flavor = "modelarts.vm.cpu.2u",
                  .cores = 2,
                  .memory_bytes = 8ULL << 30,
                  .stop_after_hours = 3};
    board.run.ticket = "secret";
    return board;
  }
  Board Made(const std::string& name, const std::string& project = "p1") {
    auto made = repository().Create(MakeBoard(name, project), 10);
    EXPECT_TRUE(made) << made.error().message;
    return made.value_or(Board{});
  }
  Board Stored(std::int64_t id) { return repository().Find(id)->value(); }

 private:
  RepositoryFixture<Implementation> fixture_;
};

TYPED_TEST_SUITE_P(BoardRepositoryContract);

TYPED_TEST_P(BoardRepositoryContract, KeepsABoardWhole) {
  auto made = this->Made("a");
  EXPECT_GT(made.id, 0);
  EXPECT_EQ(this->Stored(made.id), made);
  auto expected = this->MakeBoard("a");
  expected.id = made.id;
  EXPECT_EQ(made, expected);
  EXPECT_FALSE(this->repository().Find(made.id + 1)->has_value());
}

TYPED_TEST_P(BoardRepositoryContract, NamesAreUniqueWithinAProjectUntilDeleted) {
  auto first = this->Made("a");
  auto second = this->repository().Create(this->MakeBoard("a"), 10);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(second.error().code, "ModelArts.0103");
  this->Made("a", "p2");
  ASSERT_TRUE(this->repository().MarkDeleting(first.id));
  EXPECT_GT(this->Made("a").id, first.id);
}

TYPED_TEST_P(BoardRepositoryContract, AProjectHasNoMoreThanItsQuota) {
  auto first = this->Made("a");
  this->Made("b");
  this->Made("c", "p2");
  auto third = this->repository().Create(this->MakeBoard("c"), 2);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, ErrorKind::kResourceExhausted);
  ASSERT_TRUE(this->repository().MarkDeleting(first.id));
  EXPECT_TRUE(this->repository().Create(this->MakeBoard("c"), 2));
}

TYPED_TEST_P(BoardRepositoryContract, IdsAreNotUsedTwice) {
  auto first = this->Made("a");
  ASSERT_TRUE(this->repository().Remove(first.id));
  EXPECT_FALSE(this->repository().Find(first.id)->has_value());
  EXPECT_GT(this->Made("a").id, first.id);
  EXPECT_TRUE(this->repository().Remove(first.id)) << "absent is fine";
}

TYPED_TEST_P(BoardRepositoryContract, UpdatesOnlyFromTheExpectedState) {
  auto made = this->Made("a");
  BoardRun after{.status = Status::kKilling,
                 .reason = "r",
                 .ticket = "other",
                 .launch = 4,
                 .failures = 2,
                 .time_is_up = true,
                 .started = FromUnixMillis(10),
                 .ended = FromUnixMillis(20)};
  ASSERT_TRUE(this->repository().Update(made.id, made.run, after));
  EXPECT_EQ(this->Stored(made.id).run, after);
  auto stale = this->repository().Update(made.id, made.run, after);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::kConflict);
  auto other_launch = after;
  other_launch.launch = 3;
  EXPECT_FALSE(this->repository().Update(made.id, other_launch, after));
  ASSERT_TRUE(this->repository().MarkDeleting(made.id));
  EXPECT_FALSE(this->repository().Update(made.id, after, after)) << "it is being deleted";
  EXPECT_FALSE(this->repository().Update(made.id + 1, after, after));
}

TYPED_TEST_P(BoardRepositoryContract, PendingIsWhatNeedsWork) {
  auto open = this->Made("open");
  auto ended = this->Made("ended", "p2");
  auto gone = this->Made("gone");
  auto failed = ended.run;
  failed.status = Status::kFailed;
  ASSERT_TRUE(this->repository().Update(ended.id, ended.run, failed));
  ASSERT_TRUE(this->repository().Update(gone.id, gone.run, failed));
  auto pending = *this->repository().Pending();
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0], open);
  ASSERT_TRUE(this->repository().MarkDeleting(gone.id));
  pending = *this->repository().Pending();
  ASSERT_EQ(pending.size(), 2U);
  EXPECT_EQ(pending[1].id, gone.id);
  auto shown = *this->repository().OfProject("p1");
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0], open);
}

TYPED_TEST_P(BoardRepositoryContract, DescriptionsChange) {
  auto made = this->Made("a");
  ASSERT_TRUE(this->repository().SetDescription(made.id, "other words"));
  EXPECT_EQ(this->Stored(made.id).description, "other words");
}

REGISTER_TYPED_TEST_SUITE_P(BoardRepositoryContract, KeepsABoardWhole, NamesAreUniqueWithinAProjectUntilDeleted,
                            AProjectHasNoMoreThanItsQuota, IdsAreNotUsedTwice, UpdatesOnlyFromTheExpectedState,
                            PendingIsWhatNeedsWork, DescriptionsChange);

}  // namespace atelier::boards
