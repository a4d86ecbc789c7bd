// The steps that the object index's transactions are made of. Private to the object index.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "object_store/metadata_index.h"
#include "storage/object_statements.h"

namespace atelier::storage {

// Lives for one transaction (or one change of a batch) on one connection. Everything that can be refused is asked for
// before the first change: see CommitQueue.
class ObjectTransaction {
 public:
  ObjectTransaction(soci::session& sql, ObjectStatements& statements) : sql_(sql), statements_(statements) {}

  soci::session& sql() { return sql_; }
  ObjectStatements& statements() { return statements_; }

  struct BucketRow {
    std::int64_t id = 0;
    object_store::Bucket bucket;
    object_store::BucketUsage usage;
  };
  std::optional<BucketRow> FindBucket(const std::string& name);
  Result<BucketRow> NeedBucket(const std::string& name);  // NoSuchBucket

  Result<std::optional<object_store::StoredObject>> FindObject(const BucketRow& bucket, const std::string& key);
  // Replaces `present` (what FindObject gave); counts the bucket's usage and drops the replaced pieces.
  object_store::DeadCount PutObject(const BucketRow& bucket, const object_store::StoredObject& object,
                                    const std::optional<object_store::StoredObject>& present);
  object_store::DeadCount DeleteObject(const BucketRow& bucket, const object_store::StoredObject& present);

  // BlobGone when a piece names neither a fresh blob nor one that is alive. Changes nothing.
  Result<void> CheckReferences(const std::vector<object_store::Piece>& pieces,
                               const std::vector<object_store::BlobRef>& fresh);
  void AddReferences(const std::vector<object_store::Piece>& pieces, const std::vector<object_store::BlobRef>& fresh);
  object_store::DeadCount DropReferences(const std::vector<object_store::Piece>& pieces);

  struct UploadRow {
    std::int64_t bucket_id = 0;
    object_store::MultipartUpload upload;  // without the bucket's name
  };
  Result<std::optional<UploadRow>> FindUpload(const std::string& upload_id);
  Result<std::optional<object_store::StoredPart>> FindPart(const std::string& upload_id, int number);
  Result<std::vector<object_store::StoredPart>> Parts(const std::string& upload_id, int after_number,
                                                      std::size_t limit);
  void PutPart(const std::string& upload_id, const object_store::StoredPart& part);
  // Removes upload and parts; the pieces of `kept` parts keep their references.
  object_store::DeadCount EndUpload(const std::string& upload_id, const std::vector<object_store::StoredPart>& all,
                                    const std::set<int>& kept);

 private:
  soci::session& sql_;
  ObjectStatements& statements_;
};

}  // namespace atelier::storage
