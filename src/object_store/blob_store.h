// Where bytes lie: small blobs as records in segments, larger ones as files of their own. docs/formats/object-store.md
// is the on-disk format, docs/adr/0003-object-store-layout.md the reasons.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "object_store/blob.h"
#include "object_store/file_system.h"
#include "object_store/metadata_index.h"
#include "object_store/pins.h"
#include "object_store/types.h"

namespace atelier::object_store {

class Volume;

// A durable blob to which no row refers yet. Destroyed without Keep it takes its bytes back.
class NewBlob {
 public:
  NewBlob(std::shared_ptr<Volume> volume, BlobRef ref);
  ~NewBlob();
  NewBlob(NewBlob&&) noexcept = default;
  NewBlob& operator=(NewBlob&&) = delete;

  const BlobRef& ref() const { return ref_; }
  // A row refers to it now.
  void Keep() { volume_.reset(); }
  // Perhaps a row refers to it: the next start decides.
  void LeaveToRecovery();

 private:
  std::shared_ptr<Volume> volume_;
  BlobRef ref_;
};

// Receives the bytes of one blob. Not thread-safe. Keeps at most Options::small_limit bytes in memory.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual Result<void> Append(std::string_view bytes) = 0;
  virtual std::uint64_t size() const = 0;
  // Makes the bytes and their name durable. At most once, and not for an empty blob.
  virtual Result<NewBlob> Finish() = 0;
};

struct BlobStoreOptions {
  std::uint64_t small_limit = 128 * 1024;  // larger blobs get a file
  std::uint64_t segment_size = 64 * 1024 * 1024;
  std::uint32_t files_per_volume = 4096;
  bool background_cleaning = true;  // false: only Clean() cleans
};

// What reading a blob told.
struct BlobVerdict {
  bool sound = true;
  std::string reason{};  // when it is not sound
};

// Thread-safe. The index must outlive the store; extents may outlive it.
class BlobStore {
 public:
  using Options = BlobStoreOptions;
  struct State;  // blob_store_state.h: for the store's own files

  // What was found in the volumes that the last run did not seal (it was killed, or the power went).
  struct Recovery {
    std::size_t volumes = 0;
    std::size_t removed_files = 0;  // no row referred to them
    std::vector<BlobRef> missing;   // a row refers to them, but the bytes are not there
  };

  // Repairs unsealed volumes (bounded by a volume's size, not by the number of objects). `files` null: the machine's.
  static Result<std::unique_ptr<BlobStore>> Open(const fs::path& root, MetadataIndex& index, Options options = {},
                                                 std::unique_ptr<FileSystem> files = nullptr);
  ~BlobStore();  // seals what it wrote

  const Recovery& recovery() const;
  std::unique_ptr<BlobWriter> NewWriter();

  // While a section is open, blobs that a row named inside it stay readable; open them before it ends.
  ReadGate::Section BeginRead();
  // Extents pin the bytes. Records are read and compared with their CRC32C here; a blob with a file of its own has its
  // length compared, and is refused when it is known to be damaged. DamagedObject (errors.h) before any byte is served.
  Result<std::vector<Extent>> OpenPieces(const std::vector<Piece>& pieces);
  // Called with what OpenPieces finds damaged, on the reader's thread. Set before the first read.
  using DamageCall = std::function<void(const BlobRef&, const std::string& reason)>;
  void OnDamage(DamageCall call);
  // Blobs in files that are refused from now on, whatever their length says; or no longer.
  void MarkDamaged(BlobId id);
  void ClearDamaged(BlobId id);

  // Reads the blob and compares its CRC32C. `pace` is called before each read with its bytes, and may wait; false ends
  // with Cancelled. An error tells nothing about the blob (no descriptor was free).
  using Pace = std::function<bool(std::uint64_t bytes)>;
  Result<BlobVerdict> Verify(const BlobRef& blob, const Pace& pace = {});

  // There are dead blobs: the cleaner's thread is woken.
  void NotifyDead();
  struct CleanReport {
    std::size_t erased = 0, pinned = 0, volumes_removed = 0;
  };
  // Removes the bytes of dead blobs, then forgets them; seals retired volumes; removes empty ones.
  Result<CleanReport> Clean();
  // While somebody has one, Clean removes nothing: every blob that the index named at some moment since stays readable.
  // Waits for a cleaning that runs. Must not outlive the store.
  class CleaningHold {
   public:
    explicit CleaningHold(BlobStore& store);
    ~CleaningHold();
    CleaningHold(const CleaningHold&) = delete;
    CleaningHold& operator=(const CleaningHold&) = delete;

   private:
    BlobStore& store_;
  };

 private:
  explicit BlobStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace atelier::object_store
