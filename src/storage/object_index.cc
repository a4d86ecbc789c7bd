#include "storage/object_index.h"

#include <mutex>
#include <unordered_map>

#include "base/files.h"
#include "object_store/errors.h"
#include "storage/object_transaction.h"

namespace atelier::storage {

using object_store::BlobId;
using object_store::BlobRef;
using object_store::Bucket;
using object_store::BucketUsage;
using object_store::DeadCount;

namespace {

std::vector<BlobRef> ScanBlobs(ObjectStatements& s, soci::statement& scan) {
  std::vector<BlobRef> blobs;
  scan.execute();
  while (scan.fetch())
    blobs.push_back({BlobId(static_cast<std::uint64_t>(s.number)), static_cast<std::uint64_t>(s.size),
                     static_cast<std::uint32_t>(s.crc32c)});
  return blobs;
}

}  // namespace

class SqlObjectIndex::Statements {
 public:
  ObjectStatements& For(soci::session& sql) {
    std::lock_guard lock(mutex_);
    auto& statements = by_session_[&sql];
    if (statements == nullptr) statements = std::make_unique<ObjectStatements>(sql);
    return *statements;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<soci::session*, std::unique_ptr<ObjectStatements>> by_session_;  // guarded by mutex_
};

SqlObjectIndex::SqlObjectIndex(Database& objects, std::uint64_t reserve)
    : database_(objects),
      queue_(objects),
      reserve_(fs::path(objects.file()).replace_extension(".reserve"), reserve),
      statements_(std::make_unique<Statements>()) {}

SqlObjectIndex::~SqlObjectIndex() = default;

Result<void> SqlObjectIndex::Write(const Work& work) {
  ATELIER_CHECK(reserve_.Take());
  return Commit(work);
}

Result<void> SqlObjectIndex::Free(const Work& work) {
  auto done = Commit(work);
  if (done || done.error().kind != ErrorKind::kResourceExhausted) return done;
  ATELIER_CHECK(reserve_.Give());
  return Commit(work);
}

Result<void> SqlObjectIndex::Commit(const Work& work) {
  return queue_.Run([&](soci::session& sql) {
    ObjectTransaction transaction(sql, statements_->For(sql));
    return work(transaction);
  });
}

Result<void> SqlObjectIndex::Read(const Work& work) {
  return database_.Read([&](soci::session& sql) {
    ObjectTransaction transaction(sql, statements_->For(sql));
    return work(transaction);
  });
}

Result<std::uint32_t> SqlObjectIndex::OpenVolume() {
  std::int64_t number = 0;
  auto open = [&](ObjectTransaction& transaction) -> Result<void> {
    transaction.sql() << "INSERT INTO volume(sealed) VALUES(0)";
    transaction.sql() << "SELECT max(number) FROM volume", soci::into(number);
    return {};
  };
  ATELIER_CHECK(Write(open));
  return static_cast<std::uint32_t>(number);
}

Result<std::vector<std::uint32_t>> SqlObjectIndex::UnsealedVolumes() {
  std::vector<std::uint32_t> volumes;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    std::int64_t number = 0;
    soci::statement select =
        (transaction.sql().prepare << "SELECT number FROM volume WHERE sealed = 0 ORDER BY number", soci::into(number));
    select.execute();
    while (select.fetch()) volumes.push_back(static_cast<std::uint32_t>(number));
    return {};
  };
  ATELIER_CHECK(Read(read));
  return volumes;
}

Result<void> SqlObjectIndex::SealVolume(std::uint32_t volume) {
  std::int64_t number = volume;
  return Free([&](ObjectTransaction& transaction) -> Result<void> {
    transaction.sql() << "UPDATE volume SET sealed = 1 WHERE number = :number", soci::use(number);
    return {};
  });
}

Result<bool> SqlObjectIndex::ForgetEmptyVolume(std::uint32_t volume) {
  std::int64_t number = volume;
  auto first = static_cast<std::int64_t>(BlobId::FirstOf(volume).value());
  auto end = static_cast<std::int64_t>(BlobId::FirstOf(volume + 1).value());
  bool forgotten = false;
  auto forget = [&](ObjectTransaction& transaction) -> Result<void> {
    soci::statement remove =
        (transaction.sql().prepare << "DELETE FROM volume WHERE number = :number AND sealed = 1 "
                                      "AND NOT EXISTS (SELECT 1 FROM blob WHERE id >= :first AND id < :end)",
         soci::use(number), soci::use(first), soci::use(end));
    remove.execute(true);
    forgotten = remove.get_affected_rows() > 0;
    return {};
  };
  ATELIER_CHECK(Free(forget));
  return forgotten;
}

Result<std::vector<BlobRef>> SqlObjectIndex::Blobs(BlobId after, BlobId end, std::size_t limit) {
  std::vector<BlobRef> blobs;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ObjectStatements& s = transaction.statements();
    s.blob_id = static_cast<std::int64_t>(after.value());
    s.end_id = static_cast<std::int64_t>(end.value());
    s.limit = static_cast<std::int64_t>(limit);
    blobs = ScanBlobs(s, s.scan_blobs);
    return {};
  };
  ATELIER_CHECK(Read(read));
  return blobs;
}

Result<std::vector<BlobRef>> SqlObjectIndex::DeadBlobs(BlobId after, std::size_t limit) {
  std::vector<BlobRef> blobs;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ObjectStatements& s = transaction.statements();
    s.blob_id = static_cast<std::int64_t>(after.value());
    s.limit = static_cast<std::int64_t>(limit);
    blobs = ScanBlobs(s, s.scan_dead);
    return {};
  };
  ATELIER_CHECK(Read(read));
  return blobs;
}

Result<void> SqlObjectIndex::ForgetBlobs(const std::vector<BlobId>& dead) {
  return Free([&](ObjectTransaction& transaction) -> Result<void> {
    ObjectStatements& s = transaction.statements();
    for (BlobId id : dead) {
      s.blob_id = static_cast<std::int64_t>(id.value());
      s.forget_blob.execute(true);
    }
    return {};
  });
}

Result<void> SqlObjectIndex::CreateBucket(const Bucket& bucket) {
  return Write([&](ObjectTransaction& transaction) -> Result<void> {
    if (transaction.FindBucket(bucket.name)) return object_store::BucketAlreadyExists(bucket.name);
    std::int64_t created = ToUnixMillis(bucket.created);
    transaction.sql() << "INSERT INTO bucket(name, project_id, region, storage_class, created_at) "
                         "VALUES(:name, :project, :region, :class, :created)",
        soci::use(bucket.name), soci::use(bucket.project_id), soci::use(bucket.region), soci::use(bucket.storage_class),
        soci::use(created);
    return {};
  });
}

Result<std::optional<Bucket>> SqlObjectIndex::FindBucket(const std::string& name) {
  std::optional<Bucket> found;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    if (auto row = transaction.FindBucket(name)) found = std::move(row->bucket);
    return {};
  };
  ATELIER_CHECK(Read(read));
  return found;
}

Result<std::vector<Bucket>> SqlObjectIndex::Buckets(const std::string& project_id) {
  return SelectBuckets("WHERE project_id = :project", project_id);
}

Result<std::vector<Bucket>> SqlObjectIndex::BucketsWithSetting(const std::string& name) {
  return SelectBuckets("WHERE id IN (SELECT bucket_id FROM bucket_setting WHERE name = :name)", name);
}

Result<std::vector<Bucket>> SqlObjectIndex::SelectBuckets(const std::string& where, const std::string& value) {
  std::vector<Bucket> buckets;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    Bucket bucket;
    std::int64_t created = 0;
    int versioning = 0;
    soci::statement select =
        (transaction.sql().prepare << "SELECT name, project_id, region, storage_class, created_at, versioning "
                                      "FROM bucket "
                                   << where << " ORDER BY name",
         soci::use(value), soci::into(bucket.name), soci::into(bucket.project_id), soci::into(bucket.region),
         soci::into(bucket.storage_class), soci::into(created), soci::into(versioning));
    select.execute();
    while (select.fetch()) {
      bucket.created = FromUnixMillis(created);
      bucket.versioning = static_cast<object_store::VersioningState>(versioning);
      buckets.push_back(bucket);
    }
    return {};
  };
  ATELIER_CHECK(Read(read));
  return buckets;
}

Result<void> SqlObjectIndex::UpdateBucket(const Bucket& changed) {
  return Write([&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(changed.name));
    int versioning = static_cast<int>(changed.versioning);
    transaction.sql() << "UPDATE bucket SET versioning = :versioning, storage_class = :class WHERE id = :bucket",
        soci::use(versioning), soci::use(changed.storage_class), soci::use(bucket.id);
    return {};
  });
}

Result<object_store::BucketSettings> SqlObjectIndex::Settings(const std::string& bucket_name) {
  object_store::BucketSettings settings;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    std::string name;
    std::string text;
    soci::statement select =
        (transaction.sql().prepare << "SELECT name, text FROM bucket_setting WHERE bucket_id = :bucket",
         soci::use(bucket.id), soci::into(name), soci::into(text));
    select.execute();
    while (select.fetch()) settings[name] = text;
    return {};
  };
  ATELIER_CHECK(Read(read));
  return settings;
}

Result<void> SqlObjectIndex::PutSetting(const std::string& bucket_name, const std::string& name,
                                        const std::optional<std::string>& text) {
  return Write([&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    if (text) {
      transaction.sql() << "INSERT INTO bucket_setting(bucket_id, name, text) VALUES(:bucket, :name, :text) "
                           "ON CONFLICT(bucket_id, name) DO UPDATE SET text = excluded.text",
          soci::use(bucket.id), soci::use(name), soci::use(*text);
    } else {
      transaction.sql() << "DELETE FROM bucket_setting WHERE bucket_id = :bucket AND name = :name",
          soci::use(bucket.id), soci::use(name);
    }
    return {};
  });
}

Result<DeadCount> SqlObjectIndex::DeleteBucket(const std::string& name) {
  DeadCount dead = 0;
  auto remove = [&](ObjectTransaction& transaction) -> Result<void> {
    dead = 0;
    ATELIER_TRY(auto bucket, transaction.NeedBucket(name));
    int objects = 0;
    transaction.sql() << "SELECT EXISTS(SELECT 1 FROM object WHERE bucket_id = :bucket) OR "
                         "EXISTS(SELECT 1 FROM noncurrent WHERE bucket_id = :again)",
        soci::use(bucket.id), soci::use(bucket.id), soci::into(objects);
    if (objects != 0) return object_store::BucketNotEmpty(name);
    std::vector<std::string> uploads;
    std::string upload_id;
    soci::statement select = (transaction.sql().prepare << "SELECT upload_id FROM upload WHERE bucket_id = :bucket",
                              soci::use(bucket.id), soci::into(upload_id));
    select.execute();
    while (select.fetch()) uploads.push_back(upload_id);
    for (const std::string& upload : uploads) {
      ATELIER_TRY(auto parts, transaction.Parts(upload, 0, object_store::kMaxParts));
      dead += transaction.EndUpload(upload, parts, {});
    }
    transaction.sql() << "DELETE FROM bucket_setting WHERE bucket_id = :bucket", soci::use(bucket.id);
    transaction.sql() << "DELETE FROM bucket WHERE id = :bucket", soci::use(bucket.id);
    return {};
  };
  ATELIER_CHECK(Free(remove));
  return dead;
}

Result<BucketUsage> SqlObjectIndex::Usage(const std::string& name) {
  BucketUsage usage;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(name));
    usage = bucket.usage;
    return {};
  };
  ATELIER_CHECK(Read(read));
  return usage;
}

}  // namespace atelier::storage
