// An object service whose stored bytes can be damaged, for tests of what finds it.
#pragma once

#include <fcntl.h>

#include "object_store/blob_health.h"
#include "object_store/testing/memory_health_record.h"
#include "object_store/testing/service_fixture.h"
#include "object_store/volume.h"

namespace atelier::object_store {

class HealthTest : public ServiceFixture {
 protected:
  void SetUp() override {
    Start();
    StartHealth();
  }

  void StartHealth() {
    health_.emplace(index_, *blobs_, record_, clock_);
    ASSERT_TRUE(health_->Start());
  }

  BlobRef BlobOf(const std::string& key) {
    auto stored = index_.FindObject("bucket", key, {});
    EXPECT_TRUE(stored && *stored) << key;
    return (*stored)->pieces.at(0).blob;
  }

  // Flips the bits of one payload byte; a second time, back.
  void Flip(const std::string& key, std::uint64_t at) {
    const BlobId id = BlobOf(key).id;
    const BlobPaths paths{folder_.path() / "blobs"};
    const fs::path file = id.in_file() ? paths.File(id) : paths.Segment(id.volume());
    fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
    auto fd = OpenFile(file, O_RDWR);
    ASSERT_TRUE(fd);
    const std::uint64_t offset = at + (id.in_file() ? 0 : id.record_offset() + 24);
    auto byte = PreadExactly(fd->get(), offset, 1);
    ASSERT_TRUE(byte);
    byte->front() = static_cast<char>(~byte->front());
    ASSERT_TRUE(PwriteAll(fd->get(), *byte, offset));
  }

  std::string Refusal(const std::string& key) {
    auto opened = service_->Open(me_, "bucket", key);
    return opened ? "served" : opened.error().code;
  }

  MemoryHealthRecord record_;
  std::optional<BlobHealth> health_;
};

}  // namespace atelier::object_store
