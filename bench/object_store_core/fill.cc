// Fills a bucket of a data directory, whose server is stopped, with small objects through the store's core; README.md
// says how they are named.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/strings.h"
#include "object_store/blob_store.h"
#include "object_store/object_service.h"
#include "storage/object_index.h"

namespace atelier {
namespace {

using object_store::ObjectKey;
using object_store::ObjectService;

// So many writers share each sync of the segment and each commit of the index: the batch of its commit queue.
constexpr std::size_t kWriters = 256;
constexpr std::size_t kPrefixes = 100;
constexpr std::size_t kBytes = 64;  // of each object

std::string KeyOf(std::size_t number) { return fmt::format("p{:02}/{:08}", number % kPrefixes, number / kPrefixes); }

Result<void> PutOne(ObjectService& service, const object_store::Caller& caller, const std::string& bucket,
                    std::size_t number) {
  ATELIER_TRY(ObjectKey key, ObjectKey::Parse(KeyOf(number)));
  ATELIER_TRY(auto writer, service.Put(caller, bucket, key, {}, {}));
  ATELIER_CHECK(writer->Append(fmt::format("{:0{}}", number, kBytes)));
  ATELIER_CHECK(writer->Commit({}, {}));
  return {};
}

// Each object is put as a request would put it: synced bytes, then its rows, durable before the next.
Result<void> PutAll(ObjectService& service, const object_store::Caller& caller, const std::string& bucket,
                    std::size_t keys) {
  std::atomic<std::size_t> next = 0;
  std::vector<Result<void>> results(kWriters);
  {
    std::vector<std::jthread> writers;
    for (Result<void>& result : results) {
      writers.emplace_back([&] {
        for (std::size_t number = next++; number < keys && result; number = next++)
          result = PutOne(service, caller, bucket, number);
      });
    }
  }
  for (Result<void>& result : results) ATELIER_CHECK(std::move(result));
  return {};
}

Result<void> Fill(const fs::path& data, const std::string& bucket, std::size_t keys) {
  ATELIER_TRY(auto database, storage::Database::Open(data / "objects.db", "objects", 8));
  storage::SqlObjectIndex index(*database);
  ATELIER_TRY(auto found, index.FindBucket(bucket));
  if (!found)
    return NotFound(
        fmt::format("{} has no bucket '{}': create it over S3, then stop the server", data.string(), bucket));
  ATELIER_TRY(auto blobs, object_store::BlobStore::Open(data / "blobs", index));
  SystemClock clock;
  ObjectService service(index, *blobs, clock, found->region);
  return PutAll(service, {found->project_id}, bucket, keys);
}

}  // namespace
}  // namespace atelier

int main(int count, char** arguments) {
  auto keys = count == 4 ? atelier::ParseNumber<std::size_t>(arguments[3]) : std::nullopt;
  if (!keys) {
    fmt::print(stderr, "usage: bench_object_store_fill <data directory> <bucket> <keys>\n");
    return 2;
  }
  auto begin = std::chrono::steady_clock::now();
  if (auto filled = atelier::Fill(arguments[1], arguments[2], *keys); !filled) {
    fmt::print(stderr, "error: {}\n", filled.error().message);
    return 1;
  }
  fmt::print("{:.3f}\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  return 0;
}
