#include "object_store/append.h"

#include <fmt/format.h>

#include <utility>

#include "base/digest.h"
#include "base/strings.h"

namespace atelier::object_store {
namespace {

std::unexpected<Error> WrongPosition(const StoredAppend& append, std::uint64_t length) {
  return MakeError(ErrorKind::kConflict,
                   fmt::format("the position is {}, but the object '{}' has {} bytes; append at its end",
                               append.position, append.key, length),
                   "PositionNotEqualToLength", std::to_string(length));
}

StoredObject FirstPiece(const StoredAppend& append) {
  StoredObject object;
  object.record.bucket = append.bucket;
  object.record.key = append.key;
  object.record.attributes = append.attributes;
  object.record.etag = HexEncode(append.md5);
  object.record.appends = 1;
  return object;
}

Result<void> CheckAppendable(const StoredObject& present, const StoredAppend& append) {
  if (present.record.appends == 0) {
    return MakeError(
        ErrorKind::kConflict,
        fmt::format("the object '{}' was put whole; only objects that begin with an append can grow", append.key),
        "ObjectNotAppendable", append.key);
  }
  if (append.position != present.record.size) return WrongPosition(append, present.record.size);
  if (present.record.appends < kMaxAppends) return {};
  return InvalidArgument(fmt::format("the object '{}' has had {} appends, which is the limit", append.key, kMaxAppends),
                         "InvalidRequest", append.key);
}

}  // namespace

Result<StoredObject> ApplyAppend(std::optional<StoredObject> present, const StoredAppend& append) {
  StoredObject object;
  if (!present) {
    if (append.position != 0) return WrongPosition(append, 0);
    object = FirstPiece(append);
  } else {
    ATELIER_CHECK(CheckAppendable(*present, append));
    object = *std::move(present);
    auto before = HexDecode(object.record.etag.substr(0, object.record.etag.find('-')));
    if (!before) return Internal("an appendable object has no MD5 in its ETag");
    ++object.record.appends;
    object.record.etag =
        fmt::format("{}-{}", HexEncode(ComputeDigest(DigestKind::kMd5, *before + append.md5)), object.record.appends);
  }
  for (const Piece& piece : append.pieces) object.record.size += piece.length;
  object.pieces.insert(object.pieces.end(), append.pieces.begin(), append.pieces.end());
  object.record.checksums.clear();
  object.record.last_modified = append.now;
  return object;
}

}  // namespace atelier::object_store
