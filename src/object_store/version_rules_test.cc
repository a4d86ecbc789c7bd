#include "object_store/version_rules.h"

#include <gtest/gtest.h>

namespace atelier::object_store {
namespace {

StoredObject Version(std::int64_t sequence, bool null, bool marker = false) {
  StoredObject object;
  object.record.key = "k";
  object.record.sequence = sequence;
  object.record.version_id = null ? std::string() : VersionIdOf(object.record);
  object.record.delete_marker = marker;
  return object;
}

// "written: id@sequence; current: ..., noncurrent: + -, gone"
std::string Shown(const VersionChange& change) {
  auto name = [](const StoredObject& object) {
    return (object.record.version_id.empty() ? "null" : "id") + std::string(object.record.delete_marker ? "*" : "") +
           "@" + std::to_string(object.record.sequence);
  };
  std::string text;
  if (change.written) text += "write " + name(*change.written) + " ";
  if (change.to_current) text += "current " + name(*change.to_current) + " ";
  if (change.drop_current && !change.to_current) text += "no-current ";
  for (const auto& object : change.to_noncurrent) text += "keep " + name(object) + " ";
  for (std::int64_t sequence : change.drop_noncurrent) text += "drop @" + std::to_string(sequence) + " ";
  for (const auto& object : change.gone) text += "gone " + name(object) + " ";
  return text;
}

struct Row {
  const char* what;
  VersioningState state;
  KeyVersions present;
  const char* write;   // PlanWrite with proposal 100
  const char* remove;  // PlanDelete with proposal 100
};

TEST(VersionRules, WritesAndDeletesFollowTheBucketsState) {
  const auto kNever = VersioningState::kNever;
  const auto kEnabled = VersioningState::kEnabled;
  const auto kSuspended = VersioningState::kSuspended;
  const Row rows[] = {
      {"a new key", kNever, {}, "write null@0 current null@0 ", ""},
      {"an old key",
       kNever,
       {Version(0, true), {}, {}},
       "write null@0 current null@0 gone null@0 ",
       "no-current gone null@0 "},
      {"a new key, versioned", kEnabled, {}, "write id@100 current id@100 ", "write id*@100 keep id*@100 "},
      {"over the null version",
       kEnabled,
       {Version(0, true), {}, {}},
       "write id@100 current id@100 keep null@0 ",
       "write id*@100 no-current keep null@0 keep id*@100 "},
      {"the clock went back",
       kEnabled,
       {Version(500, false), Version(400, false), {}},
       "write id@501 current id@501 keep id@500 ",
       "write id*@501 no-current keep id@500 keep id*@501 "},
      {"suspended over the null version",
       kSuspended,
       {Version(7, true), Version(5, false), {}},
       "write null@100 current null@100 gone null@7 ",
       "write null*@100 no-current keep null*@100 gone null@7 "},
      {"suspended over another version, with a null one below",
       kSuspended,
       {Version(9, false), Version(8, true), Version(8, true)},
       "write null@100 current null@100 keep id@9 drop @8 gone null@8 ",
       "write null*@100 no-current keep id@9 keep null*@100 drop @8 gone null@8 "},
      {"suspended over a null marker",
       kSuspended,
       {{}, Version(8, true, true), Version(8, true, true)},
       "write null@100 current null@100 drop @8 gone null*@8 ",
       "write null*@100 keep null*@100 drop @8 gone null*@8 "},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Shown(PlanWrite(row.state, row.present, Version(100, true))), row.write) << row.what;
    EXPECT_EQ(Shown(PlanDelete(row.state, row.present, Version(100, true))), row.remove) << row.what;
  }
}

TEST(VersionRules, RemovingAVersionMakesTheNextOneCurrent) {
  StoredObject top = Version(9, false);
  StoredObject below = Version(5, true);
  StoredObject marker = Version(9, false, true);
  EXPECT_EQ(Shown(PlanRemoveVersion({top, below, below}, top, below)), "current null@5 drop @5 gone id@9 ");
  EXPECT_EQ(Shown(PlanRemoveVersion({top, below, below}, below, {})), "drop @5 gone null@5 ");
  EXPECT_EQ(Shown(PlanRemoveVersion({{}, marker, below}, marker, below)), "current null@5 drop @9 drop @5 gone id*@9 ");
  EXPECT_EQ(Shown(PlanRemoveVersion({{}, marker, below}, below, {})), "drop @5 gone null@5 ");
  EXPECT_EQ(Shown(PlanRemoveVersion({top, marker, {}}, top, marker)), "no-current gone id@9 ") << "a marker stays one";
  EXPECT_EQ(Shown(PlanRemoveVersion({top, {}, {}}, top, {})), "no-current gone id@9 ");
}

TEST(VersionRules, VersionIdsNameTheirPlace) {
  for (std::int64_t sequence : {std::int64_t{1}, std::int64_t{1764000000123}, std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(SequenceOf(Version(sequence, false).record.version_id), sequence);
  ObjectRecord record = Version(7, false).record;
  ObjectRecord other = record;
  other.key = "other";
  EXPECT_NE(VersionIdOf(record), VersionIdOf(other)) << "made in the same millisecond";
  const std::string digits(16, '0');
  for (const std::string& bad : {std::string(), std::string("null"), std::string("1"), digits, digits + digits + "0",
                                 "zz" + std::string(30, '0'), std::string(32, 'f'), " " + std::string(31, '1')})
    EXPECT_FALSE(SequenceOf(bad)) << bad;
}

}  // namespace
}  // namespace atelier::object_store
