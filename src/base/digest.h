// Digests, checksums and MACs over OpenSSL and isa-l. Values are raw bytes; HexEncode/Base64Encode make text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace atelier {

enum class DigestKind { kMd5, kSha1, kSha256, kSha512, kCrc32, kCrc32c, kCrc64Nvme, kCrc64Ecma };

// A running digest. Update as often as wanted, then Finish once; CRCs come out big-endian (4 or 8 bytes).
class Digest {
 public:
  explicit Digest(DigestKind kind);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void Update(std::string_view bytes);
  void Update(std::span<const std::byte> bytes);
  std::string Finish();
  DigestKind kind() const { return kind_; }

 private:
  struct State;
  DigestKind kind_;
  std::unique_ptr<State> state_;
};

std::size_t DigestSize(DigestKind kind);
std::string ComputeDigest(DigestKind kind, std::string_view bytes);
std::string HmacSha1(std::string_view key, std::string_view text);
std::string HmacSha256(std::string_view key, std::string_view text);

// CRC32C of `bytes` continued from `seed` (0 to start): what the store keeps beside its data.
std::uint32_t Crc32c(std::string_view bytes, std::uint32_t seed = 0);

// PBKDF2-HMAC-SHA256 (100,000 rounds) for stored passwords.
std::string DerivePassword(std::string_view password, std::string_view salt);

}  // namespace atelier
