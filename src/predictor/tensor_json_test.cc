#include "predictor/tensor_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "predictor/element_types.h"
#include "predictor/tensor_text.h"
#include "predictor/testing/fake_tensorflow.h"

namespace atelier::predictor {

namespace {

using testing::HasSubstr;

TensorInfo Info(DataType type, std::vector<std::int64_t> shape) { return {"x:0", type, false, std::move(shape)}; }
TensorInfo Unranked(DataType type) { return {"x:0", type, true, {}}; }

Result<Tensor> Read(const TensorInfo& info, std::string_view text) {
  ATELIER_TRY(json::value value, ParseJson(text));
  return TensorFromJson(FakeApi(), "x", info, value);
}

// Through a tensor and back, or the error's message.
std::string Through(const TensorInfo& info, std::string_view text) {
  auto tensor = Read(info, text);
  if (!tensor) return tensor.error().message;
  std::string out;
  auto written = AppendTensor(out, *tensor);
  return written ? out : written.error().message;
}

TEST(TensorJson, NumbersAndShapesComeBack) {
  EXPECT_EQ(Through(Info(DataType::kFloat, {-1, 2}), "[[1, 0.1], [-2.5, 1e10]]"), "[[1.0,0.1],[-2.5,1e+10]]");
  EXPECT_EQ(Through(Info(DataType::kDouble, {}), "0.1"), "0.1");
  EXPECT_EQ(Through(Info(DataType::kInt32, {2}), "[7, -8]"), "[7,-8]");
  EXPECT_EQ(Through(Info(DataType::kUint64, {}), "18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(Through(Info(DataType::kBool, {2}), "[true, false]"), "[true,false]");
  EXPECT_EQ(Through(Info(DataType::kHalf, {2}), "[1, 0.5]"), "[1.0,0.5]");
  EXPECT_EQ(Through(Info(DataType::kBfloat16, {1}), "[-3]"), "[-3.0]");
}

TEST(TensorJson, EmptyListsHaveAShape) {
  EXPECT_EQ(Through(Info(DataType::kFloat, {-1}), "[]"), "[]");
  EXPECT_EQ(Through(Info(DataType::kFloat, {-1, -1}), "[[], []]"), "[[],[]]");
  EXPECT_THAT(Through(Info(DataType::kFloat, {-1, 784}), "[]"), HasSubstr("of shape [-1, 784], got shape [0]"));
}

TEST(TensorJson, RaggedListsAreRefused) {
  for (auto type : {DataType::kFloat, DataType::kString}) {
    EXPECT_THAT(Through(Unranked(type), "[[1, 2], [3]]"), HasSubstr("not all of the length 2"));
    EXPECT_THAT(Through(Unranked(type), "[[1], 2]"), HasSubstr("not all of the length 1"));
    EXPECT_THAT(Through(Unranked(type), "[1, [2]]"), HasSubstr("not all nested to the same depth"));
    EXPECT_THAT(Through(Unranked(type), "[[], [1]]"), HasSubstr("not all of the length 0"));
  }
}

TEST(TensorJson, ListsThatPromiseMoreThanTheyHoldTakeNoMemory) {
  std::string text = "[[0";  // 10^5 x 10^5 by its first lists
  for (int i = 1; i < 100'000; ++i) text += ",0";
  text += "]";
  for (int i = 1; i < 100'000; ++i) text += ",[]";
  EXPECT_THAT(Through(Unranked(DataType::kDouble), text + "]"), HasSubstr("not all of the length 100000"));
}

TEST(TensorJson, ValuesOfAnotherKindAreNamed) {
  EXPECT_THAT(Through(Info(DataType::kFloat, {2}), R"([1, "a"])"), HasSubstr("element 1 is no float32: \"a\""));
  EXPECT_THAT(Through(Info(DataType::kFloat, {1}), "[true]"), HasSubstr("element 0 is no float32: true"));
  EXPECT_THAT(Through(Info(DataType::kFloat, {1}), "[1e300]"), HasSubstr("element 0 is no float32"));
  EXPECT_THAT(Through(Info(DataType::kInt32, {1}), "[1.5]"), HasSubstr("is no int32"));
  EXPECT_THAT(Through(Info(DataType::kInt32, {1}), "[18446744073709551615]"), HasSubstr("is no int32"));
  EXPECT_THAT(Through(Info(DataType::kUint8, {1}), "[256]"), HasSubstr("is no uint8"));
  EXPECT_THAT(Through(Info(DataType::kBool, {1}), "[1]"), HasSubstr("is no bool"));
  EXPECT_THAT(Through(Info(DataType::kFloat, {1}), "[null]"), HasSubstr("is no float32: null"));
}

TEST(TensorJson, StringsAreTextOrBase64AndAreFreed) {
  auto info = Info(DataType::kString, {-1});
  EXPECT_EQ(Through(info, R"(["a \"quoted\" word", "é", {"b64": "/w=="}])"),
            R"(["a \"quoted\" word","é",{"b64":"/w=="}])");
  EXPECT_THAT(Through(info, R"(["a", 1])"), HasSubstr("element 1 is no string"));
  EXPECT_THAT(Through(info, R"([{"b64": "*"}])"), HasSubstr("element 0 is no string"));
  EXPECT_EQ(strings_alive, 0U);
}

TEST(TensorText, WhatJsonHasNotIsNull) {
  auto tensor = Tensor::Make(FakeApi(), DataType::kFloat, {3});
  ASSERT_TRUE(tensor);
  tensor->Set(0, std::numeric_limits<float>::quiet_NaN());
  tensor->Set(1, -std::numeric_limits<float>::infinity());
  tensor->Set(2, -0.0F);
  std::string out;
  ASSERT_TRUE(AppendTensor(out, *tensor));
  EXPECT_EQ(out, "[null,null,-0.0]");
}

TEST(TensorText, ARowIsOneEntryOfTheFirstDimension) {
  auto tensor = Read(Info(DataType::kInt8, {2, 2, 2}), "[[[1,2],[3,4]],[[5,6],[7,8]]]");
  ASSERT_TRUE(tensor);
  std::string out;
  ASSERT_TRUE(AppendTensorRow(out, *tensor, 1));
  EXPECT_EQ(out, "[[5,6],[7,8]]");
}

TEST(Tensor, ImpossibleShapesAndTypesAreRefused) {
  EXPECT_FALSE(Tensor::Make(FakeApi(), DataType::kDouble, {1LL << 31, 1LL << 31}));
  EXPECT_FALSE(Tensor::Make(FakeApi(), DataType::kDouble, {-1}));
  EXPECT_EQ(Tensor::Make(FakeApi(), static_cast<DataType>(20), {1}).error().kind, ErrorKind::kInvalidArgument);
}

}  // namespace
}  // namespace atelier::predictor
