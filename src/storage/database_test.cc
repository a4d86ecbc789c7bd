#include "storage/database.h"

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/stat.h>

#include <thread>
#include <vector>

#include "base/files.h"

namespace atelier::storage {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  std::unique_ptr<Database> Open() {
    auto opened = Database::Open(file_, "control");
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return opened ? *std::move(opened) : nullptr;
  }
  void SetUp() override { database_ = Open(); }

  static Result<void> MakeTable(soci::session& sql) {
    sql << "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT UNIQUE)";
    return {};
  }
  int CountNotes() {
    int count = -1;
    auto read = [&](soci::session& sql) -> Result<void> {
      sql << "SELECT count(*) FROM note", soci::into(count);
      return {};
    };
    auto done = database_->Read(read);
    EXPECT_TRUE(done) << done.error().message;
    return count;
  }

  TemporaryDirectory folder_;
  fs::path file_ = folder_.path() / "control.db";
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, OnlyTheOwnerMayReadTheFile) {
  struct stat status{};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(DatabaseTest, EveryConnectionHasTheSettings) {
  auto check = [](soci::session& sql) -> Result<void> {
    std::string mode;
    int synchronous = 0, foreign_keys = 0;
    sql << "PRAGMA journal_mode", soci::into(mode);
    sql << "PRAGMA synchronous", soci::into(synchronous);
    sql << "PRAGMA foreign_keys", soci::into(foreign_keys);
    EXPECT_EQ(mode, "wal");
    EXPECT_EQ(synchronous, 2);
    EXPECT_EQ(foreign_keys, 1);
    return {};
  };
  EXPECT_TRUE(database_->Write(check));
  EXPECT_TRUE(database_->Read(check));
}

TEST_F(DatabaseTest, MigrationsAreAppliedOnce) {
  database_.reset();
  database_ = Open();
  ASSERT_NE(database_, nullptr);
}

TEST_F(DatabaseTest, AFileOfANewerVersionIsRefused) {
  auto future = [](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO schema_migration(name, applied_at) VALUES('9999_future', 0)";
    return {};
  };
  ASSERT_TRUE(database_->Write(future));
  database_.reset();
  auto opened = Database::Open(file_, "control");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kFailedPrecondition);
  EXPECT_NE(opened.error().message.find("9999_future"), std::string::npos);
}

TEST_F(DatabaseTest, AFailedWorkLeavesNothing) {
  ASSERT_TRUE(database_->Write(MakeTable));
  auto fail = [](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO note(text) VALUES('a')";
    return FailedPrecondition("no");
  };
  auto failed = database_->Write(fail);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kFailedPrecondition);
  auto broken = [](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO note(text) VALUES('b')";
    sql << "INSERT INTO absent(text) VALUES('b')";
    return {};
  };
  auto thrown = database_->Write(broken);
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(CountNotes(), 0);
}

TEST_F(DatabaseTest, ABrokenUniqueConstraintIsAlreadyExists) {
  ASSERT_TRUE(database_->Write(MakeTable));
  auto insert = [](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO note(text) VALUES('a')";
    return {};
  };
  ASSERT_TRUE(database_->Write(insert));
  auto again = database_->Write(insert);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kAlreadyExists);
}

TEST_F(DatabaseTest, ASnapshotHoldsWhatIsCommittedAndNothingLater) {
  ASSERT_TRUE(database_->Write(MakeTable));
  auto insert = [](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO note(text) VALUES(NULL)";
    return {};
  };
  ASSERT_TRUE(database_->Write(insert));
  const fs::path copy = folder_.path() / "it's a copy.db";
  ASSERT_TRUE(database_->Snapshot(copy));
  ASSERT_TRUE(database_->Write(insert));
  struct stat status{};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(database_->Snapshot(copy)) << "a file is never overwritten";
  EXPECT_EQ(CountNotes(), 2);
  file_ = copy;
  database_ = Open();
  EXPECT_EQ(CountNotes(), 1);
}

TEST_F(DatabaseTest, AReaderCannotWrite) {
  ASSERT_TRUE(database_->Write(MakeTable));
  auto insert = [](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO note(text) VALUES('a')";
    return {};
  };
  EXPECT_FALSE(database_->Read(insert));
}

// Keys are byte strings: any byte but NUL, and NUL in values, must come back; order is that of memcmp.
TEST_F(DatabaseTest, TextKeepsEveryByteAndSortsAsBytes) {
  ASSERT_TRUE(database_->Write(MakeTable));
  std::vector<std::string> texts = {std::string("a\0b", 3), "a", "\xff\xfe", "z", "\xc3\xa9", "A"};
  auto insert = [&](soci::session& sql) -> Result<void> {
    for (const std::string& text : texts) sql << "INSERT INTO note(text) VALUES(:t)", soci::use(text);
    return {};
  };
  ASSERT_TRUE(database_->Write(insert));
  std::vector<std::string> found;
  auto read = [&](soci::session& sql) -> Result<void> {
    std::string text;
    soci::statement select = (sql.prepare << "SELECT text FROM note ORDER BY text", soci::into(text));
    select.execute();
    while (select.fetch()) found.push_back(text);
    return {};
  };
  ASSERT_TRUE(database_->Read(read));
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(found, texts);
}

TEST_F(DatabaseTest, ConcurrentWritersAndReadersDoNotDisturbEachOther) {
  ASSERT_TRUE(database_->Write(MakeTable));
  constexpr int kThreads = 4, kEach = 25;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      auto insert = [](soci::session& sql) -> Result<void> {
        sql << "INSERT INTO note(text) VALUES(NULL)";
        return {};
      };
      for (int k = 0; k < kEach; ++k) EXPECT_TRUE(database_->Write(insert));
    });
    threads.emplace_back([&] {
      int last = 0;
      for (int k = 0; k < kEach; ++k) {
        int count = CountNotes();
        EXPECT_GE(count, last);
        last = count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(CountNotes(), kThreads * kEach);
}

}  // namespace
}  // namespace atelier::storage
