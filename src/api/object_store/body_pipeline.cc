#include "api/object_store/body_pipeline.h"

#include <array>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/work_strand.h"

namespace atelier::api::s3 {
namespace {

namespace asio = boost::asio;

struct Block {
  std::vector<std::byte> bytes;
  std::size_t filled = 0;
  std::string_view body;  // what is left after decoding
};

// The stages of one upload and its blocks. Everything but the stages themselves runs on the loop. Destroying it waits
// for the stage that runs; a coroutine that can wait does so with TakeBack before.
class Pipeline {
 public:
  Pipeline(const asio::any_io_executor& loop, WorkerPool& pool, const BodyStages& stages)
      : stages_(stages), free_(loop, kBlocks), writing_(pool, kBlocks), digesting_(pool, kBlocks) {}

  // A block that no stage refers to. Null when a stage failed: there is no use for more. A block that came back is
  // taken before a new one, so that an upload that is slower than its stages stays small.
  Task<Block*> NextFree() {
    Block* block = nullptr;
    bool came_back = free_.try_receive([&](boost::system::error_code, Block* back) { block = back; });
    if (came_back) {
      --passed_;
    } else if (used_ < kBlocks) {
      block = &blocks_[used_++];
      block->bytes.resize(kBlockSize);
    } else {
      block = co_await TakeBack();
    }
    co_return failed_.load(std::memory_order_relaxed) ? nullptr : block;
  }

  // False when the pool refuses.
  bool Pass(Block& block) {
    ++passed_;
    // Whoever holds the lease uses the block; the last one to let go gives it back, also when work is refused or
    // throws.
    Lease lease(&block, [this](Block* done) { (void)free_.try_send(boost::system::error_code(), done); });
    return digesting_.TryPost([this, lease = std::move(lease)] { Digest(lease); });
  }

  bool busy() const { return passed_ > 0; }

  // Waits for a block that the stages are done with. Not to be cancelled: stages end soon, and must have ended before
  // what they refer to goes away.
  Task<Block*> TakeBack() {
    auto token = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
    Block* block = co_await free_.async_receive(token);
    --passed_;
    co_return block;
  }

  // When no stage runs: throws what a stage threw, returns its error, or nothing.
  Result<void> Outcome() {
    std::lock_guard lock(failure_mutex_);
    if (thrown_) std::rethrow_exception(thrown_);
    if (error_) return std::unexpected(*std::move(error_));
    return {};
  }

 private:
  using Lease = std::shared_ptr<Block>;
  using FreeBlocks = asio::experimental::concurrent_channel<void(boost::system::error_code, Block*)>;

  void Digest(const Lease& block) {
    auto stage = [&]() -> Result<void> {
      ATELIER_TRY(block->body, stages_.decode(std::span(block->bytes).first(block->filled)));
      if (block->body.empty()) return {};
      // Refused only when no write runs or waits, so that this one may as well run here.
      if (!writing_.TryPost([this, block] { Write(*block); })) Write(*block);
      stages_.digest(block->body);
      return {};
    };
    Attempt(stage);
  }

  void Write(const Block& block) {
    auto stage = [&] { return stages_.write(block.body); };
    Attempt(stage);
  }

  // The first failure is kept; after it nothing more is done.
  template <class Stage>
  void Attempt(Stage& stage) {
    if (failed_.load(std::memory_order_relaxed)) return;
    try {
      auto done = stage();
      if (!done) Fail(std::move(done).error(), nullptr);
    } catch (...) {
      Fail(std::nullopt, std::current_exception());
    }
  }

  void Fail(std::optional<Error> error, std::exception_ptr thrown) {
    std::lock_guard lock(failure_mutex_);
    if (error_ || thrown_) return;
    error_ = std::move(error);
    thrown_ = std::move(thrown);
    failed_.store(true, std::memory_order_relaxed);
  }

  const BodyStages& stages_;
  std::array<Block, kBlocks> blocks_;
  std::size_t used_ = 0;    // blocks that have memory
  std::size_t passed_ = 0;  // blocks that did not come back yet
  std::atomic<bool> failed_{false};
  std::mutex failure_mutex_;
  std::optional<Error> error_;
  std::exception_ptr thrown_;
  // In this order: digesting posts writing, and both give blocks back.
  FreeBlocks free_;
  WorkStrand writing_;
  WorkStrand digesting_;
};

// Fills the block unless the body ends before.
Task<Result<void>> Fill(http::BodyReader& body, Block& block) {
  block.filled = 0;
  while (block.filled < block.bytes.size()) {
    ATELIER_CO_TRY(std::size_t count, co_await body.Read(std::span(block.bytes).subspan(block.filled)));
    if (count == 0) break;
    block.filled += count;
  }
  co_return Result<void>();
}

Task<Result<void>> Receive(http::BodyReader& body, Pipeline& pipeline) {
  for (;;) {
    Block* block = co_await pipeline.NextFree();
    if (block == nullptr) break;
    ATELIER_CO_CHECK(co_await Fill(body, *block));
    if (block->filled == 0) break;
    if (!pipeline.Pass(*block)) co_return http::PoolIsFull();
    if (block->filled < block->bytes.size()) break;
  }
  co_return Result<void>();
}

}  // namespace

Task<Result<void>> StreamBody(http::Exchange& exchange, const BodyStages& stages) {
  Pipeline pipeline(co_await asio::this_coro::executor, exchange.pool(), stages);
  Result<void> received;
  std::exception_ptr cut;
  try {
    received = co_await Receive(exchange.body(), pipeline);
  } catch (...) {
    cut = std::current_exception();
  }
  // A coroutine that was cancelled must wait all the same.
  bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (pipeline.busy()) co_await pipeline.TakeBack();
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (cut) std::rethrow_exception(cut);
  ATELIER_CO_CHECK(pipeline.Outcome());
  co_return received;
}

}  // namespace atelier::api::s3
