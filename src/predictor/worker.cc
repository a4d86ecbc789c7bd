#include "predictor/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <new>

#include "base/strings.h"
#include "predictor/protocol.h"
#include "predictor/tensor_json.h"

namespace atelier::predictor {
namespace {

volatile sig_atomic_t stop_asked = 0;

void OnTerminate(int) { stop_asked = 1; }

// Without SA_RESTART: a blocked accept or read returns, so that an idle worker leaves at once and a busy one after its
// answer.
void InstallStopSignal() {
  struct sigaction action{};
  action.sa_handler = OnTerminate;
  sigaction(SIGTERM, &action, nullptr);
  sigset_t all;
  sigemptyset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

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

// One connection until its end. False when the worker should stop.
bool ServeConnection(LoadedModel& model, int fd) {
  auto pid = std::to_string(::getpid());
  if (!WriteFrame(fd, FrameKind::kHello, 0, 0, "", "", pid)) return true;
  while (stop_asked == 0) {
    auto frame = ReadFrame(fd);
    if (!frame) {
      if (frame.error().kind == ErrorKind::kCancelled) continue;  // a signal: the loop's condition decides
      return true;
    }
    if (frame->header.kind != FrameKind::kPredict) return true;
    auto answer = Guarded(model, *frame);
    if (!WriteFrame(fd, FrameKind::kReply, frame->header.id, answer.status, answer.content_type, answer.warning,
                    answer.body))
      return true;
  }
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
  InstallStopSignal();
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
  while (stop_asked == 0) {
    UniqueFd connection(::accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.valid()) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      fmt::print(stderr, "accept: {}\n", strerror(errno));  // NOLINT(concurrency-mt-unsafe)
      return 4;
    }
    if (!ServeConnection(**model, connection.get())) break;
  }
  return 0;
}

}  // namespace atelier::predictor
