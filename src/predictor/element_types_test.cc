#include "predictor/element_types.h"

#include <gtest/gtest.h>

#include <optional>

namespace atelier::predictor {
namespace {

template <class To, class From>
std::optional<To> As(From value) {
  To to{};
  if (!Convert(value, to)) return std::nullopt;
  return to;
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ElementTypes, IntegersOutOfRangeAreRefused) {
  EXPECT_EQ(As<std::int8_t>(127), 127);
  EXPECT_FALSE(As<std::int8_t>(128));
  EXPECT_FALSE(As<std::uint8_t>(-1));
  EXPECT_FALSE(As<std::int64_t>(std::numeric_limits<std::uint64_t>::max()));
}

TEST(ElementTypes, FractionsAreCutAndTheEndsOfTheRangeAreExact) {
  EXPECT_EQ(As<std::int32_t>(-1.9), -1);
  EXPECT_EQ(As<std::uint8_t>(255.9), 255);
  EXPECT_EQ(As<std::uint8_t>(-0.5), 0);
  EXPECT_FALSE(As<std::uint8_t>(256.0));
  EXPECT_FALSE(As<std::uint8_t>(-1.0));
  EXPECT_EQ(As<std::int64_t>(-9223372036854775808.0), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(As<std::int64_t>(9223372036854775808.0));
  EXPECT_FALSE(As<std::int32_t>(2147483648.0F));
}

TEST(ElementTypes, NanAndInfinityAreFloatsOnly) {
  EXPECT_FALSE(As<std::int32_t>(kNan));
  EXPECT_FALSE(As<std::uint64_t>(kInfinity));
  EXPECT_TRUE(std::isnan(As<float>(kNan).value_or(0)));
  EXPECT_TRUE(std::isinf(As<float>(kInfinity).value_or(0)));
}

TEST(ElementTypes, FiniteNumbersDoNotBecomeInfinite) {
  EXPECT_FALSE(As<float>(1e300));
  EXPECT_FALSE(As<_Float16>(70000.0F));
  EXPECT_FALSE(As<Bfloat16>(std::numeric_limits<float>::max()));
}

TEST(ElementTypes, SmallFloatsGoThereAndBack) {
  for (float value : {0.0F, 1.0F, -2.5F, 0.25F, 384.0F}) {
    EXPECT_EQ(static_cast<float>(As<_Float16>(value).value()), value);
    EXPECT_EQ(static_cast<float>(As<Bfloat16>(value).value()), value);
  }
  EXPECT_EQ(Bfloat16(1.00390625F).bits, 0x3F80) << "a tie goes to the even one";
  EXPECT_EQ(Bfloat16(1.01171875F).bits, 0x3F82) << "a tie goes to the even one";
  EXPECT_TRUE(std::isnan(static_cast<float>(Bfloat16(std::bit_cast<float>(0x7F800001U)))));
}

TEST(ElementTypes, EveryServedTypeHasItsOwnSize) {
  for (int number = 0; number < 32; ++number) {
    auto type = static_cast<DataType>(number);
    std::size_t size = 0;
    bool served = WithElementType(type, [&]<class T>(std::type_identity<T>) {
      size = sizeof(T);
      return true;
    });
    EXPECT_EQ(size, DataTypeSize(type)) << DataTypeName(type);
    EXPECT_EQ(served, DataTypeSize(type) > 0) << DataTypeName(type);
  }
}

}  // namespace
}  // namespace atelier::predictor
