// The steps that the object index's transactions are made of. Private to the object index.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "object_store/metadata_index.h"
#include "object_store/version_rules.h"
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

  using MaybeObject = std::optional<object_store::StoredObject>;
  // The current version.
  Result<MaybeObject> FindObject(const BucketRow& bucket, const std::string& key);
  // Any version but the current one: the newest, or the newest older than a sequence.
  Result<MaybeObject> FindNoncurrent(const BucketRow& bucket, const std::string& key,
                                     std::optional<std::int64_t> older_than = {});
  Result<MaybeObject> FindVersion(const BucketRow& bucket, const std::string& key,
                                  const object_store::VersionChoice& version);
  Result<object_store::KeyVersions> ReadVersions(const BucketRow& bucket, const std::string& key);
  // Carries a change out, but for the references that `written` adds; counts the bucket's usage.
  object_store::DeadCount Apply(const BucketRow& bucket, const object_store::VersionChange& change);
  // Writes the row of a version that is there, in its place.
  void Rewrite(const BucketRow& bucket, const object_store::StoredObject& object);

  // The rows of a listing of versions, beyond (key, rank) and before `end`.
  Result<std::vector<object_store::ObjectRecord>> ScanVersions(const BucketRow& bucket, const std::string& key,
                                                               std::int64_t rank, const std::string& end,
                                                               std::size_t limit);

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
  Result<MaybeObject> TakeNoncurrent(const BucketRow& bucket, const std::string& key, soci::statement& find);
  void SetContent(const BucketRow& bucket, const object_store::StoredObject& object);
  void PutCurrent(const BucketRow& bucket, const object_store::StoredObject& object);
  void PutNoncurrent(const BucketRow& bucket, const object_store::StoredObject& object);

  soci::session& sql_;
  ObjectStatements& statements_;
};

}  // namespace atelier::storage
