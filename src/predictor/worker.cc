#include "predictor/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <new>
#include <optional>

#include "base/strings.h"
#include "predictor/protocol.h"
#include "predictor/stop_signal.h"
#include "predictor/tensor_json.h"

namespace atelier::predictor {
namespace {

void Report(int fd, std::string_view text) {
  auto wrote = WriteAll(fd, text);
  (void)wrote;  // the zygote is gone: then PDEATHSIG ends this process as well
  ::close(fd);
}

Answer Guarded(LoadedModel& model, const Frame& frame) {
  try {
    return model.Predict(frame.content_type, frame.body);
  } catch (const std::bad_alloc&) {
    return RefuseWith({ErrorKind::kResourceExhausted, "the worker has no memory left for this request", {}, {}});
  } catch (const std::exception& problem) {
    return RefuseWith({ErrorKind::kInternal, problem.what(), {}, {}});
  }
}

// Nothing when the connection cannot be used any longer.
std::optional<Frame> NextRequest(int fd) {
  try {
    auto frame = ReadFrame(fd);
    if (frame && frame->header.kind == FrameKind::kPredict) return *std::move(frame);
  } catch (const std::bad_alloc&) {
    // The frame is half read: only closing the connection is left.
    fmt::print(stderr, "a request is larger than the memory that is left\n");
  }
  return std::nullopt;
}

bool Serve(LoadedModel& model, Watchdog& watchdog, int fd) {
  auto request = NextRequest(fd);
  if (!request) return false;
  watchdog.Arm(request->header.deadline_ms);
  auto answer = Guarded(model, *request);
  watchdog.Disarm();
  if (answer.body.size() > kMaxBody) {
    auto text = fmt::format("the model's answer has {} bytes, the limit is {}", answer.body.size(), kMaxBody);
    answer = RefuseWith({ErrorKind::kInternal, text, {}, {}});
  }
  return WriteFrame(fd, FrameKind::kReply, request->header.id, answer.status, answer.content_type, answer.warning,
                    answer.body)
      .has_value();
}

// One connection until its end. False when the worker should stop.
bool ServeConnection(LoadedModel& model, const StopSignal& stop, Watchdog& watchdog, int fd) {
  auto pid = std::to_string(::getpid());
  if (!WriteFrame(fd, FrameKind::kHello, 0, 0, "", "", pid)) return true;
  while (stop.WaitReadable(fd))
    if (!Serve(model, watchdog, fd)) return true;
  // No request is lost by a stop: what has arrived is answered, and whoever writes from now on is told that nobody
  // reads.
  ::shutdown(fd, SHUT_RD);
  while (Serve(model, watchdog, fd)) continue;
  return false;
}

void LimitMemory(std::uint64_t bytes) {
  if (bytes == 0) return;
  rlimit limit{bytes, bytes};
  if (setrlimit(RLIMIT_DATA, &limit) != 0)
    fmt::print(stderr, "the memory limit could not be set: {}\n", strerror(errno));  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

bool PredictorOptions::has_user_code() const {
  std::error_code error;
  return std::filesystem::exists(user_code(), error);
}

Result<std::unique_ptr<LoadedModel>> LoadedModel::Load(const TensorFlowApi& api, const PredictorOptions& options) {
  auto loaded = std::make_unique<LoadedModel>();
  ATELIER_TRY(loaded->model_, SavedModel::Load(api, options.model_dir));
  if (options.has_user_code()) {
    ATELIER_TRY(loaded->service_,
                UserService::Load(options.user_code(), options.model_name, options.model_dir, *loaded->model_));
  }
  loaded->model_->WarmUp();
  return loaded;
}

Answer LoadedModel::Predict(std::string_view content_type, std::string_view body) {
  if (StartsWithIgnoreCase(Trim(content_type), "multipart/form-data")) {
    if (!service_)
      return RefuseWith({ErrorKind::kInvalidArgument,
                         "this model has no inference code and takes JSON: {\"<input>\": [...]}, not a form",
                         {},
                         {}});
    auto parts = http::ParseForm(content_type, body);
    if (!parts) return RefuseWith({ErrorKind::kInvalidArgument, parts.error().message, {}, {}});
    return service_->HandleForm(*parts);
  }
  return service_ ? service_->HandleJson(body) : PredictJson(*model_, body);
}

Result<UniqueFd> ListenUnix(const std::filesystem::path& folder, const std::string& name) {
  // The folder's path may be longer than an address: it is named through its descriptor.
  ATELIER_TRY(UniqueFd directory, OpenFile(folder, O_PATH | O_DIRECTORY));
  auto path = fmt::format("/proc/self/fd/{}/{}", directory.get(), name);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return InvalidArgument("socket name too long: " + name);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  ::unlink(path.c_str());
  UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener.valid() || ::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), 16) != 0)
    return ErrnoError("listen on " + (folder / name).string(), errno);
  return listener;
}

int RunWorker(const TensorFlowApi& api, const PredictorOptions& options, std::size_t index, int ready_fd) {
  auto stop = StopSignal::Install();
  if (!stop) {
    Report(ready_fd, "failed: " + stop.error().message + "\n");
    return 3;
  }
  LimitMemory(options.memory_limit);
  if (options.has_user_code()) AfterFork();
  auto model = LoadedModel::Load(api, options);
  if (!model) {
    Report(ready_fd, "failed: " + model.error().message + "\n");
    return 3;
  }
  auto listener = ListenUnix(options.run_dir, fmt::format("worker-{}.sock", index));
  if (!listener) {
    Report(ready_fd, "failed: " + listener.error().message + "\n");
    return 3;
  }
  Report(ready_fd, "ready\n");
  Watchdog watchdog;
  while (stop->WaitReadable(listener->get())) {
    UniqueFd connection(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.valid()) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      fmt::print(stderr, "accept: {}\n", strerror(errno));  // NOLINT(concurrency-mt-unsafe)
      return 4;
    }
    if (!ServeConnection(**model, *stop, watchdog, connection.get())) break;
  }
  return 0;
}

}  // namespace atelier::predictor
