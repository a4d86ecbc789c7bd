#include "predictor/plain_numbers.h"

#include <gtest/gtest.h>

#include "predictor/tensor_text.h"
#include "predictor/testing/fake_tensorflow.h"

namespace atelier::predictor {
namespace {

TensorInfo Info(DataType type, std::vector<std::int64_t> shape) { return {"x:0", type, false, std::move(shape)}; }

Signatures Signature1(const std::string& name, TensorInfo info) { return {{"s", {"", {{name, std::move(info)}}, {}}}}; }

std::string Describe(const JsonRequest& request) {
  std::string text = std::to_string(static_cast<int>(request.form)) + "/" + std::to_string(request.rows);
  for (const auto& [name, tensor] : request.inputs) {
    text += " " + name + "=";
    EXPECT_TRUE(AppendTensor(text, tensor));
    text += ":" + DataTypeName(tensor.type());
    for (auto size : tensor.shape()) text += "," + std::to_string(size);
  }
  return text;
}

struct Case {
  const char* what;
  const char* body;
  bool quick;  // read by the quick reader
};

// Both readers agree wherever the quick one does not decline.
void Check(const Signatures& signatures, const Case& one) {
  SCOPED_TRACE(std::string(one.what) + ": " + one.body);
  auto quick = ReadPlainNumbers(FakeApi(), signatures, one.body);
  EXPECT_EQ(quick.has_value(), one.quick);
  if (!quick) return;
  auto thorough = ReadJsonRequest(FakeApi(), signatures, one.body);
  ASSERT_TRUE(thorough) << thorough.error().message;
  EXPECT_EQ(Describe(*quick), Describe(*thorough));
}

TEST(PlainNumbers, ReadsWhatTheThoroughReaderReads) {
  auto rows = Signature1("x", Info(DataType::kFloat, {-1, 2}));
  for (const auto& one : std::vector<Case>{
           {"named", R"({"x": [[1, 2.5], [-3e2, 0.1]]})", true},
           {"rows", R"({"instances": [[1, 2], [3, 4], [5, 6]]})", true},
           {"columns", R"({"inputs": [[1, 2]]})", true},
           {"spaces and an escaped name", " {\"\\u0078\" :\n[ [ 1 ,2 ] ] } ", true},
           {"numbers beyond 32 bits", R"({"x": [[16777217, 18446744073709551615]]})", true},
           {"many digits", R"({"x": [[2.546744073709551615, 0.1999999999999000000000017998327]]})", true},
           {"no rows", R"({"x": []})", false},
           {"rows, none", R"({"instances": []})", false},
           {"ragged", R"({"x": [[1, 2], [3]]})", false},
           {"deeper in places", R"({"x": [[1, [2]], [3, 4]]})", false},
           {"shallower in places", R"({"x": [[1, 2], 3]})", false},
           {"another width", R"({"x": [[1, 2, 3]]})", false},
           {"text", R"({"x": [["1", 2]]})", false},
           {"null", R"({"x": [[null, 2]]})", false},
           {"too large for the type", R"({"x": [[1e39, 2]]})", false},
           {"twice the same", R"({"x": [[1, 2]], "x": [[3, 4]]})", false},
           {"unknown input", R"({"y": [[1, 2]]})", false},
           {"signature name", R"({"signature_name": "s", "instances": [[1, 2]]})", false},
           {"objects", R"({"instances": [{"x": [1, 2]}]})", false},
           {"text behind", R"({"x": [[1, 2]]} x)", false},
           {"a bracket behind", R"({"x": [[1, 2]]}})", false},
           {"cut", R"({"x": [[1, 2]])", false},
           {"empty", "{}", false},
           {"nothing", "", false},
           {"a list", "[1, 2]", false},
           {"leading zero", R"({"x": [[01, 2]]})", false},
           {"comma at the end", R"({"x": [[1, 2],]})", false},
       })
    Check(rows, one);
}

TEST(PlainNumbers, OtherTypesAndShapes) {
  Check(Signature1("x", Info(DataType::kFloat, {})), {"scalar", R"({"x": 3})", true});
  Check(Signature1("x", Info(DataType::kInt32, {-1})), {"whole", R"({"x": [1, -2, 2147483647]})", true});
  Check(Signature1("x", Info(DataType::kInt32, {-1})), {"out of range", R"({"x": [2147483648]})", false});
  Check(Signature1("x", Info(DataType::kInt32, {-1})), {"a fraction", R"({"x": [1.0]})", false});
  Check(Signature1("x", Info(DataType::kUint8, {-1})), {"bytes", R"({"x": [0, 255]})", true});
  Check(Signature1("x", Info(DataType::kUint64, {-1})), {"large", R"({"x": [18446744073709551615, 0]})", true});
  Check(Signature1("x", Info(DataType::kUint64, {-1})), {"negative", R"({"x": [-1]})", false});
  Check(Signature1("x", Info(DataType::kBool, {-1})), {"truth values", R"({"x": [true]})", false});
  Check(Signature1("x", Info(DataType::kString, {-1})), {"text", R"({"x": ["a"]})", false});
  Check(Signature1("x", {"x:0", DataType::kDouble, true, {}}), {"any rank", R"({"x": [[[1]]]})", true});
  Check(Signature1("inputs", Info(DataType::kFloat, {-1})), {"an input of that name", R"({"inputs": [1]})", true});
  Signatures two = {{"s", {"", {{"a", Info(DataType::kFloat, {-1})}, {"b", Info(DataType::kInt64, {-1})}}, {}}}};
  Check(two, {"two inputs", R"({"b": [1], "a": [0.5]})", true});
  Check(two, {"columns of two", R"({"inputs": {"b": [1], "a": [0.5]}})", false});
}

}  // namespace
}  // namespace atelier::predictor
