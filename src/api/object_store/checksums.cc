#include "api/object_store/checksums.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using object_store::Checksum;

constexpr auto kNames = std::to_array<ChecksumName>({
    {DigestKind::kCrc32, "crc32", "CRC32", "ChecksumCRC32"},
    {DigestKind::kCrc32c, "crc32c", "CRC32C", "ChecksumCRC32C"},
    {DigestKind::kCrc64Nvme, "crc64nvme", "CRC64NVME", "ChecksumCRC64NVME"},
    {DigestKind::kSha1, "sha1", "SHA1", "ChecksumSHA1"},
    {DigestKind::kSha256, "sha256", "SHA256", "ChecksumSHA256"},
    {DigestKind::kSha512, "sha512", "SHA512", "ChecksumSHA512"},
    {DigestKind::kMd5, "md5", "MD5", "ChecksumMD5"},
    {DigestKind::kCrc64Ecma, "crc64ecma", "CRC64ECMA", "ChecksumCRC64ECMA"},
});

// Header names that begin like a checksum but state something about one.
constexpr auto kAboutChecksums = std::to_array<std::string_view>({"algorithm", "mode", "type"});
constexpr auto kNotComputed = std::to_array<std::string_view>({"XXHASH64", "XXHASH3", "XXHASH128"});

std::string PrefixOf(auth::Dialect dialect) {
  return dialect == auth::Dialect::kObs ? "x-obs-checksum-" : "x-amz-checksum-";
}

std::string BigEndian(std::uint64_t number) {
  std::string bytes(sizeof(number), '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[bytes.size() - 1 - i] = static_cast<char>(number >> (8 * i));
  return bytes;
}

std::uint64_t FromBigEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

std::span<const ChecksumName> ChecksumNames() { return kNames; }

const ChecksumName& NameOf(DigestKind kind) { return *std::ranges::find(kNames, kind, &ChecksumName::kind); }

Result<DigestKind> ParseChecksumAlgorithm(std::string_view word) {
  std::string upper = ToUpper(Trim(word));
  const auto* name = std::ranges::find(kNames, upper, &ChecksumName::algorithm);
  if (name != kNames.end()) return name->kind;
  if (std::ranges::find(kNotComputed, upper) != kNotComputed.end()) {
    return MakeError(ErrorKind::kUnimplemented, fmt::format("the checksum algorithm {} is not served", word),
                     "NotImplemented");
  }
  return InvalidArgument(
      fmt::format("the checksum algorithm must be one of CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512 or "
                  "MD5, not \"{}\"",
                  word),
      "InvalidRequest");
}

Result<std::string> ParseChecksumText(DigestKind kind, std::string_view text) {
  const ChecksumName& name = NameOf(kind);
  if (kind == DigestKind::kCrc64Ecma) {
    auto number = ParseNumber<std::uint64_t>(Trim(text));
    if (number) return BigEndian(*number);
    return InvalidArgument(fmt::format("the value of checksum-crc64ecma must be a decimal number, not \"{}\"", text),
                           "InvalidRequest");
  }
  auto bytes = Base64Decode(Trim(text));
  if (!bytes || bytes->size() != DigestSize(kind)) {
    return InvalidArgument(fmt::format("the value of x-amz-checksum-{} must be {} bytes in base64, not \"{}\"",
                                       name.header, DigestSize(kind), text),
                           "InvalidRequest");
  }
  return *std::move(bytes);
}

Result<std::optional<Checksum>> ParseChecksumField(std::string_view name, std::string_view value,
                                                   auth::Dialect dialect) {
  std::string prefix = PrefixOf(dialect);
  if (!StartsWithIgnoreCase(name, prefix)) return std::nullopt;
  std::string suffix = ToLower(name.substr(prefix.size()));
  if (std::ranges::find(kAboutChecksums, suffix) != kAboutChecksums.end()) return std::nullopt;
  ATELIER_TRY(DigestKind kind, ParseChecksumAlgorithm(suffix));
  ATELIER_TRY(std::string bytes, ParseChecksumText(kind, value));
  return Checksum{.kind = kind, .value = std::move(bytes), .composite = false};
}

Result<std::optional<Checksum>> ChecksumOf(const http::Headers& headers, auth::Dialect dialect) {
  std::optional<Checksum> found;
  for (const auto& [name, value] : headers) {
    ATELIER_TRY(auto checksum, ParseChecksumField(name, value, dialect));
    if (!checksum) continue;
    if (found) {
      return InvalidArgument("a request can carry one checksum header; this one has several: send only one",
                             "InvalidRequest");
    }
    found = std::move(checksum);
  }
  return found;
}

Result<std::optional<DigestKind>> TrailerChecksumOf(const http::Headers& headers, auth::Dialect dialect) {
  auto announced = headers.Get("x-amz-trailer");
  if (!announced) return std::nullopt;
  std::optional<DigestKind> found;
  std::string prefix = PrefixOf(dialect);
  for (std::string_view item : Split(*announced, ',')) {
    std::string_view name = Trim(item);
    if (!StartsWithIgnoreCase(name, prefix)) continue;
    if (found) return InvalidArgument("a request can carry one trailing checksum, not several", "InvalidRequest");
    ATELIER_TRY(DigestKind kind, ParseChecksumAlgorithm(name.substr(prefix.size())));
    found = kind;
  }
  if (!found) {
    return InvalidArgument(
        fmt::format("x-amz-trailer must name a checksum, for instance x-amz-checksum-crc32, not \"{}\"", *announced),
        "MalformedTrailerError");
  }
  return found;
}

std::string ChecksumText(const Checksum& checksum, std::size_t parts) {
  if (checksum.kind == DigestKind::kCrc64Ecma) return fmt::format_int(FromBigEndian(checksum.value)).str();
  std::string text = Base64Encode(checksum.value);
  return checksum.composite ? fmt::format("{}-{}", text, parts) : text;
}

void AddChecksumHeaders(const std::vector<Checksum>& checksums, std::size_t parts, auth::Dialect dialect,
                        http::Headers& headers) {
  std::string prefix = PrefixOf(dialect);
  for (const Checksum& checksum : checksums) {
    headers.Set(prefix + std::string(NameOf(checksum.kind).header), ChecksumText(checksum, parts));
    if (checksum.kind != DigestKind::kCrc64Ecma)
      headers.Set(prefix + "type", checksum.composite ? "COMPOSITE" : "FULL_OBJECT");
  }
}

Result<bool> IsComposite(DigestKind kind, std::optional<std::string_view> type) {
  bool full_only = kind == DigestKind::kCrc64Nvme || kind == DigestKind::kCrc64Ecma;
  bool composite_only = kind != DigestKind::kCrc32 && kind != DigestKind::kCrc32c && !full_only;
  if (!type) return !full_only;
  bool composite = EqualsIgnoreCase(*type, "COMPOSITE");
  if (!composite && !EqualsIgnoreCase(*type, "FULL_OBJECT")) {
    return InvalidArgument(fmt::format("x-amz-checksum-type must be COMPOSITE or FULL_OBJECT, not \"{}\"", *type),
                           "InvalidRequest");
  }
  if ((composite && full_only) || (!composite && composite_only)) {
    return InvalidArgument(
        fmt::format("the checksum type {} cannot be used with the algorithm {}", *type, NameOf(kind).algorithm),
        "InvalidRequest");
  }
  return composite;
}

}  // namespace atelier::api::s3
