// The C++ types behind the elements of numeric tensors, and conversions between them that do not silently change a
// value.
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "predictor/tensorflow_c.h"

namespace atelier::predictor {

// The upper half of a float; C++23's own type is not in the standard library of the build.
struct Bfloat16 {
  std::uint16_t bits = 0;
  Bfloat16() = default;
  explicit Bfloat16(float value) {
    auto whole = std::bit_cast<std::uint32_t>(value);
    // To nearest, ties to even; a NaN keeps a bit of its fraction, or it would become an infinity.
    bits = std::isnan(value) ? static_cast<std::uint16_t>((whole >> 16) | 0x40)
                             : static_cast<std::uint16_t>((whole + 0x7FFF + ((whole >> 16) & 1)) >> 16);
  }
  explicit operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
};

template <class T>
concept SmallFloat = std::same_as<T, _Float16> || std::same_as<T, Bfloat16>;

// Calls use(std::type_identity<T>()) with T of the elements and returns what it returns; false for strings and for
// types that are not served.
template <class Use>
bool WithElementType(DataType type, Use&& use) {
  switch (type) {
    case DataType::kFloat:
      return use(std::type_identity<float>());
    case DataType::kDouble:
      return use(std::type_identity<double>());
    case DataType::kInt8:
      return use(std::type_identity<std::int8_t>());
    case DataType::kInt16:
      return use(std::type_identity<std::int16_t>());
    case DataType::kInt32:
      return use(std::type_identity<std::int32_t>());
    case DataType::kInt64:
      return use(std::type_identity<std::int64_t>());
    case DataType::kUint8:
      return use(std::type_identity<std::uint8_t>());
    case DataType::kUint16:
      return use(std::type_identity<std::uint16_t>());
    case DataType::kUint32:
      return use(std::type_identity<std::uint32_t>());
    case DataType::kUint64:
      return use(std::type_identity<std::uint64_t>());
    case DataType::kBool:
      return use(std::type_identity<bool>());
    case DataType::kHalf:
      return use(std::type_identity<_Float16>());
    case DataType::kBfloat16:
      return use(std::type_identity<Bfloat16>());
    case DataType::kString:
    case DataType::kInvalid:
      break;
  }
  return false;
}

// False when `to` cannot hold the value: an integer out of range, a finite number that would become infinite, NaN as an
// integer. Fractions are cut and digits rounded, as by a cast.
template <class To, class From>
bool Convert(From from, To& to) {
  if constexpr (SmallFloat<From>) {
    return Convert(static_cast<float>(from), to);
  } else if constexpr (std::same_as<To, bool>) {
    to = from != From{};
    return true;
  } else if constexpr (SmallFloat<To>) {
    float value = 0;
    if (!Convert(from, value)) return false;
    to = static_cast<To>(value);
    return !std::isfinite(value) || std::isfinite(static_cast<float>(to));
  } else if constexpr (std::floating_point<To>) {
    if constexpr (sizeof(From) > sizeof(To) && std::floating_point<From>) {
      if (std::isfinite(from) && std::abs(from) > static_cast<From>(std::numeric_limits<To>::max())) return false;
    }
    to = static_cast<To>(from);
    return true;
  } else if constexpr (std::floating_point<From>) {
    // Both bounds are powers of two (or zero), so that they are exact in `From`; a NaN fails the comparison.
    constexpr int kBits = std::numeric_limits<To>::digits;
    const From above = std::ldexp(From{1}, kBits);
    const From below = std::is_signed_v<To> ? -above : From{0};
    From whole = std::trunc(from);
    if (!(whole >= below && whole < above)) return false;
    to = static_cast<To>(whole);
    return true;
  } else if constexpr (std::same_as<From, bool>) {
    to = static_cast<To>(from);
    return true;
  } else {
    if (!std::in_range<To>(from)) return false;
    to = static_cast<To>(from);  // NOLINT(bugprone-signed-char-misuse): an int8 is a number here, not a character
    return true;
  }
}

}  // namespace atelier::predictor
