// Ranges of IP addresses: "10.0.0.0/8", "2001:db8::/32", or one address.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace atelier::access {

class IpRange {
 public:
  // nullopt when the text is not one. Bits beyond the prefix are ignored, as S3 does.
  static std::optional<IpRange> Parse(std::string_view text);

  // Whether the address is one of the range. An IPv4 address that arrived in IPv6 ("::ffff:192.0.2.1") counts as IPv4.
  bool Contains(std::string_view address) const;

  // So wide that it limits nobody: more than a /8 of IPv4 or a /32 of IPv6.
  bool IsBroad() const { return prefix_ < (v4_ ? 8 : 32); }

 private:
  bool v4_ = false;
  int prefix_ = 0;  // bits of the address that must be equal
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace atelier::access
