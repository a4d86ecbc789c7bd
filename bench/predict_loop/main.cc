// What one prediction costs without a server: the same request again and again, either in this process (preprocessing,
// model, postprocessing; no socket) or over the Unix socket of a running worker. Prints one JSON object. See README.md.
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "base/files.h"
#include "predictor/protocol.h"
#include "predictor/worker.h"

namespace atelier::predictor {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kWarmUp = 200;
constexpr const char* kUsage =
    "usage: bench_predict_loop bare <model dir> <engine dir> <python dir> <body file> <content type> <seconds>\n"
    "       bench_predict_loop socket <worker socket> <body file> <content type> <seconds>\n";

template <class T>
T Must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

void Expect(bool holds, const std::string& otherwise) {
  if (holds) return;
  fmt::print(stderr, "{}\n", otherwise);
  std::exit(1);
}

void Measure(double seconds, const std::function<void()>& predict) {
  for (int i = 0; i < kWarmUp; ++i) predict();
  std::vector<double> micros;
  auto begin = Clock::now();
  auto end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  auto now = begin;
  while (now < end) {
    predict();
    auto after = Clock::now();
    micros.push_back(std::chrono::duration<double, std::micro>(after - now).count());
    now = after;
  }
  std::ranges::sort(micros);
  auto count = static_cast<double>(micros.size());
  fmt::print(R"({{"rate": {:.1f}, "p50_us": {:.1f}, "p99_us": {:.1f}}})"
             "\n",
             count / std::chrono::duration<double>(now - begin).count(), micros[micros.size() / 2],
             micros[micros.size() * 99 / 100]);
}

void Bare(char** arguments) {
  PredictorOptions options;
  options.model_dir = arguments[0];
  options.environment = arguments[1];
  options.python_dir = arguments[2];
  auto body = Must(ReadFile(arguments[3]));
  std::string content_type = arguments[4];
  const auto* api = Must(LoadTensorFlow(options.environment));
  if (options.has_user_code()) Must(StartPython(options.environment, options.python_dir));
  auto model = Must(LoadedModel::Load(*api, options));
  Measure(std::strtod(arguments[5], nullptr), [&] {
    auto answer = model->Predict(content_type, body);
    Expect(answer.status == 200, answer.body);
  });
}

UniqueFd Connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  Expect(path.size() < sizeof address.sun_path, "the socket's path is too long: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto connected = ::connect(connection.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  Expect(connected == 0, fmt::format("{}: {}", path, std::strerror(errno)));
  return connection;
}

void OverSocket(char** arguments) {
  auto connection = Connect(arguments[0]);
  auto body = Must(ReadFile(arguments[1]));
  std::string content_type = arguments[2];
  auto hello = Must(ReadFrame(connection.get()));
  Expect(hello.header.kind == FrameKind::kHello, "the worker did not greet");
  std::uint64_t id = 0;
  Measure(std::strtod(arguments[3], nullptr), [&] {
    Must(WriteFrame(connection.get(), FrameKind::kPredict, ++id, 0, content_type, "", body));
    auto reply = Must(ReadFrame(connection.get()));
    Expect(reply.header.status == 200, reply.body);
  });
}

}  // namespace
}  // namespace atelier::predictor

int main(int argc, char** argv) {
  std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "bare" && argc == 8) {
    atelier::predictor::Bare(argv + 2);
  } else if (mode == "socket" && argc == 6) {
    atelier::predictor::OverSocket(argv + 2);
  } else {
    fmt::print(stderr, "{}", atelier::predictor::kUsage);
    return 2;
  }
  // The embedded interpreter lives as long as the process, as in a worker.
  std::fflush(stdout);
  std::_Exit(0);
}
