// What the dispatcher gives without HTTP: callers on one loop that send the same request again and again. See
// README.md.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/strings.h"
#include "serving/dispatcher.h"

namespace atelier::serving {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kWarmUp{500};

struct Measurement {
  std::vector<double> micros;
  std::string failure;  // of the first request that failed
  SteadyClock::time_point counted_from, end;
};

Task<void> Call(Dispatcher& dispatcher, const PredictRequest& request, Measurement& seen) {
  for (auto now = SteadyClock::now(); now < seen.end && seen.failure.empty();) {
    PredictRequest copy = request;
    auto reply = co_await dispatcher.Predict(std::move(copy));
    auto after = SteadyClock::now();
    if (!reply)
      seen.failure = reply.error().message;
    else if (reply->status != 200)
      seen.failure = reply->body;
    else if (now >= seen.counted_from)
      seen.micros.push_back(std::chrono::duration<double, std::micro>(after - now).count());
    now = after;
  }
}

bool Measure(const std::string& run_directory, std::size_t workers, const PredictRequest& request, int callers,
             double seconds) {
  boost::asio::io_context loop(1);
  DispatcherOptions options;
  options.workers = workers;
  Dispatcher dispatcher(loop.get_executor(), run_directory, options);
  Measurement seen;
  auto length = std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(seconds));
  seen.counted_from = SteadyClock::now() + kWarmUp;
  seen.end = seen.counted_from + length;
  int running = callers;
  for (int i = 0; i < callers; ++i) {
    auto call = [&]() -> Task<void> { return Call(dispatcher, request, seen); };
    boost::asio::co_spawn(loop, std::move(call), [&](const std::exception_ptr&) {
      if (--running == 0) dispatcher.Close();
    });
  }
  loop.run();
  if (!seen.failure.empty() || seen.micros.empty()) {
    fmt::print(stderr, "{}\n", seen.failure.empty() ? "no request was answered" : seen.failure);
    return false;
  }
  std::ranges::sort(seen.micros);
  auto at = [&](std::size_t percent) { return seen.micros[seen.micros.size() * percent / 100]; };
  fmt::print("{{\"callers\": {}, \"rate\": {:.1f}, \"p50_us\": {:.1f}, \"p99_us\": {:.1f}}}\n", callers,
             static_cast<double>(seen.micros.size()) / seconds, at(50), at(99));
  return true;
}

int Run(char** arguments) {
  auto workers = ParseNumber<std::size_t>(arguments[1]);
  auto seconds = ParseNumber<unsigned>(arguments[4]);
  auto body = ReadFile(arguments[2]);
  if (!workers || !seconds || *seconds == 0 || !body) {
    fmt::print(stderr, "expected numbers of workers and seconds, and a body file\n");
    return 2;
  }
  PredictRequest request{arguments[3], *std::move(body)};
  for (int callers : {1, 8, 64})
    if (!Measure(arguments[0], *workers, request, callers, *seconds)) return 1;
  return 0;
}

}  // namespace
}  // namespace atelier::serving

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: bench_predictor_dispatch <run dir> <workers> <body file> <content type> <seconds>\n", stderr);
    return 2;
  }
  return atelier::serving::Run(argv + 1);
}
