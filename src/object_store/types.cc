#include "object_store/types.h"

#include <algorithm>

#include "object_store/blob.h"

namespace atelier::object_store {
namespace {

// Cuts [offset, offset + length) out of a sequence of runs, each with an offset and a length of its own.
template <class Run>
std::vector<Run> Slice(const std::vector<Run>& runs, std::uint64_t offset, std::uint64_t length) {
  std::vector<Run> cut;
  for (const Run& run : runs) {
    if (length == 0) break;
    if (offset >= run.length) {
      offset -= run.length;
      continue;
    }
    Run part = run;
    part.offset += offset;
    part.length = std::min(run.length - offset, length);
    length -= part.length;
    offset = 0;
    cut.push_back(std::move(part));
  }
  return cut;
}

}  // namespace

std::vector<Extent> SliceExtents(const std::vector<Extent>& extents, std::uint64_t offset, std::uint64_t length) {
  return Slice(extents, offset, length);
}

std::vector<Piece> SlicePieces(const std::vector<Piece>& pieces, std::uint64_t offset, std::uint64_t length) {
  return Slice(pieces, offset, length);
}

}  // namespace atelier::object_store
