#include "boards/board_workload.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <fstream>

#include "base/files.h"

namespace atelier::boards {
namespace {

UniqueFd Bind(const fs::path& path) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path.string(), static_cast<char*>(address.sun_path));
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

TEST(BoardWorkloadTest, AnswersWhatListensOnTheSocketFile) {
  TemporaryDirectory folder;
  EXPECT_FALSE(Answers(folder.path())) << "no file";
  auto socket = Bind(folder.path() / kSocketName);
  EXPECT_FALSE(Answers(folder.path())) << "nobody listens";
  ASSERT_EQ(::listen(socket.get(), 0), 0);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Answers(folder.path())) << "also when many wait";
  socket.Reset();
  EXPECT_FALSE(Answers(folder.path())) << "it has ended";
}

TEST(BoardWorkloadTest, LinksAndFilesAreNoSockets) {
  TemporaryDirectory folder, elsewhere;
  auto socket = Bind(elsewhere.path() / "other.sock");
  ASSERT_EQ(::listen(socket.get(), 5), 0);
  fs::create_symlink(elsewhere.path() / "other.sock", folder.path() / kSocketName);
  EXPECT_FALSE(Answers(folder.path()));
  fs::remove(folder.path() / kSocketName);
  std::ofstream(folder.path() / kSocketName) << "text";
  EXPECT_FALSE(Answers(folder.path()));
}

TEST(BoardWorkloadTest, EndsAreDescribed) {
  TemporaryDirectory folder;
  auto log = folder.path() / "log";
  compute::Exit exit;
  exit.code = 1;
  EXPECT_EQ(DescribeEnd(exit, log), "it exited with code 1");
  std::ofstream(log) << "Traceback\nImportError: no module\n\n";
  EXPECT_EQ(DescribeEnd(exit, log), "it exited with code 1 (it said last: ImportError: no module)");
  exit.signal = 9;
  EXPECT_EQ(DescribeEnd(exit, folder.path() / "none"), "it was killed by signal 9");
  exit.out_of_memory = true;
  EXPECT_EQ(DescribeEnd(exit, folder.path() / "none"), "it ran out of memory; choose a larger flavor");
}

}  // namespace
}  // namespace atelier::boards
