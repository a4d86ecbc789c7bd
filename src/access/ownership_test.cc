#include "access/ownership.h"

#include <gtest/gtest.h>

namespace atelier::access {
namespace {

TEST(Ownership, SaysWhoOwnsWhatIsUploaded) {
  struct Row {
    Ownership ownership;
    bool full_control;
    const char* owner;
  };
  for (const Row& row :
       {Row{Ownership::kObjectWriter, false, "writer"}, Row{Ownership::kObjectWriter, true, "writer"},
        Row{Ownership::kBucketOwnerPreferred, false, "writer"}, Row{Ownership::kBucketOwnerPreferred, true, "bucket"},
        Row{Ownership::kBucketOwnerEnforced, false, "bucket"}, Row{Ownership::kBucketOwnerEnforced, true, "bucket"}}) {
    Upload upload{"writer", "bucket", row.full_control};
    EXPECT_EQ(OwnerOf(upload, row.ownership), row.owner) << ToString(row.ownership) << ' ' << row.full_control;
  }
}

TEST(Ownership, WordsAreReadAndWritten) {
  for (Ownership ownership :
       {Ownership::kObjectWriter, Ownership::kBucketOwnerPreferred, Ownership::kBucketOwnerEnforced})
    EXPECT_EQ(ParseOwnership(ToString(ownership)), ownership);
  EXPECT_EQ(ParseOwnership("objectwriter"), std::nullopt);
}

}  // namespace
}  // namespace atelier::access
