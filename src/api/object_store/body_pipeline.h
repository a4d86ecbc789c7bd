// The way of a large body from the socket into the store: receiving, digesting and writing overlap.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/task.h"
#include "http/exchange.h"

namespace atelier::api::s3 {

inline constexpr std::size_t kBlockSize = 256 * 1024;
inline constexpr std::size_t kBlocks = 3;  // per running upload, at most: one for each that may be at work

// What is done with each block, on the pool. Each runs in the order of the blocks and never beside itself; `decode` and
// `digest` take turns, `write` may run beside both.
struct BodyStages {
  // Undoes the body's coding in the block's place. Returns what there is to digest and to write.
  std::function<Result<std::string_view>(std::span<std::byte>)> decode;
  std::function<void(std::string_view)> digest;
  std::function<Result<void>(std::string_view)> write;
};

// Reads the body to its end. Returns, or throws, when no stage runs any more: with the first error of a stage, else
// with the reader's. Unavailable when the pool refuses. No thread of the pool ever waits for the network.
Task<Result<void>> StreamBody(http::Exchange& exchange, const BodyStages& stages);

}  // namespace atelier::api::s3
