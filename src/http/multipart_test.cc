#include "http/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/internal/header_parameters.h"

namespace atelier::http {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=XyZ";

// One part in the text of the tests: name, file name, type, data.
std::string Show(const FormPart& part) {
  return part.header.name + "|" + part.header.file_name.value_or("-") + "|" + part.header.content_type + "|" +
         part.data;
}

std::string ShowForm(std::string_view type, std::string_view body, MultipartLimits limits = {}) {
  auto form = ParseForm(type, body, limits);
  if (!form) return "error: " + form.error().message;
  std::string text;
  for (const auto& part : *form) text += Show(part) + "\n";
  return text;
}

std::string Part(std::string_view disposition, std::string_view data) {
  return "--XyZ\r\nContent-Disposition: " + std::string(disposition) + "\r\n\r\n" + std::string(data) + "\r\n";
}

struct Case {
  std::string what, body, expected;
};

TEST(Multipart, ReadsWellFormedForms) {
  const std::string field = Part("form-data; name=\"a\"", "1");
  const Case cases[] = {
      {"one field", field + "--XyZ--\r\n", "a|-||1\n"},
      {"no line end after the closing boundary", field + "--XyZ--", "a|-||1\n"},
      {"preamble and epilogue", "hello\r\n" + field + "--XyZ--\r\nbye\r\n--XyZ\r\n", "a|-||1\n"},
      {"no parts", "--XyZ--\r\n", ""},
      {"empty data", Part("form-data; name=a", "") + "--XyZ--", "a|-||\n"},
      {"no empty line before the boundary", "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n--XyZ--",
       "a|-||\n"},
      {"file with type",
       "--XyZ\r\ncontent-disposition: FORM-DATA; name=\"f\"; filename=\"x.png\"\r\ncontent-TYPE: "
       "image/png\r\n\r\n\x89PNG"
       "\r\n--XyZ--",
       "f|x.png|image/png|\x89PNG\n"},
      {"empty file name", Part("form-data; name=f; filename=\"\"", "") + "--XyZ--", "f|||\n"},
      {"data like a boundary", Part("form-data; name=a", "\r\n--Xy\r\n-XyZ\r\n--\r\r\n") + "--XyZ--",
       "a|-||\r\n--Xy\r\n-XyZ\r\n--\r\r\n\n"},
      {"boundary in the middle of a line", Part("form-data; name=a", "x--XyZ--") + "--XyZ--", "a|-||x--XyZ--\n"},
      {"spaces after the boundary", "--XyZ \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XyZ--",
       "a|-||1\n"},
      {"escapes in the quoted string", Part(R"(form-data; name="a\"b\\c"; filename="C:\dir\f.txt")", "") + "--XyZ--",
       "a\"b\\c|C:\\dir\\f.txt||\n"},
      {"semicolon in the quoted string", Part(R"(form-data; name="a;b"; filename="c; d")", "") + "--XyZ--",
       "a;b|c; d||\n"},
      {"filename* wins", Part("form-data; name=f; filename=\"x\"; filename*=UTF-8''na%C3%AFve%20x", "") + "--XyZ--",
       "f|na\xC3\xAFve x||\n"},
      {"filename* in Latin-1 with a language", Part("form-data; name=f; filename*=iso-8859-1'fr'%e9", "") + "--XyZ--",
       "f|\xC3\xA9||\n"},
      {"raw UTF-8 in the file name", Part("form-data; name=f; filename=\"\xE4\xB8\xAD.txt\"", "") + "--XyZ--",
       "f|\xE4\xB8\xAD.txt||\n"},
      {"other headers are skipped",
       "--XyZ\r\nX-Other: 1\r\nContent-Disposition: form-data; name=a\r\nContent-Length: 1\r\n\r\n1\r\n--XyZ--",
       "a|-||1\n"},
  };
  for (const auto& test : cases) EXPECT_EQ(ShowForm(kType, test.body), test.expected) << test.what;
}

TEST(Multipart, RefusesMalformedForms) {
  const Case cases[] = {
      {"closing boundary missing", Part("form-data; name=a", "1"), "cut short"},
      {"nothing at all", "", "cut short"},
      {"cut in the headers", "--XyZ\r\nContent-Dis", "cut short"},
      {"LF only", "--XyZ\nContent-Disposition: form-data; name=a\n\n1\n--XyZ--\n", "CRLF"},
      {"LF in the headers", "--XyZ\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\n1\r\n--XyZ--", "CRLF"},
      {"text after the boundary", "--XyZabc\r\n\r\n", "followed by"},
      {"one dash", "--XyZ-\r\n", "followed by"},
      {"no headers", "--XyZ\r\n\r\n1\r\n--XyZ--", "no Content-Disposition"},
      {"no name", Part("form-data; filename=a", "1") + "--XyZ--", "no name"},
      {"not form-data", Part("attachment; name=a", "1") + "--XyZ--", "must be form-data"},
      {"two dispositions",
       "--XyZ\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n1\r\n--XyZ--",
       "two Content-Disposition"},
      {"name twice", Part("form-data; name=a; name=b", "1") + "--XyZ--", "twice"},
      {"open quote", Part("form-data; name=\"a", "1") + "--XyZ--", "does not end"},
      {"folded header", "--XyZ\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n1\r\n--XyZ--", "Name: value"},
      {"bad filename*", Part("form-data; name=f; filename*=UTF-8''%zz", "") + "--XyZ--", "filename*"},
      {"filename* not UTF-8", Part("form-data; name=f; filename*=UTF-8''%ff", "") + "--XyZ--", "filename*"},
      {"filename* in an unknown charset", Part("form-data; name=f; filename*=koi8-r''a", "") + "--XyZ--", "filename*"},
  };
  for (const auto& test : cases)
    EXPECT_THAT(ShowForm(kType, test.body),
                testing::AllOf(testing::StartsWith("error: "), testing::HasSubstr(test.expected)))
        << test.what;
}

TEST(Multipart, HoldsLimits) {
  const std::string two = Part("form-data; name=a", "12345") + Part("form-data; name=b", "67890") + "--XyZ--";
  EXPECT_EQ(ShowForm(kType, two, {.parts = 2, .total_bytes = 10}), "a|-||12345\nb|-||67890\n");
  EXPECT_THAT(ShowForm(kType, two, {.parts = 1}), testing::HasSubstr("at most 1 parts"));
  EXPECT_THAT(ShowForm(kType, two, {.total_bytes = 9}), testing::HasSubstr("at most 9 bytes together"));

  const std::string header = "Content-Disposition: form-data; name=a";
  const std::string one = "--XyZ\r\n" + header + "\r\n\r\n1\r\n--XyZ--";
  EXPECT_EQ(ShowForm(kType, one, {.header_bytes = header.size()}), "a|-||1\n");
  EXPECT_THAT(ShowForm(kType, one, {.header_bytes = header.size() - 1}), testing::HasSubstr("headers of a part"));
  EXPECT_THAT(ShowForm(kType, "--XyZ\r\n" + std::string(200, 'h'), {.header_bytes = 100}),
              testing::HasSubstr("headers of a part"));
}

// All that a parser says about an input that comes in the given pieces, data joined per part.
std::string Events(std::initializer_list<std::string_view> pieces, MultipartLimits limits) {
  std::string log;
  MultipartParser::Events events;
  events.on_part = [&](PartHeader header) -> Result<void> {
    log += "part " + header.name + ":";
    return {};
  };
  events.on_data = [&](std::string_view data) -> Result<void> {
    log += data;
    return {};
  };
  events.on_part_end = [&]() -> Result<void> {
    log += ";end\n";
    return {};
  };
  MultipartParser parser("XyZ", limits, std::move(events));
  for (auto piece : pieces)
    if (auto fed = parser.Feed(piece); !fed) return log + fed.error().message;
  auto finished = parser.Finish();
  return finished ? log + "finished" : log + finished.error().message;
}

TEST(Multipart, AnySplitGivesTheSameEvents) {
  const std::string header = "Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''x";
  const std::string inputs[] = {
      "pre\r\n--XyZ\r\n" + header + "\r\n\r\nda\r\n--Xyta\r\r\n--XyZ\r\n" + header + "\r\n\r\n--XyZ--\r\nepilogue",
      "--XyZ\r\n" + header + "\r\n\r\n\r\n--XyZ \r\n" + header + "\r\n\r\n\r\n\r\n--XyZ--",
      "--XyZ\r\n" + header + "\r\n\r\nnever closed\r\n--Xy",
      "--XyZ\r\n" + header + "\r\nbad line\r\n\r\n1\r\n--XyZ--",
  };
  MultipartLimits limits;
  limits.header_bytes = header.size();  // at the limit: the check must not depend on the split either
  for (const auto& input : inputs) {
    const std::string_view text = input;
    const auto whole = Events({text}, limits);
    for (std::size_t i = 0; i <= text.size(); ++i)
      for (std::size_t j = i; j <= text.size(); ++j)
        ASSERT_EQ(Events({text.substr(0, i), text.substr(i, j - i), text.substr(j)}, limits), whole) << i << "," << j;
  }
}

TEST(Multipart, AnErrorOfAnEventStopsTheParser) {
  MultipartParser::Events events;
  events.on_part = [](PartHeader) -> Result<void> { return ResourceExhausted("enough"); };
  events.on_data = [](std::string_view) { return Result<void>(); };
  events.on_part_end = [] { return Result<void>(); };
  MultipartParser parser("XyZ", {}, std::move(events));
  auto fed = parser.Feed(Part("form-data; name=a", "1"));
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().message, "enough");
  EXPECT_FALSE(parser.Feed("--XyZ--"));
  EXPECT_FALSE(parser.Finish());
}

TEST(BoundaryOf, ChecksTheContentType) {
  const std::string seventy(70, 'b');
  const std::pair<std::string, std::optional<std::string>> cases[] = {
      {"multipart/form-data; boundary=XyZ", "XyZ"},
      {"Multipart/Form-Data;charset=utf-8;BOUNDARY=\"a b:c\"", "a b:c"},
      {"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW"},
      {"multipart/form-data; boundary=a=b/c", "a=b/c"},
      {"multipart/form-data; boundary=" + seventy, seventy},
      {"multipart/form-data; boundary=" + seventy + "b", std::nullopt},
      {"multipart/form-data; boundary=", std::nullopt},
      {"multipart/form-data; boundary=\"\"", std::nullopt},
      {"multipart/form-data; boundary=\"a \"", std::nullopt},
      {"multipart/form-data; boundary=\"a\r\nb\"", std::nullopt},
      {"multipart/form-data; boundary=a\xC3\xA9", std::nullopt},
      {"multipart/form-data", std::nullopt},
      {"multipart/mixed; boundary=a", std::nullopt},
      {"application/json", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [type, expected] : cases) {
    auto boundary = BoundaryOf(type);
    EXPECT_EQ(boundary ? std::optional(*boundary) : std::nullopt, expected) << type;
  }
}

}  // namespace
}  // namespace atelier::http
