// The additional checksums of S3 (x-amz-checksum-*) and OBS (crc64ecma): names, headers, texts (obs-s3 API: checksums).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/object_store_authenticator.h"
#include "base/error.h"
#include "http/message.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

struct ChecksumName {
  DigestKind kind;
  std::string_view header;     // after "x-amz-checksum-"
  std::string_view algorithm;  // in x-amz-checksum-algorithm and <ChecksumAlgorithm>
  const char* element;         // in XML
};
std::span<const ChecksumName> ChecksumNames();
const ChecksumName& NameOf(DigestKind kind);
// By algorithm word ("CRC32", any case). InvalidRequest for a word that is no algorithm; Unimplemented for a newer one.
Result<DigestKind> ParseChecksumAlgorithm(std::string_view word);

// The checksum that a request's headers state; nullopt when none. InvalidRequest: two of them, no base64, wrong length.
Result<std::optional<object_store::Checksum>> ChecksumOf(const http::Headers& headers, auth::Dialect dialect);
// One field, from a header or a trailer (lower-case name); nullopt when it is no checksum field.
Result<std::optional<object_store::Checksum>> ParseChecksumField(std::string_view name, std::string_view value,
                                                                 auth::Dialect dialect);
// The kind of checksum that x-amz-trailer announces. MalformedTrailerError, InvalidRequest.
Result<std::optional<DigestKind>> TrailerChecksumOf(const http::Headers& headers, auth::Dialect dialect);

// Base64 (crc64ecma: decimal), with "-N" for a composite one of N parts.
std::string ChecksumText(const object_store::Checksum& checksum, std::size_t parts);
// From <ChecksumCRC32> and the like, raw; InvalidRequest.
Result<std::string> ParseChecksumText(DigestKind kind, std::string_view text);

// x-amz-checksum-* and x-amz-checksum-type.
void AddChecksumHeaders(const std::vector<object_store::Checksum>& checksums, std::size_t parts, auth::Dialect dialect,
                        http::Headers& headers);

// How x-amz-checksum-type and an algorithm combine at the start of a multipart upload. InvalidRequest.
Result<bool> IsComposite(DigestKind kind, std::optional<std::string_view> type);

}  // namespace atelier::api::s3
