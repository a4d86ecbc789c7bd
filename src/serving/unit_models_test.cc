#include "serving/unit_models.h"

#include <gtest/gtest.h>

namespace atelier::serving {
namespace {

TEST(UnitModels, HaveTheServicesNameAndTheNextVersion) {
  EXPECT_EQ(UnitModelName("s", ""), "s");
  EXPECT_EQ(UnitModelName("s", "u"), "s-u");
  EXPECT_EQ(UnitModelName(std::string(60, 's'), "unit-1").size(), 64U);
  EXPECT_EQ(UnitName("s", "s-u"), "u");
  EXPECT_EQ(UnitName("s", "mnist"), "mnist");
  using Taken = std::vector<std::string>;
  EXPECT_EQ(NextModelVersion({}), "1.0.0");
  EXPECT_EQ(NextModelVersion(Taken{"1.0.0", "1.0.9", "0.5.0", "2.0.0"}), "1.0.10");
  EXPECT_EQ(NextModelVersion(Taken{"1.0.99"}), "1.1.0");
  EXPECT_EQ(NextModelVersion(Taken{"1.99.99"}), std::nullopt);
}

}  // namespace
}  // namespace atelier::serving
