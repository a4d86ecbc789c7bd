#include "object_store/checksum_combine.h"

#include <array>

namespace atelier::object_store {
namespace {

// A linear map on the CRC register over GF(2): column i is what bit i becomes.
using Matrix = std::array<std::uint64_t, 64>;

std::uint64_t Apply(const Matrix& matrix, std::uint64_t vector) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; vector != 0; ++i, vector >>= 1)
    if ((vector & 1) != 0) sum ^= matrix[i];
  return sum;
}

Matrix Square(const Matrix& matrix) {
  Matrix square{};
  for (std::size_t i = 0; i < square.size(); ++i) square[i] = Apply(matrix, matrix[i]);
  return square;
}

// Reflected polynomials; all four kinds begin and end with all ones, which cancel out in the combination.
std::uint64_t Polynomial(DigestKind kind) {
  switch (kind) {
    case DigestKind::kCrc32:
      return 0xEDB88320U;
    case DigestKind::kCrc32c:
      return 0x82F63B78U;
    case DigestKind::kCrc64Nvme:
      return 0x9A6C9329AC4BC9B5U;
    case DigestKind::kCrc64Ecma:
      return 0xC96C5795D7870F42U;
    default:
      return 0;
  }
}

// What one zero byte after the data does to the register.
Matrix ZeroByte(DigestKind kind) {
  Matrix zero_bit{};
  zero_bit[0] = Polynomial(kind);
  for (std::size_t i = 1; i < DigestSize(kind) * 8; ++i) zero_bit[i] = std::uint64_t{1} << (i - 1);
  return Square(Square(Square(zero_bit)));
}

std::uint64_t FromBigEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (char byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

bool IsCombinable(DigestKind kind) { return Polynomial(kind) != 0; }

std::string CombineChecksums(DigestKind kind, std::string_view first, std::string_view second,
                             std::uint64_t second_length) {
  std::uint64_t crc = FromBigEndian(first);
  Matrix step = ZeroByte(kind);
  for (std::uint64_t length = second_length; length != 0; length >>= 1) {
    if ((length & 1) != 0) crc = Apply(step, crc);
    if (length > 1) step = Square(step);
  }
  crc ^= FromBigEndian(second);
  std::string combined(DigestSize(kind), '\0');
  for (std::size_t i = combined.size(); i-- > 0; crc >>= 8) combined[i] = static_cast<char>(crc & 255);
  return combined;
}

}  // namespace atelier::object_store
