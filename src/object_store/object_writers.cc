#include "object_store/errors.h"
#include "object_store/service_state.h"

namespace atelier::object_store {
namespace {

class StoreObjectWriter final : public ObjectWriter {
 public:
  StoreObjectWriter(ObjectService::State& service, const std::string& bucket, const ObjectKey& key,
                    ObjectAttributes attributes, const std::vector<DigestKind>& extra)
      : service_(service), receiver_(service.blobs, extra) {
    object_.record.bucket = bucket;
    object_.record.key = key.bytes();
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
    object_.pieces = receiver_.pieces();
    ATELIER_CHECK(service_.Settle(service_.index.PutObject(object_, receiver_.fresh(), conditions), receiver_.blob()));
    return std::move(record);
  }

 private:
  ObjectService::State& service_;
  ContentReceiver receiver_;
  StoredObject object_;
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
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  return std::make_unique<StoreObjectWriter>(*state_, bucket, key, std::move(attributes), extra);
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
