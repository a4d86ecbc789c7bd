#include "access/ip_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "base/strings.h"

namespace atelier::access {
namespace {

struct Address {
  bool v4 = false;
  std::array<std::uint8_t, 16> bytes{};  // of IPv4 the first four
};

constexpr std::array<std::uint8_t, 12> kV4InV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<Address> ParseAddress(std::string_view text) {
  if (text.contains('\0')) return std::nullopt;
  std::string name(text);
  Address address;
  if (inet_pton(AF_INET, name.c_str(), address.bytes.data()) == 1) {
    address.v4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, name.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

Address WithoutMapping(const Address& address) {
  if (address.v4 || !std::equal(kV4InV6.begin(), kV4InV6.end(), address.bytes.begin())) return address;
  Address v4;
  v4.v4 = true;
  std::copy_n(address.bytes.begin() + kV4InV6.size(), 4, v4.bytes.begin());
  return v4;
}

bool SameBits(const std::uint8_t* a, const std::uint8_t* b, int bits) {
  auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(a, b, whole) != 0) return false;
  unsigned rest = static_cast<unsigned>(bits) % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

}  // namespace

std::optional<IpRange> IpRange::Parse(std::string_view text) {
  auto slash = text.find('/');
  auto address = ParseAddress(text.substr(0, slash));
  if (!address) return std::nullopt;
  int most = address->v4 ? 32 : 128;
  auto prefix = slash == std::string_view::npos ? most : ParseNumber<int>(text.substr(slash + 1)).value_or(-1);
  if (prefix < 0 || prefix > most) return std::nullopt;
  IpRange range;
  range.v4_ = address->v4;
  range.prefix_ = prefix;
  range.bytes_ = address->bytes;
  return range;
}

bool IpRange::Contains(std::string_view text) const {
  auto address = ParseAddress(text.substr(0, text.find('%')));  // "fe80::1%eth0" names its interface as well
  if (!address) return false;
  Address plain = WithoutMapping(*address);
  return plain.v4 == v4_ && SameBits(plain.bytes.data(), bytes_.data(), prefix_);
}

}  // namespace atelier::access
