// Fails every call of the file system once, with each errno that it can have, and checks what the client is told and
// what is there afterwards.
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "object_store/testing/faulty_files.h"
#include "object_store/testing/scripted_client.h"

namespace atelier::object_store {
namespace {

constexpr BlobStoreOptions kOptions{
    .small_limit = 512, .segment_size = 4096, .files_per_volume = 3, .background_cleaning = false};

struct Fault {
  const char* name;
  int error_number;
  ErrorKind kind;  // what the client is told
};
constexpr Fault kFaults[] = {
    {"EIO", EIO, ErrorKind::kInternal},
    {"ENOSPC", ENOSPC, ErrorKind::kResourceExhausted},
    {"EROFS", EROFS, ErrorKind::kUnavailable},
    {"EMFILE", EMFILE, ErrorKind::kUnavailable},
};

class DiskFaultTest : public testing::TestWithParam<Fault> {
 protected:
  // A server on the folder. A start that meets the fault fails with its kind; the next one works.
  void Start(FaultPlan& plan) {
    for (int attempt = 0;; ++attempt) {
      auto opened = BlobStore::Open(root(), *index_, kOptions, std::make_unique<FaultyFiles>(plan));
      if (opened) {
        blobs_ = *std::move(opened);
        break;
      }
      ASSERT_EQ(attempt, 0) << opened.error().message;
      EXPECT_EQ(opened.error().kind, GetParam().kind) << opened.error().message;
    }
    service_ = std::make_unique<ObjectService>(*index_, *blobs_, clock_, "region");
  }
  void Stop() {
    service_.reset();
    blobs_.reset();
  }

  // Two runs, the second after what looks like a crash, then one without faults that checks.
  void RunWith(FaultPlan& plan) {
    index_ = std::make_unique<MemoryIndex>();
    EXPECT_TRUE(index_->CreateBucket({"bucket", kScriptCaller.project_id, "region", "STANDARD", {}}));
    ScriptedClient client(nullptr, nullptr);
    client.ends_at_failure = false;
    for (int run = 0; run < 2 && !HasFatalFailure(); ++run) {
      index_->UnsealAll();
      Start(plan);
      if (HasFatalFailure()) break;
      client.Reconnect(service_.get(), blobs_.get());
      RunScript(client);
      Stop();
    }
    for (const Error& failure : client.failures) EXPECT_EQ(failure.kind, GetParam().kind) << failure.message;
    FaultPlan none(0, 0);
    if (!HasFatalFailure()) Start(none);
    if (!HasFatalFailure()) {
      CheckObjects(*service_, *blobs_, client);
      CheckNothingIsLeft(*service_, *blobs_, *index_, root());
    }
    Stop();
    fs::remove_all(root());
  }

  fs::path root() const { return folder_.path() / "blobs"; }

  TemporaryDirectory folder_{QuickFolder()};
  ManualClock clock_{FromUnixMillis(1000)};
  std::unique_ptr<MemoryIndex> index_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<ObjectService> service_;
};

TEST_P(DiskFaultTest, AtEveryCallTellsTheClientWhatItIsAndLosesNothing) {
  FaultPlan none(0, GetParam().error_number);
  RunWith(none);
  ASSERT_GT(none.candidates().size(), 100U);
  std::set<std::string> failed;
  for (std::uint64_t call : none.candidates()) {
    FaultPlan plan(call, GetParam().error_number);
    SCOPED_TRACE(std::string(GetParam().name) + " at call " + std::to_string(call));
    RunWith(plan);
    if (HasFailure()) break;
    failed.insert(plan.failed());
  }
  EXPECT_GE(failed.size(), 4U) << "most kinds of calls were never failed: is the script still the same?";
}

INSTANTIATE_TEST_SUITE_P(Errno, DiskFaultTest, testing::ValuesIn(kFaults),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace atelier::object_store
