#include "api/object_store/body_pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <exception>
#include <latch>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/worker_pool.h"

namespace atelier::api::s3 {
namespace {

namespace asio = boost::asio;

// Gives a body in pieces; fails at its end when it is cut short, or stays there until it is cancelled.
class ScriptedBody final : public http::BodyReader {
 public:
  enum class End { kWhole, kCutShort, kStays };

  ScriptedBody(std::string_view bytes, std::size_t piece, End end) : bytes_(bytes), piece_(piece), end_(end) {}

  Task<Result<std::size_t>> Read(std::span<std::byte> into) override {
    if (bytes_.empty() && end_ == End::kCutShort) co_return MakeError(ErrorKind::kCancelled, "the client is gone");
    if (bytes_.empty() && end_ == End::kStays) {
      if (on_stay) on_stay();
      asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
      co_await never.async_wait(asio::use_awaitable);
    }
    std::size_t count = std::min({into.size(), piece_, bytes_.size()});
    std::memcpy(into.data(), bytes_.data(), count);
    bytes_.remove_prefix(count);
    co_return count;
  }
  std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

  std::function<void()> on_stay;

 private:
  std::string_view bytes_;
  std::size_t piece_;
  End end_;
};

std::string Pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 2654435761U) >> 13);
  return bytes;
}

class BodyPipelineTest : public testing::Test {
 protected:
  // Fails only when the pipeline threw: then `thrown_` says what.
  Result<void> Stream(ScriptedBody& body) {
    http::Exchange exchange(request_, body, pool_);
    std::optional<Result<void>> outcome;
    auto done = [&](std::exception_ptr failure, Result<void> result) {
      thrown_ = failure;
      outcome = std::move(result);
    };
    asio::co_spawn(io_, StreamBody(exchange, stages_), asio::bind_cancellation_slot(cut_.slot(), done));
    io_.restart();
    io_.run();
    EXPECT_TRUE(outcome) << "the loop ran out of work before the pipeline had ended";
    return *std::move(outcome);
  }
  Result<void> Stream(std::string_view bytes, std::size_t piece = 100'000,
                      ScriptedBody::End end = ScriptedBody::End::kWhole) {
    ScriptedBody body(bytes, piece, end);
    return Stream(body);
  }

  http::Request request_;
  asio::io_context io_;
  asio::cancellation_signal cut_;
  std::exception_ptr thrown_;
  std::string digested_, written_;
  BodyStages stages_{
      .decode = [](std::span<std::byte> block) -> Result<std::string_view> {
        return std::string_view(reinterpret_cast<const char*>(block.data()), block.size());
      },
      .digest = [this](std::string_view bytes) { digested_ += bytes; },
      .write = [this](std::string_view bytes) -> Result<void> {
        written_ += bytes;
        return {};
      },
  };
  std::latch begun_{2}, release_{1};  // of what blocks the pool's threads
  WorkerPool pool_{2, 16};
};

TEST_F(BodyPipelineTest, GivesEveryByteInOrderToBothStages) {
  for (std::size_t blocks : {0UL, 1UL, 2UL, 3UL, 9UL}) {
    for (int beside : {-1, 0, 1}) {
      if (blocks == 0 && beside < 0) continue;
      std::string bytes = Pattern(blocks * kBlockSize + static_cast<std::size_t>(beside));
      digested_.clear();
      written_.clear();
      auto streamed = Stream(bytes);
      ASSERT_TRUE(streamed) << streamed.error().message;
      EXPECT_TRUE(digested_ == bytes) << bytes.size();
      EXPECT_TRUE(written_ == bytes) << bytes.size();
    }
  }
}

TEST_F(BodyPipelineTest, DigestsAndWritesAtTheSameTime) {
  std::latch met(2);
  stages_.digest = [&](std::string_view) { met.arrive_and_wait(); };
  stages_.write = [&](std::string_view) -> Result<void> {
    met.arrive_and_wait();
    return {};
  };
  EXPECT_TRUE(Stream(Pattern(1000)));
}

TEST_F(BodyPipelineTest, PassesOnWhatDecodingLeaves) {
  stages_.decode = [](std::span<std::byte> block) -> Result<std::string_view> {
    if (block.front() == std::byte{'-'}) return std::string_view();  // a block that was only framing
    return std::string_view(reinterpret_cast<const char*>(block.data()), 3);
  };
  EXPECT_TRUE(Stream(std::string(kBlockSize, 'a') + std::string(kBlockSize, '-') + std::string(10, 'b')));
  EXPECT_EQ(digested_, "aaabbb");
  EXPECT_EQ(written_, "aaabbb");
}

TEST_F(BodyPipelineTest, AnErrorOfDecodingEndsIt) {
  int blocks = 0;
  stages_.decode = [&](std::span<std::byte> block) -> Result<std::string_view> {
    if (++blocks == 3) return InvalidArgument("the third block is malformed");
    return std::string_view(reinterpret_cast<const char*>(block.data()), block.size());
  };
  std::string bytes = Pattern(20 * kBlockSize);
  auto streamed = Stream(bytes);
  ASSERT_FALSE(streamed);
  EXPECT_EQ(streamed.error().message, "the third block is malformed");
  EXPECT_EQ(blocks, 3);
  EXPECT_TRUE(digested_ == bytes.substr(0, 2 * kBlockSize));
}

TEST_F(BodyPipelineTest, AnErrorOfWritingEndsIt) {
  int writes = 0;
  stages_.write = [&](std::string_view) -> Result<void> {
    if (++writes == 2) return Internal("the disk is full");
    return {};
  };
  auto streamed = Stream(Pattern(20 * kBlockSize));
  ASSERT_FALSE(streamed);
  EXPECT_EQ(streamed.error().message, "the disk is full");
  EXPECT_EQ(writes, 2);
  EXPECT_LT(digested_.size(), 20 * kBlockSize);
}

TEST_F(BodyPipelineTest, WhatAStageThrowsIsThrownHere) {
  int digests = 0;
  stages_.digest = [&](std::string_view) {
    if (++digests == 2) throw std::runtime_error("digest");
  };
  (void)Stream(Pattern(20 * kBlockSize));
  ASSERT_TRUE(thrown_);
  EXPECT_THROW(std::rethrow_exception(thrown_), std::runtime_error);
  EXPECT_EQ(digests, 2);
}

TEST_F(BodyPipelineTest, ABodyCutShortIsTheReadersError) {
  auto streamed = Stream(Pattern(3 * kBlockSize + 7), 100'000, ScriptedBody::End::kCutShort);
  ASSERT_FALSE(streamed);
  EXPECT_EQ(streamed.error().message, "the client is gone");
  EXPECT_TRUE(written_ == Pattern(3 * kBlockSize)) << "no stage runs any more, and whole blocks were passed on";
}

TEST_F(BodyPipelineTest, AFullPoolIsUnavailable) {
  auto wait = [this] {
    begun_.count_down();
    release_.wait();
  };
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(pool_.TryPost(wait));
  begun_.wait();
  while (pool_.TryPost([] {})) continue;
  auto streamed = Stream(Pattern(5 * kBlockSize));
  release_.count_down();
  ASSERT_FALSE(streamed);
  EXPECT_EQ(streamed.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(written_, "");
}

TEST_F(BodyPipelineTest, ACancelledUploadWaitsForItsStages) {
  std::latch writing(1), release(1);
  std::string bytes = Pattern(kBlockSize);
  stages_.write = [&](std::string_view piece) -> Result<void> {
    writing.count_down();
    release.wait();
    written_ += piece;
    return {};
  };
  ScriptedBody body(bytes, kBlockSize, ScriptedBody::End::kStays);
  body.on_stay = [&] {
    asio::post(io_, [&] {
      writing.wait();
      cut_.emit(asio::cancellation_type::terminal);
      asio::post(io_, [&] { release.count_down(); });
    });
  };
  (void)Stream(body);
  EXPECT_TRUE(thrown_) << "it ends as cancelled";
  EXPECT_TRUE(written_ == bytes) << "and not before the write has ended";
}

// Cancelled while it waits for a block to come back.
TEST_F(BodyPipelineTest, ACancellationWaitsForABlockToComeBack) {
  std::latch begun(1), release(1);
  stages_.digest = [&](std::string_view) {
    begun.count_down();
    release.wait();
  };
  std::string bytes = Pattern(20 * kBlockSize);
  std::thread cutter([&] {
    begun.wait();
    asio::post(io_, [&] {
      cut_.emit(asio::cancellation_type::terminal);
      release.count_down();
    });
  });
  (void)Stream(bytes);
  cutter.join();
  EXPECT_TRUE(thrown_);
  EXPECT_LT(written_.size(), bytes.size());
}

}  // namespace
}  // namespace atelier::api::s3
