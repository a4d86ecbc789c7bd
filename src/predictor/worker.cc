#include "predictor/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <new>

#include "base/strings.h"
#include "predictor/intake.h"
#include "predictor/protocol.h"
#include "predictor/stop_signal.h"
#include "predictor/tensor_json.h"

namespace atelier::predictor {
namespace {

constexpr std::size_t kMostTogether = 64;

void Report(int fd, std::string_view text) {
  auto wrote = WriteAll(fd, text);
  (void)wrote;  // the zygote is gone: then PDEATHSIG ends this process as well
  ::close(fd);
}

bool IsForm(std::string_view content_type) { return StartsWithIgnoreCase(Trim(content_type), "multipart/form-data"); }

Answer Guarded(LoadedModel& model, const Frame& frame) {
  try {
    return model.Predict(frame.content_type, frame.body);
  } catch (const std::bad_alloc&) {
    return RefuseWith({ErrorKind::kResourceExhausted, "the worker has no memory left for this request", {}, {}});
  } catch (const std::exception& problem) {
    return RefuseWith({ErrorKind::kInternal, problem.what(), {}, {}});
  }
}

Answer Bounded(Answer answer) {
  if (answer.body.size() <= kMaxBody) return answer;
  auto text = fmt::format("the model's answer has {} bytes, the limit is {}", answer.body.size(), kMaxBody);
  return RefuseWith({ErrorKind::kInternal, text, {}, {}});
}

std::vector<Answer> AnswerAll(LoadedModel& model, const std::vector<const Frame*>& frames) {
  if (frames.size() > 1) {
    try {
      return model.PredictTogether(frames);
    } catch (const std::exception& problem) {
      fmt::print(stderr, "a batch failed ({}): one by one\n", problem.what());
    }
  }
  std::vector<Answer> answers;
  for (const auto* frame : frames) answers.push_back(Guarded(model, *frame));
  return answers;
}

// One answer for each request, in their order.
Result<void> Serve(LoadedModel& model, Watchdog& watchdog, int fd, const std::vector<Intake::Request>& requests) {
  std::vector<const Frame*> frames;
  for (const auto& request : requests)
    if (!request.recalled) frames.push_back(&request.frame);
  if (!frames.empty()) watchdog.Arm(frames.front()->header.deadline_ms);
  auto answers = AnswerAll(model, frames);
  watchdog.Disarm();
  std::string replies;
  auto next = answers.begin();
  for (const auto& request : requests) {
    auto id = request.frame.header.id;
    if (request.recalled) {
      replies += EncodePrefix(FrameKind::kReply, id, kNotBegun, 0, "", "", 0);
      continue;
    }
    auto answer = Bounded(std::move(*next++));
    if (requests.size() == 1)
      return WriteFrame(fd, FrameKind::kReply, id, answer.status, answer.content_type, answer.warning, answer.body);
    replies +=
        EncodePrefix(FrameKind::kReply, id, answer.status, 0, answer.content_type, answer.warning, answer.body.size());
    replies += answer.body;
  }
  return WriteAll(fd, replies);
}

// One connection until its end, or until a stop has been asked for and what had arrived is answered.
void ServeConnection(LoadedModel& model, const StopSignal& stop, Watchdog& watchdog, int fd) {
  auto manner = model.manner();
  auto pid = std::to_string(::getpid());
  if (!WriteFrame(fd, FrameKind::kHello, 0, static_cast<std::uint16_t>(manner), "", "", pid)) return;
  Intake intake(fd, stop);
  bool batches = manner == Manner::kBatches;
  while (intake.Wait(batches))
    if (!Serve(model, watchdog, fd, intake.Take(batches ? kMostTogether : 1))) return;
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
  if (!loaded->service_) loaded->batches_ = MicroBatches::Probe(*loaded->model_);
  return loaded;
}

Answer LoadedModel::Predict(std::string_view content_type, std::string_view body) {
  if (IsForm(content_type)) {
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

std::vector<Answer> LoadedModel::PredictTogether(const std::vector<const Frame*>& frames) {
  std::vector<std::string_view> bodies;
  std::vector<Answer> answers(frames.size());
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (IsForm(frames[i]->content_type)) {
      answers[i] = Predict(frames[i]->content_type, frames[i]->body);
      continue;
    }
    bodies.push_back(frames[i]->body);
    places.push_back(i);
  }
  auto together = batches_.Predict(*model_, bodies);
  for (std::size_t i = 0; i < places.size(); ++i) answers[places[i]] = std::move(together[i]);
  return answers;
}

Manner LoadedModel::manner() const { return batches_.any() ? Manner::kBatches : Manner::kOneByOne; }

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
    ServeConnection(**model, *stop, watchdog, connection.get());
  }
  return 0;
}

}  // namespace atelier::predictor
