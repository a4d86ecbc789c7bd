#include "base/digest.h"
#include "base/log.h"
#include "object_store/blob_store_state.h"

namespace atelier::object_store {
namespace {

// How much is written before the kernel is asked to begin writing it out: the final sync then has little left to wait
// for. A short file is begun early, since its sync comes soon; a long one in larger steps, which cost less.
constexpr std::uint64_t kFirstSteps = 256 * 1024;
constexpr std::uint64_t kWritebackStep = 1024 * 1024;

}  // namespace

NewBlob::NewBlob(std::shared_ptr<Volume> volume, BlobRef ref) : volume_(std::move(volume)), ref_(ref) {}

NewBlob::~NewBlob() {
  if (volume_ == nullptr) return;
  if (auto erased = volume_->Erase(ref_); !erased) {
    volume_->MarkUncertain();
    LogWarning("an unused blob could not be removed; the next start will", {{"error", erased.error().message}});
  }
}

void NewBlob::LeaveToRecovery() {
  if (volume_ != nullptr) volume_->MarkUncertain();
  volume_.reset();
}

Result<std::shared_ptr<Volume>> BlobStore::State::CurrentVolume() {
  std::lock_guard lock(volume_mutex);
  if (current != nullptr) return current;
  ATELIER_TRY(std::uint32_t number, index.OpenVolume());
  auto created = Volume::Create(*files, paths, number, options.segment_size, options.files_per_volume);
  if (!created) {
    // On a full disk this happens for every write: the number is given back at once, not at the next start.
    if (index.SealVolume(number)) (void)RemoveIfEmpty(number);
    return created;
  }
  current = *std::move(created);
  return current;
}

void BlobStore::State::Retire(const std::shared_ptr<Volume>& volume) {
  {
    std::lock_guard lock(volume_mutex);
    if (current != volume) return;
    retired.push_back(std::move(current));
    current = nullptr;
  }
  Wake();
}

class StoreBlobWriter final : public BlobWriter {
 public:
  explicit StoreBlobWriter(BlobStore::State& store) : store_(store) {}

  ~StoreBlobWriter() override {
    if (!file_.fd.valid()) return;
    if (auto discarded = store_.files->Discard(file_); !discarded) volume_->MarkUncertain();
  }

  Result<void> Append(std::string_view bytes) override {
    crc_ = Crc32c(bytes, crc_);
    if (!file_.fd.valid()) {
      if (size_ + bytes.size() <= store_.options.small_limit) {
        buffer_.append(bytes);
        size_ += bytes.size();
        return {};
      }
      ATELIER_CHECK(Spill());
    }
    return WriteFile(bytes);
  }

  std::uint64_t size() const override { return size_; }

  Result<NewBlob> Finish() override { return file_.fd.valid() ? FinishFile() : FinishRecord(); }

 private:
  // From here on the blob has a file.
  Result<void> Spill() {
    for (;;) {
      ATELIER_TRY(volume_, store_.CurrentVolume());
      if (auto id = volume_->ReserveFile()) {
        id_ = *id;
        break;
      }
      store_.Retire(volume_);
    }
    ATELIER_TRY(file_, store_.files->CreateNameless(store_.paths.Folder(volume_->number())));
    std::string buffered = std::exchange(buffer_, {});
    size_ = 0;
    return WriteFile(buffered);
  }

  Result<void> WriteFile(std::string_view bytes) {
    ATELIER_CHECK(store_.files->Write(file_.fd.get(), bytes, size_));
    size_ += bytes.size();
    if (size_ - started_ >= (started_ < kWritebackStep ? kFirstSteps : kWritebackStep)) {
      store_.files->StartWriteback(file_.fd.get(), started_, size_ - started_);
      started_ = size_;
    }
    return {};
  }

  Result<NewBlob> FinishFile() {
    ATELIER_CHECK(store_.files->Sync(file_.fd.get()));
    BlobRef ref{id_, size_, crc_};
    if (auto published = volume_->Publish(file_, id_); !published) {
      // The name may or may not be there: removing it is tried, recovery makes sure.
      volume_->MarkUncertain();
      (void)volume_->Erase(ref);
      store_.Retire(volume_);
      return std::unexpected(std::move(published).error());
    }
    return NewBlob(volume_, ref);
  }

  Result<NewBlob> FinishRecord() {
    for (;;) {
      ATELIER_TRY(auto volume, store_.CurrentVolume());
      auto appended = volume->AppendRecord(buffer_, crc_);
      if (appended && !*appended) {
        store_.Retire(volume);
        continue;
      }
      Result<void> synced = appended ? volume->SyncRecords() : std::unexpected(appended.error());
      if (!synced) {
        // After a failed write or sync nothing more is trusted to this segment.
        volume->MarkUncertain();
        store_.Retire(volume);
        return std::unexpected(std::move(synced).error());
      }
      return NewBlob(volume, **appended);
    }
  }

  BlobStore::State& store_;
  std::string buffer_;
  std::uint64_t size_ = 0;
  std::uint64_t started_ = 0;  // up to here the kernel has been asked to write out
  std::uint32_t crc_ = 0;
  std::shared_ptr<Volume> volume_;
  NamelessFile file_;
  BlobId id_;
};

std::unique_ptr<BlobWriter> BlobStore::NewWriter() { return std::make_unique<StoreBlobWriter>(*state_); }

}  // namespace atelier::object_store
