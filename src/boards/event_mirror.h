// The events of a board as local files: what is in the object store, brought over, kept up with, and taken away again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "base/error.h"
#include "boards/event_source.h"

namespace atelier::boards {

// What a mirror remembers between two looks at the same board. Losing it (a restart) costs reading everything once.
struct MirrorMemory {
  struct Known {
    std::uint64_t size = 0;  // of the local file
    std::string etag;        // of the object that it equals; empty: only its beginning does
  };
  bool scanned = false;  // `known` has every local file
  std::map<std::string, Known> known;
};

struct MirrorReport {
  std::size_t added = 0, grown = 0;
  std::size_t replaced = 0;  // not a continuation of what was there
  std::size_t removed = 0;
  std::size_t left_out = 0;  // no room, or no name for a file
  bool more = false;         // the budget was used up: another look has more to do
};

struct MirrorLimits {
  std::size_t files = 10'000;
  std::uint64_t bytes = 20ULL << 30;           // of all files together
  std::uint64_t bytes_per_look = 64ULL << 20;  // read in one look, so that no board holds up the others
};

// Stateless; thread-safe as far as its source is.
//
// TensorBoard keeps event files open and reads on where it was. So a file that grew grows in place, and only one whose
// earlier bytes are others is written anew beside the old one, which whoever has it open still sees as it was.
class EventMirror {
 public:
  EventMirror(EventSource& source, MirrorLimits limits) : source_(source), limits_(limits) {}

  // An absent bucket has no events.
  Result<MirrorReport> Look(const std::string& project_id, const training::ObsPath& folder,
                            const std::filesystem::path& target, MirrorMemory& memory) const;

 private:
  EventSource& source_;
  const MirrorLimits limits_;
};

}  // namespace atelier::boards
