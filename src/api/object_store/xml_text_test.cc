#include "api/object_store/xml_text.h"

#include <gtest/gtest.h>

#include "api/object_store/xml_document.h"

namespace atelier::api::s3 {
namespace {

using std::string_literals::operator""s;

const std::string kReplaced = "\xEF\xBF\xBD";

TEST(XmlText, HasNoCharactersThatXmlCannotCarry) {
  struct Row {
    std::string text, nameable, readable;
  };
  const Row rows[] = {
      {"", "", ""},
      {"plain <&> text\t\r\n", "plain <&> text\t\r\n", "plain <&> text\t\r\n"},
      {"ü 中 \xF0\x9F\x98\x80 \x7F", "ü 中 \xF0\x9F\x98\x80 \x7F", "ü 中 \xF0\x9F\x98\x80 \x7F"},
      {"a\x01\x1F"
       "b",
       "a\x01\x1F"
       "b",
       "a" + kReplaced + kReplaced + "b"},
      {"a\0b"s, "a" + kReplaced + "b", "a" + kReplaced + "b"},
      {"\xEF\xBF\xBE\xEF\xBF\xBF", "\xEF\xBF\xBE\xEF\xBF\xBF", kReplaced + kReplaced},
      {"\xFF\xC3", kReplaced + kReplaced, kReplaced + kReplaced},
      {"\x01\xFFü", "\x01" + kReplaced + "ü", kReplaced + kReplaced + "ü"},
      {"\xED\xA0\x80", kReplaced + kReplaced + kReplaced, kReplaced + kReplaced + kReplaced},  // half a surrogate pair
  };
  for (const Row& row : rows) {
    EXPECT_EQ(IsNameable(row.text), row.text == row.nameable) << row.text;
    EXPECT_EQ(NameableText(row.text), row.nameable) << row.text;
    EXPECT_EQ(ReadableText(row.text), row.readable) << row.text;
  }
}

// A bare carriage return would be read as a line feed (section 2.11 of XML 1.0's recommendation).
TEST(XmlText, IsWrittenSoThatItIsReadBack) {
  for (const std::string& key : {"a\rb"s, "a\r\nb\n"s, "\tü<&>]]>\"'"s, "\x7F"s, "\x01\x1F"s}) {
    XmlDocument document("Root");
    AddText(document.root(), "Key", key);
    pugi::xml_document read;
    ASSERT_TRUE(ParseXml(document.Text(), "Root", read)) << document.Text();
    EXPECT_EQ(TextOf(read.document_element(), "Key"), key) << document.Text();
  }
}

TEST(XmlText, OfCharactersThatMustNotStandBare) {
  XmlDocument document("Root");
  AddText(document.root(), "Key", "\r\x01\x1F\xFF");
  EXPECT_EQ(document.Text(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Root><Key>&#13;&#01;&#31;" + kReplaced + "</Key></Root>");
}

}  // namespace
}  // namespace atelier::api::s3
