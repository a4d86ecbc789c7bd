// Durable PUT, Open and listing of the object store's core; see README.md.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
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

using object_store::Caller;
using object_store::ObjectKey;
using Stopwatch = std::chrono::steady_clock;

const Caller kMe{"bench"};
constexpr auto kBudget = std::chrono::seconds(3);

template <class T>
T Must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// Runs `work(thread, i)` on `threads` threads for the budget or until `limit` calls each; prints calls per second and
// latencies.
void Measure(const std::string& name, int threads, int limit, const std::function<void(int, int)>& work,
             double bytes_each = 0) {
  std::vector<std::vector<double>> micros(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  auto begin = Stopwatch::now();
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      for (int i = 0; i < limit && Stopwatch::now() - begin < kBudget; ++i) {
        auto before = Stopwatch::now();
        work(t, i);
        micros[static_cast<std::size_t>(t)].push_back(
            std::chrono::duration<double, std::micro>(Stopwatch::now() - before).count());
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  double seconds = std::chrono::duration<double>(Stopwatch::now() - begin).count();
  std::vector<double> all;
  for (const auto& some : micros) all.insert(all.end(), some.begin(), some.end());
  std::ranges::sort(all);
  double rate = static_cast<double>(all.size()) / seconds;
  fmt::print("{:<34} {:>9.0f}/s  p50 {:>8.0f} us  p99 {:>8.0f} us", name, rate, all[all.size() / 2],
             all[all.size() * 99 / 100]);
  if (bytes_each > 0) fmt::print("  {:>7.0f} MB/s", rate * bytes_each / 1e6);
  fmt::print("\n");
}

class Bench {
 public:
  explicit Bench(const fs::path& folder) : folder_(folder) {
    database_ = Must(storage::Database::Open(folder / "objects.db", "objects"));
    index_ = std::make_unique<storage::SqlObjectIndex>(*database_);
    blobs_ = Must(object_store::BlobStore::Open(folder / "blobs", *index_));
    service_ = std::make_unique<object_store::ObjectService>(*index_, *blobs_, clock_, "bench");
    (void)service_->CreateBucket(kMe, *object_store::BucketName::Parse("bench"), "");
  }

  void Floor() {
    UniqueFd log = Must(OpenFile(folder_ / "floor.log", O_RDWR | O_CREAT));
    std::string record(4096, 'x');
    auto append = [&](int, int i) {
      Must(PwriteAll(log.get(), record, static_cast<std::uint64_t>(i) * record.size()));
      if (::fdatasync(log.get()) != 0) std::exit(1);
    };
    Measure("floor: append 4 KiB + fdatasync", 1, 20'000, append);
  }

  void Put(const std::string& name, std::size_t size, int threads, int limit) {
    std::string bytes(size, 'b');
    auto put = [&](int t, int i) {
      auto key = ObjectKey::Parse(fmt::format("put/{}/{}/{}/{}", name, size, t, i));
      auto writer = Must(service_->Put(kMe, "bench", *key, {}, {}));
      for (std::size_t done = 0; done < size; done += 1 << 20)
        Must(writer->Append(std::string_view(bytes).substr(done, 1 << 20)));
      Must(writer->Commit({}, {}));
    };
    Measure(fmt::format("PUT {} x{}", HumanBytes(size), threads), threads, limit, put, static_cast<double>(size));
  }

  void Open(int threads) {
    for (int i = 0; i < 1000; ++i) {
      auto writer = Must(service_->Put(kMe, "bench", *ObjectKey::Parse(fmt::format("get/{}", i)), {}, {}));
      Must(writer->Append(std::string(4096, 'g')));
      Must(writer->Commit({}, {}));
    }
    auto open = [&](int t, int i) {
      Must(service_->Open(kMe, "bench", fmt::format("get/{}", (i * 7 + t * 131) % 1000)));
    };
    Measure(fmt::format("Open 4 KiB x{}", threads), threads, 1'000'000, open);
  }

  // Pages of 1000 keys at random places, flat and under a delimiter, at growing numbers of keys.
  void List(std::size_t keys) {
    std::size_t made = 0;
    for (std::size_t target = std::min<std::size_t>(1000, keys); made < keys; target = std::min(target * 10, keys)) {
      Fill(made, target);
      made = target;
      auto page = [&](int, int i) {
        auto at = (static_cast<std::size_t>(i) * 7919) % made;
        Must(index_->List("list", {"", "", Key(at), 1000}));
      };
      auto delimited = [&](int, int) { Must(index_->List("list", {"", "/", "", 1000})); };
      Measure(fmt::format("list 1000 of {}", made), 1, 300, page);
      Measure(fmt::format("list {} prefixes of {}", std::min<std::size_t>(made, 100), made), 1, 300, delimited);
      if (made == keys) break;
    }
  }

 private:
  static std::string Key(std::size_t i) { return fmt::format("d{:02}/some-longer-name-{:09}", i % 100, i); }

  void Fill(std::size_t from, std::size_t to) {
    (void)index_->CreateBucket({"list", "bench", "bench", "STANDARD", {}});
    // Many threads, so that group commit makes few syncs of it.
    constexpr std::size_t kThreads = 64;
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        object_store::StoredObject object;
        object.record.bucket = "list";
        object.record.etag = std::string(32, 'e');
        for (std::size_t i = from + t; i < to; i += kThreads) {
          object.record.key = Key(i);
          Must(index_->PutObject(object, {}, {}));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  const fs::path folder_;
  SystemClock clock_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::SqlObjectIndex> index_;
  std::unique_ptr<object_store::BlobStore> blobs_;
  std::unique_ptr<object_store::ObjectService> service_;
};

}  // namespace
}  // namespace atelier

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: bench_object_store_core <empty folder> [keys to list]\n");
    return 2;
  }
  std::filesystem::create_directories(arguments[1]);
  atelier::Bench bench(arguments[1]);
  std::size_t keys = count > 2 ? atelier::ParseNumber<std::size_t>(arguments[2]).value_or(0) : 1'000'000;
  bench.Floor();
  bench.Put("a", 4096, 1, 20'000);
  bench.Put("b", 4096, 8, 20'000);
  bench.Put("c", 1 << 20, 1, 300);
  bench.Put("d", 1 << 20, 4, 100);
  bench.Put("e", 64 << 20, 1, 10);
  bench.Open(1);
  bench.Open(8);
  if (keys > 0) bench.List(keys);
  return 0;
}
