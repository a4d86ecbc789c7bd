// Kills a process that puts objects, at random moments, and checks that what it was told to be stored is there, whole.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/strings.h"
#include "object_store/blob_store.h"
#include "object_store/object_service.h"
#include "object_store/testing/service_fixture.h"
#include "storage/object_index.h"

namespace atelier::storage {
namespace {

using object_store::BlobStore;
using object_store::Caller;
using object_store::ObjectKey;
using object_store::ObjectService;

constexpr const char* kFolderVariable = "ATELIER_CRASH_TEST_FOLDER";
constexpr const char* kRoundVariable = "ATELIER_CRASH_TEST_ROUND";
constexpr int kAcknowledgements = 3;  // the descriptor on which the child says what is stored
constexpr int kThreads = 3;
constexpr int kRounds = 20;
const Caller kMe{"project"};

struct Store {
  explicit Store(const fs::path& folder) {
    auto opened = Database::Open(folder / "objects.db", "objects");
    if (!opened) throw std::runtime_error(opened.error().message);
    database = *std::move(opened);
    index = std::make_unique<SqlObjectIndex>(*database);
    auto store = BlobStore::Open(folder / "blobs", *index, {.segment_size = 1024 * 1024, .files_per_volume = 16});
    if (!store) throw std::runtime_error(store.error().message);
    blobs = *std::move(store);
    service = std::make_unique<ObjectService>(*index, *blobs, clock, "region");
    (void)service->CreateBucket(kMe, *object_store::BucketName::Parse("bucket"), "");
  }

  SystemClock clock;
  std::unique_ptr<Database> database;
  std::unique_ptr<SqlObjectIndex> index;
  std::unique_ptr<BlobStore> blobs;
  std::unique_ptr<ObjectService> service;
};

// Contents of version `version` of an object: sizes on both sides of the limit between records and files.
std::string ContentsOf(unsigned version) {
  std::size_t size = version % 5 == 0 ? 140'000 + version : 10 + version * 37 % 9000;
  return object_store::Pattern(size, version);
}

// Puts version after version under its own keys; one key is replaced again and again, and of the others every third is
// deleted.
void PutForever(Store& store, const std::string& name) {
  auto acknowledge = [](const std::string& line) {
    if (::write(kAcknowledgements, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  };
  auto put = [&](const std::string& key, unsigned version) {
    auto writer = store.service->Put(kMe, "bucket", *ObjectKey::Parse(key), {}, {});
    if (!writer || !(*writer)->Append(ContentsOf(version)) || !(*writer)->Commit({}, {})) std::abort();
    acknowledge(key + " " + std::to_string(version) + "\n");
  };
  for (unsigned version = 1;; ++version) {
    put(name + "/replaced", version);
    const std::string key = name + "/" + std::to_string(version);
    put(key, version);
    if (version % 3 != 0) continue;
    if (!store.service->Delete(kMe, "bucket", {.key = key})) std::abort();
    acknowledge(key + " 0\n");
  }
}

// Not a test: what the killed process runs.
TEST(ObjectCrashChild, DISABLED_PutsUntilItIsKilled) {
  const char* folder = std::getenv(kFolderVariable);
  const char* round = std::getenv(kRoundVariable);
  ASSERT_TRUE(folder != nullptr && round != nullptr);
  Store store(folder);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] { PutForever(store, "r" + std::string(round) + "t" + std::to_string(i)); });
  for (std::thread& thread : threads) thread.join();
}

class ObjectCrashTest : public testing::Test {
 protected:
  pid_t Start(int round, UniqueFd& acknowledgements) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::setenv(kFolderVariable, folder_.path().c_str(), 1);
    ::setenv(kRoundVariable, std::to_string(round).c_str(), 1);
    pid_t child = ::fork();
    if (child == 0) {
      if (ends[1] == kAcknowledgements) {
        ::fcntl(ends[1], F_SETFD, 0);
      } else {
        ::dup2(ends[1], kAcknowledgements);
      }
      ::execl("/proc/self/exe", "storage_test", "--gtest_also_run_disabled_tests", "--gtest_brief=1",
              "--gtest_filter=ObjectCrashChild.*", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    acknowledgements = UniqueFd(ends[0]);
    return child;
  }

  // Reads lines until `wanted` have come, kills the child, and reads what it still said.
  void RunAndKill(int round, int wanted) {
    UniqueFd acknowledgements;
    pid_t child = Start(round, acknowledgements);
    std::string text, block(4096, '\0');
    bool killed = false;
    for (;;) {
      ssize_t count = ::read(acknowledgements.get(), block.data(), block.size());
      if (count <= 0) break;
      text.append(block, 0, static_cast<std::size_t>(count));
      if (!killed && std::count(text.begin(), text.end(), '\n') >= wanted) killed = ::kill(child, SIGKILL) == 0;
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself: " << status;
    for (std::string_view line : Split(text, '\n')) {
      auto words = Split(line, ' ');
      if (words.size() == 2) told_[std::string(words[0])] = *ParseNumber<unsigned>(words[1]);
    }
  }

  // Each key has what was acknowledged last, or what its next request, unanswered when the kill came, would have made.
  void Check() {
    Store store(folder_.path());
    EXPECT_TRUE(store.blobs->recovery().missing.empty());
    for (const auto& [key, version] : told_) {
      auto opened = store.service->Open(kMe, "bucket", key);
      if (!opened) {
        EXPECT_EQ(opened.error().code, "NoSuchKey") << key << ": " << opened.error().message;
        EXPECT_TRUE(version % 3 == 0) << key << " version " << version << " is lost";
        continue;
      }
      EXPECT_NE(version, 0U) << key << " was deleted";
      std::string found = object_store::ReadExtents(opened->extents);
      bool replaced = key.ends_with("/replaced");
      EXPECT_TRUE(found == ContentsOf(version) || (replaced && found == ContentsOf(version + 1))) << key;
    }
    auto report = store.service->VerifyAll([](const auto&) { return true; });
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->damage.empty()) << report->damage.front();
  }

  TemporaryDirectory folder_;
  std::map<std::string, unsigned> told_;  // key -> version; 0: deleted
};

TEST_F(ObjectCrashTest, WhatWasAcknowledgedOutlivesKills) {
  std::minstd_rand random(20);
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    RunAndKill(round, static_cast<int>(1 + random() % 60));
    Check();
  }
}

}  // namespace
}  // namespace atelier::storage
