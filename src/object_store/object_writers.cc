#include "object_store/errors.h"
#include "object_store/service_state.h"

namespace atelier::object_store {
namespace {

struct ObjectTarget {
  std::string bucket, key;
};

class StoreObjectWriter final : public ObjectWriter {
 public:
  StoreObjectWriter(ObjectService::State& service, const ObjectTarget& target, ObjectAttributes attributes,
                    const std::vector<DigestKind>& extra)
      : service_(service), receiver_(service.blobs, extra) {
    object_.record.bucket = target.bucket;
    object_.record.key = target.key;
    object_.record.attributes = std::move(attributes);
  }

  void Digest(std::string_view bytes) override { receiver_.Digest(bytes); }
  Result<void> Write(std::string_view bytes) override { return receiver_.Write(bytes); }

  Result<ObjectRecord> Commit(const ExpectedDigests& expected, const WriteConditions& conditions) override {
    ATELIER_CHECK(receiver_.Finish(expected));
    ObjectRecord& record = object_.record;
    record.size = receiver_.size();
    record.etag = receiver_.etag();
    record.checksums = expected.checksums;
    record.last_modified = service_.clock.Now();
    record.sequence = ToUnixMillis(record.last_modified);
    object_.pieces = receiver_.pieces();
    auto written = service_.index.PutObject(object_, receiver_.fresh(), conditions);
    ATELIER_TRY(record.version_id, service_.Settle(std::move(written), receiver_.blob()));
    return std::move(record);
  }

 private:
  ObjectService::State& service_;
  ContentReceiver receiver_;
  StoredObject object_;
};

class AppendWriter final : public ObjectWriter {
 public:
  AppendWriter(ObjectService::State& service, StoredAppend append, const std::vector<DigestKind>& extra)
      : service_(service), receiver_(service.blobs, extra), append_(std::move(append)) {}

  void Digest(std::string_view bytes) override { receiver_.Digest(bytes); }
  Result<void> Write(std::string_view bytes) override { return receiver_.Write(bytes); }

  Result<ObjectRecord> Commit(const ExpectedDigests& expected, const WriteConditions&) override {
    ATELIER_CHECK(receiver_.Finish(expected));
    append_.now = service_.clock.Now();
    append_.md5 = receiver_.digest(DigestKind::kMd5);
    append_.pieces = receiver_.pieces();
    auto appended = service_.index.AppendObject(append_, receiver_.fresh());
    Result<DeadCount> dead = appended ? Result<DeadCount>(0) : Result<DeadCount>(std::unexpected(appended.error()));
    ATELIER_CHECK(service_.Settle(std::move(dead), receiver_.blob()));
    return appended;
  }

 private:
  ObjectService::State& service_;
  ContentReceiver receiver_;
  StoredAppend append_;
};

std::vector<DigestKind> WithChecksumOf(const MultipartUpload& upload, std::vector<DigestKind> kinds) {
  if (upload.checksum_kind) kinds.push_back(*upload.checksum_kind);
  return kinds;
}

class StorePartWriter final : public PartWriter {
 public:
  StorePartWriter(ObjectService::State& service, MultipartUpload upload, int number, std::vector<DigestKind> extra)
      : service_(service),
        receiver_(service.blobs, WithChecksumOf(upload, std::move(extra))),
        upload_(std::move(upload)) {
    part_.record.number = number;
  }

  void Digest(std::string_view bytes) override { receiver_.Digest(bytes); }
  Result<void> Write(std::string_view bytes) override { return receiver_.Write(bytes); }

  Result<PartRecord> Commit(const ExpectedDigests& expected) override {
    ATELIER_CHECK(receiver_.Finish(expected));
    PartRecord& record = part_.record;
    record.size = receiver_.size();
    record.etag = receiver_.etag();
    record.last_modified = service_.clock.Now();
    // The checksum that the upload will need is kept whether the client sent it or not.
    if (upload_.checksum_kind) {
      record.checksum = Checksum{*upload_.checksum_kind, receiver_.digest(*upload_.checksum_kind), false};
    } else if (!expected.checksums.empty()) {
      record.checksum = expected.checksums.front();
    }
    part_.pieces = receiver_.pieces();
    ATELIER_CHECK(
        service_.Settle(service_.index.PutPart(upload_.upload_id, part_, receiver_.fresh()), receiver_.blob()));
    return record;
  }

 private:
  ObjectService::State& service_;
  ContentReceiver receiver_;
  MultipartUpload upload_;
  StoredPart part_;
};

}  // namespace

Result<std::unique_ptr<ObjectWriter>> ObjectService::Put(const Caller& caller, const std::string& bucket,
                                                         const ObjectKey& key, ObjectAttributes attributes,
                                                         const std::vector<DigestKind>& extra) {
  ATELIER_TRY(auto info, state_->CheckAccess(caller, bucket));
  attributes.owner_id = OwnerOf(caller, info->bucket);
  return std::make_unique<StoreObjectWriter>(*state_, ObjectTarget{bucket, key.bytes()}, std::move(attributes), extra);
}

Result<std::unique_ptr<ObjectWriter>> ObjectService::Append(const Caller& caller, const std::string& bucket,
                                                            const ObjectKey& key, std::uint64_t position,
                                                            ObjectAttributes attributes,
                                                            const std::vector<DigestKind>& extra) {
  ATELIER_TRY(auto info, state_->CheckAccess(caller, bucket));
  attributes.owner_id = OwnerOf(caller, info->bucket);
  StoredAppend append{bucket, key.bytes(), position, {}, {}, {}, std::move(attributes)};
  return std::make_unique<AppendWriter>(*state_, std::move(append), extra);
}

Result<std::unique_ptr<PartWriter>> ObjectService::PutPart(const Caller& caller, const std::string& bucket,
                                                           const std::string& key, const std::string& upload_id,
                                                           int number, std::vector<DigestKind> extra) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_CHECK(CheckPartNumber(number));
  ATELIER_TRY(auto upload, state_->NeedUpload(bucket, key, upload_id));
  return std::make_unique<StorePartWriter>(*state_, std::move(upload), number, std::move(extra));
}

}  // namespace atelier::object_store
