#include "storage/disk_reserve.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace atelier::storage {
namespace {

constexpr std::uint64_t kSize = 1 << 20;

TEST(DiskReserve, IsAFileThatComesAndGoes) {
  TemporaryDirectory folder;
  const fs::path file = folder.path() / "reserve";
  DiskReserve reserve(file, kSize);
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(reserve.Take());
    EXPECT_EQ(fs::file_size(file), kSize);
    ASSERT_TRUE(reserve.Take()) << "it is there";
    ASSERT_TRUE(reserve.Give());
    EXPECT_FALSE(fs::exists(file));
    ASSERT_TRUE(reserve.Give()) << "it is gone";
  }
  ASSERT_TRUE(reserve.Take());
  DiskReserve next_run(file, kSize);
  ASSERT_TRUE(next_run.Take());
  EXPECT_EQ(fs::file_size(file), kSize);
}

TEST(DiskReserve, WithoutRoomNothingMayBeAdded) {
  TemporaryDirectory folder;
  DiskReserve reserve(folder.path() / "absent" / "reserve", kSize);
  EXPECT_FALSE(reserve.Take());
  fs::create_directory(folder.path() / "absent");
  EXPECT_TRUE(reserve.Take()) << "there is room again";
}

TEST(DiskReserve, OfNoSizeIsNone) {
  TemporaryDirectory folder;
  DiskReserve reserve(folder.path() / "reserve", 0);
  EXPECT_TRUE(reserve.Take());
  EXPECT_TRUE(reserve.Give());
  EXPECT_TRUE(reserve.Take());
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

}  // namespace
}  // namespace atelier::storage
