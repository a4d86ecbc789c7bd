// The byte strings in the columns `attributes` and `layout` of objects.db. Numbers are LEB128, texts are length and
// bytes; each string begins with a version. docs/formats/object-store.md describes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "object_store/metadata_index.h"

namespace atelier::storage {

// Object: attributes and checksums.
std::string EncodeObjectAttributes(const object_store::ObjectRecord& record);
Result<void> DecodeObjectAttributes(std::string_view bytes, object_store::ObjectRecord& record);

// Object: pieces, part sizes, upload id.
std::string EncodeObjectLayout(const object_store::StoredObject& object);
Result<void> DecodeObjectLayout(std::string_view bytes, object_store::StoredObject& object);

// Upload: attributes and the agreed checksum.
std::string EncodeUploadAttributes(const object_store::MultipartUpload& upload);
Result<void> DecodeUploadAttributes(std::string_view bytes, object_store::MultipartUpload& upload);

// Part: pieces and checksum.
std::string EncodePartLayout(const object_store::StoredPart& part);
Result<void> DecodePartLayout(std::string_view bytes, object_store::StoredPart& part);

}  // namespace atelier::storage
