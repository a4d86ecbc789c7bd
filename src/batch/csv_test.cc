#include "batch/csv.h"

#include <gtest/gtest.h>

#include "batch/row_rule.h"

namespace atelier::batch {
namespace {

std::vector<Row> All(std::string_view text) {
  CsvReader reader(text);
  std::vector<Row> rows;
  for (;;) {
    auto row = reader.Next();
    if (!row) return {{"error", row.error().message}};
    if (!*row) return rows;
    rows.push_back(**row);
  }
}

TEST(Csv, Rows) {
  EXPECT_EQ(All("a,b\r\n\n1,,\n"), (std::vector<Row>{{"a", "b"}, {"1", "", ""}}));
  EXPECT_EQ(All("\"a,\"\"b\"\"\nc\",2"), (std::vector<Row>{{"a,\"b\"\nc", "2"}}));
  EXPECT_EQ(All("x\ry,"), (std::vector<Row>{{"x\ry", ""}}));
  EXPECT_EQ(All(""), std::vector<Row>{});
  EXPECT_EQ(All("1\n\"open").front().front(), "error");
  EXPECT_EQ(All(std::string(2 << 20, 'x')).front().front(), "error");
  EXPECT_EQ(All(QuotedField("a\"b,c") + "\n"), (std::vector<Row>{{"a\"b,c"}}));
}

TEST(RowRule, MakesTheInputOfARow) {
  auto rule = RowRule::Parse(R"({"type":"object","properties":{"data":{"type":"object","properties":{"req_data":{
      "type":"array","items":[{"type":"object","properties":{"n":{"type":"number","index":1},
      "i":{"type":"integer","index":"0"},"b":{"type":"boolean","index":2},"s":{"type":"string","index":3}}}]}}}}})");
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(*rule->Body({"7", " 1.5", "true", "t"}), R"({"data":{"req_data":[{"n":1.5E0,"i":7,"b":true,"s":"t"}]}})");
  for (const Row& row : {Row{"7", "1.5", "true"}, Row{"7.5", "1", "true", "t"}, Row{"7", "x", "true", "t"},
                         Row{"7", "[1]", "true", "t"}, Row{"7", "1", "yes", "t"}})
    EXPECT_EQ(rule->Body(row).error().kind, ErrorKind::kInvalidArgument) << row[0];
}

TEST(RowRule, RefusesWhatMapsNothing) {
  for (const char* text : {"", "[]", "{", "{}", R"({"type":"object","properties":{}})", R"({"index":-1})",
                           R"({"properties":{"a":1}})", R"({"items":[{"index":0},{"index":1}]})"})
    EXPECT_EQ(RowRule::Parse(text).error().subject, "mapping_rule") << text;
}

}  // namespace
}  // namespace atelier::batch
