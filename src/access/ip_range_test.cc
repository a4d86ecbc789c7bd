#include "access/ip_range.h"

#include <gtest/gtest.h>

namespace atelier::access {
namespace {

TEST(IpRange, Contains) {
  struct Case {
    std::string_view range, address;
    bool contains;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"192.0.2.7", "192.0.2.7", true},
           {"192.0.2.7", "192.0.2.8", false},
           {"192.0.2.0/24", "192.0.2.255", true},
           {"192.0.2.0/24", "192.0.3.0", false},
           {"192.0.2.99/24", "192.0.2.1", true},
           {"10.0.0.0/9", "10.127.0.1", true},
           {"10.0.0.0/9", "10.128.0.1", false},
           {"0.0.0.0/0", "203.0.113.1", true},
           {"0.0.0.0/0", "2001:db8::1", false},
           {"::/0", "2001:db8::1", true},
           {"::/0", "203.0.113.1", false},
           {"2001:db8::/33", "2001:db8:7fff::1", true},
           {"2001:db8::/33", "2001:db8:8000::1", false},
           {"2001:DB8::1", "2001:db8:0:0::1", true},
           {"192.0.2.0/24", "::ffff:192.0.2.7", true},
           {"fe80::/10", "fe80::1%eth0", true},
           {"192.0.2.0/24", "", false},
           {"192.0.2.0/24", "host", false},
       }) {
    auto range = IpRange::Parse(c.range);
    ASSERT_TRUE(range) << c.range;
    EXPECT_EQ(range->Contains(c.address), c.contains) << c.range << " and " << c.address;
  }
}

TEST(IpRange, RefusesWhatIsNone) {
  using namespace std::string_view_literals;
  for (std::string_view bad : {""sv, "*"sv, "192.0.2"sv, "192.0.2.0/33"sv, "192.0.2.0/-1"sv, "192.0.2.0/"sv, "::/129"sv,
                               "192.0.2.0/24 "sv, "fe80::1%eth0"sv, "192.0.2.1\0x"sv}) {
    EXPECT_FALSE(IpRange::Parse(bad)) << bad;
  }
}

TEST(IpRange, KnowsBroadOnes) {
  EXPECT_TRUE(IpRange::Parse("0.0.0.0/0")->IsBroad());
  EXPECT_TRUE(IpRange::Parse("8.0.0.0/7")->IsBroad());
  EXPECT_FALSE(IpRange::Parse("10.0.0.0/8")->IsBroad());
  EXPECT_TRUE(IpRange::Parse("2000::/31")->IsBroad());
  EXPECT_FALSE(IpRange::Parse("2001:db8::/32")->IsBroad());
}

}  // namespace
}  // namespace atelier::access
