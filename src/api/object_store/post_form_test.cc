#include "api/object_store/post_form.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace atelier::api::s3 {
namespace {

std::string Field(std::string_view name, std::string_view value) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" + std::string(value) +
         "\r\n";
}

std::string File(std::string_view name, std::string_view bytes) {
  return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + std::string(name) +
         "\"\r\nContent-Type: text/plain\r\n\r\n" + std::string(bytes) + "\r\n";
}

constexpr std::string_view kEnd = "--b--\r\n";

struct Outcome {
  auth::FormFields fields{};
  std::string file{};
  std::string code{};  // of the error, if there was one
};

// Feeds `text` in pieces; the sink is set as soon as the file begins, as the controller does.
Outcome Read(std::string_view text, std::size_t step) {
  Outcome outcome;
  PostForm form("b");
  bool sent = false;
  auto feed = [&](std::string_view piece) -> Result<void> {
    ATELIER_CHECK(form.Feed(piece));
    if (!form.at_file() || sent) return {};
    sent = true;
    return form.SendFileTo([&](std::string_view bytes) -> Result<void> {
      outcome.file += bytes;
      return {};
    });
  };
  Result<void> read;
  for (; read && !text.empty(); text.remove_prefix(std::min(step, text.size()))) read = feed(text.substr(0, step));
  if (read) read = form.Finish();
  if (!read) outcome.code = read.error().code;
  outcome.fields = form.fields();
  return outcome;
}

TEST(PostForm, FieldsThenTheFileThenWhatIsIgnored) {
  std::string text = Field("kEy", "dir/${filename}") + Field("x-amz-meta-a", "${filename} and ${filename}") +
                     Field("empty", "") + File("C:\\photos\\a.png", "bytes\r\n--c of a file") +
                     Field("key", "another") + Field("late", std::string(100'000, 'x')) + std::string(kEnd) + "after";
  for (std::size_t step : {1UL, 7UL, 100UL, 1'000'000UL}) {
    Outcome outcome = Read(text, step);
    EXPECT_EQ(outcome.code, "");
    EXPECT_EQ(outcome.fields,
              (auth::FormFields{{"key", "dir/a.png"}, {"x-amz-meta-a", "a.png and a.png"}, {"empty", ""}}));
    EXPECT_EQ(outcome.file, "bytes\r\n--c of a file");
  }
}

TEST(PostForm, TheFilesNameIsItsLastPart) {
  struct Case {
    std::string_view file_name, key;
  };
  for (const auto& [file_name, key] : {Case{"a.txt", "k/a.txt"}, Case{"/home/u/a.txt", "k/a.txt"}, Case{"dir/", "k/"},
                                       Case{"", "k/"}, Case{"${filename}", "k/${filename}"}}) {
    EXPECT_EQ(Read(Field("key", "k/${filename}") + File(file_name, "x") + std::string(kEnd), 50).fields["key"], key);
  }
  std::string unnamed = "--b\r\nContent-Disposition: form-data; name=\"FILE\"\r\n\r\nx\r\n";
  Outcome outcome = Read(Field("key", "k/${filename}") + unnamed + std::string(kEnd), 50);
  EXPECT_EQ(outcome.fields["key"], "k/");
  EXPECT_EQ(outcome.file, "x");
}

TEST(PostForm, BrokenForms) {
  struct Case {
    std::string text, code;
  };
  std::string key = Field("key", "k");
  std::string file = File("a", "bytes");
  std::string end(kEnd);
  std::string half(kFormFieldsLimit / 2, 'x');
  for (const auto& [text, code] :
       {Case{"", "MalformedPOSTRequest"}, Case{"no form at all", "MalformedPOSTRequest"},
        Case{key, "MalformedPOSTRequest"}, Case{key + file, "MalformedPOSTRequest"},
        Case{key + file.substr(0, file.size() - 4), "MalformedPOSTRequest"},
        Case{"--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n" + end, "MalformedPOSTRequest"},
        Case{key + end, "IncorrectNumberOfFilesInPostRequest"},
        Case{key + file + file + end, "IncorrectNumberOfFilesInPostRequest"},
        Case{key + file + Field("a", "1") + file + end, "IncorrectNumberOfFilesInPostRequest"},
        Case{key + Field("KEY", "other") + file + end, "InvalidArgument"},
        Case{Field("a", half) + Field("b", half) + file + end, "MaxPostPreDataLengthExceeded"},
        Case{Field(half, "1") + file + end, "MaxPostPreDataLengthExceeded"},
        Case{"--b\r\nX: " + half + "\r\n\r\n\r\n" + end, "MaxPostPreDataLengthExceeded"},
        Case{key + file + "--b\r\nX: " + half + "\r\n\r\n\r\n" + end, "MalformedPOSTRequest"}}) {
    for (std::size_t step : {1UL, 64UL, 1'000'000UL}) EXPECT_EQ(Read(text, step).code, code) << text.substr(0, 300);
  }
}

// A short variable must not become a long text many times over.
TEST(PostForm, ReplacedNamesCount) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "${filename}";
  EXPECT_EQ(Read(Field("key", many) + File("a", "x") + std::string(kEnd), 1000).code, "");
  EXPECT_EQ(Read(Field("key", many) + File(std::string(30, 'a'), "x") + std::string(kEnd), 1000).code,
            "MaxPostPreDataLengthExceeded");
}

TEST(PostForm, ThereMayBeManyFieldsButNotAnyNumber) {
  std::string fields;
  for (int i = 0; i < 1001; ++i) fields += Field(std::to_string(i), "");
  EXPECT_EQ(Read(fields + File("a", "x") + std::string(kEnd), 1000).code, "MaxPostPreDataLengthExceeded");
}

TEST(PostForm, WhatTheSinkSaysIsPassedOn) {
  PostForm form("b");
  ASSERT_TRUE(form.Feed(Field("key", "k") + File("a", "x")));
  Error full{ErrorKind::kResourceExhausted, "disk", "InsufficientStorageSpace", ""};
  auto refused = form.SendFileTo([&](std::string_view) -> Result<void> { return std::unexpected(full); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "InsufficientStorageSpace");
}

}  // namespace
}  // namespace atelier::api::s3
