#include "audit/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/testing/audit_repository_contract.h"
#include "audit/testing/memory_audit_repository.h"

namespace atelier::audit {
namespace {

struct MemoryFixture final : AuditFixture {
  AuditRepository& repository() override { return memory; }
  MemoryAuditRepository memory;
};
std::unique_ptr<AuditFixture> MakeMemory() { return std::make_unique<MemoryFixture>(); }

struct World {
  MemoryAuditRepository repository;
  ManualClock clock{FromUnixMillis(1'000'000)};
  std::vector<Entry> All() { return repository.Find({.projects = {"p1"}, .limit = 100'000}).value(); }
};

TEST(AuditLog, WhatWasRecordedIsThere) {
  World world;
  AuditLog log(world.repository, world.clock, {});
  ASSERT_TRUE(log.Record(MakeEntry("Create", 0)));
  auto entries = world.All();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front().time, world.clock.Now()) << "the log's own time";
}

TEST(AuditLog, NotesAreWrittenAtTheLatestWhenItEnds) {
  World world;
  {
    AuditLog log(world.repository, world.clock, {.gather = Milliseconds(60'000)});
    for (int i = 0; i < 3; ++i) log.Note(MakeEntry("Refused", 0, 401));
  }
  EXPECT_EQ(world.All().size(), 3U);
  EXPECT_LE(world.repository.appends(), 3U);
}

TEST(AuditLog, ARecordTakesTheNotesBeforeItAlong) {
  World world;
  AuditLog log(world.repository, world.clock, {.gather = Milliseconds(60'000)});
  log.Note(MakeEntry("Refused", 0, 401));
  ASSERT_TRUE(log.Record(MakeEntry("Create", 0)));
  auto entries = world.All();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries.front().action, "Create");
}

TEST(AuditLog, ManyAtOnceShareTransactions) {
  World world;
  AuditLog log(world.repository, world.clock, {});
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) EXPECT_TRUE(log.Record(MakeEntry("Create", 0)));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(world.All().size(), 400U);
}

TEST(AuditLog, WhoCannotBeRecordedIsTold) {
  World world;
  AuditLog log(world.repository, world.clock, {});
  world.repository.Refuse(ResourceExhausted("the disk is full"));
  auto refused = log.Record(MakeEntry("Create", 0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the disk is full");
  world.repository.Refuse({});
  EXPECT_TRUE(log.Record(MakeEntry("Create", 0)));
}

TEST(AuditLog, BeyondTheirBoundNotesAreDroppedAndCounted) {
  World world;
  AuditLog log(world.repository, world.clock, {.waiting = 2, .gather = Milliseconds(60'000)});
  for (int i = 0; i < 5; ++i) log.Note(MakeEntry("Refused", 0, 401));
  EXPECT_EQ(log.dropped(), 3U);
  ASSERT_TRUE(log.Record(MakeEntry("Create", 0)));
  EXPECT_EQ(world.All().size(), 3U);
}

TEST(AuditLog, KeepsItselfWithinItsBounds) {
  World world;
  std::vector<Entry> old(5, MakeEntry("old", 1));
  ASSERT_TRUE(world.repository.Append(old));
  {
    AuditLog log(world.repository, world.clock, {.retention = Milliseconds(1000), .rows = 3, .trim_after = 1});
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(log.Record(MakeEntry("new", 0)));
  }
  auto entries = world.All();
  EXPECT_LE(entries.size(), 4U) << "the last one may have come after the last look";
  EXPECT_EQ(entries.front().action, "new");
}

TEST(Entry, AResourceIsPlainTextAndBounded) {
  EXPECT_EQ(ResourceText({}), "");
  EXPECT_EQ(ResourceText({{"job_id", "1"}, {"name", "a b\xff"}}), "job_id=1 name=a%20b%FF");
  EXPECT_EQ(ResourceText({{"name", std::string(5000, 'x')}}).size(), 512U);
}

INSTANTIATE_TEST_SUITE_P(Memory, AuditRepositoryContract, testing::Values(MakeMemory));

}  // namespace
}  // namespace atelier::audit
