#include "http/internal/chunk_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace atelier::http {
namespace {

// Decodes an input that comes in pieces of `step` bytes: the data, then "." at the end, "?" when more is expected, or
// "!".
std::string Decode(std::string_view input, std::size_t step) {
  ChunkDecoder decoder;
  std::string data;
  while (!input.empty() && !decoder.done()) {
    auto piece = input.substr(0, step);
    std::size_t used = 0;
    if (decoder.data_left() > 0) {
      used = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), decoder.data_left()));
      data += piece.substr(0, used);
      decoder.TookData(used);
    } else {
      auto taken = decoder.TakeFraming(piece);
      if (!taken) return data + "!";
      used = *taken;
    }
    input.remove_prefix(used);
  }
  return data + (decoder.done() ? "." : "?") + std::string(input);
}

TEST(ChunkDecoder, Table) {
  struct Case {
    std::string input, expected;
  };
  const Case cases[] = {
      {"0\r\n\r\n", "."},
      {"5\r\nhello\r\n0\r\n\r\n", "hello."},
      {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /", "hello world.GET /"},
      {"A;name=\"v\"\r\n0123456789\r\n000\r\n\r\n", "0123456789."},
      {"a \r\n0123456789\r\n0\r\nX: y\r\nZ: w\r\n\r\n", "0123456789."},
      {"5\r\nhel", "hel?"},
      {"5\r\nhello\r\n", "hello?"},
      {"0\r\n", "?"},
      {"5\r\nhelloX", "hello!"},
      {"5\nhello\r\n0\r\n\r\n", "!"},
      {"\r\n", "!"},
      {"x\r\n", "!"},
      {"-1\r\n", "!"},
      {"0x5\r\n", "!"},
      {"10000000000000000\r\n", "!"},
      {"5;ext\nX\r\nhello", "!"},
      {"0\r\nX: y\n\r\n", "!"},
      {"0\r\n\rX", "!"},
      {"1;" + std::string(9000, 'e') + "\r\n", "!"},
      {"0\r\n" + std::string(9000, 't') + "\r\n", "!"},
  };
  for (const auto& test : cases)
    for (std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, test.input.size()})
      EXPECT_EQ(Decode(test.input, step), test.expected) << test.input.substr(0, 40) << " by " << step;
}

TEST(ChunkDecoder, TheLargestSize) {
  ChunkDecoder decoder;
  ASSERT_TRUE(decoder.TakeFraming("ffffffffffffffff\r\n"));
  EXPECT_EQ(decoder.data_left(), UINT64_MAX);
}

}  // namespace
}  // namespace atelier::http
