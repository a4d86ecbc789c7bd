#include "batch/task_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/worker_pool.h"

namespace atelier::batch {
namespace {

using object_store::ObjectRecord;

constexpr std::size_t kPage = 1000;
constexpr std::size_t kMostThreads = 16;
constexpr std::size_t kWindowPerThread = 4;
constexpr int kAttempts = 3;
// While no replica is ready; the reconciler ends the service before, unless its replicas come and go for ever.
constexpr std::chrono::minutes kLongestWait{30};
constexpr std::chrono::milliseconds kRetryPause{200};
constexpr const char* kMark = "atelier-batch-task";
constexpr const char* kOutcome = "atelier-batch-outcome";

bool IsFolder(const ObjectRecord& object) { return object.key.ends_with('/'); }

// The request was not tried at all: no replica is there yet, or its queue is full.
bool WasNotTried(const Error& error) {
  return error.kind == ErrorKind::kNotFound || error.kind == ErrorKind::kResourceExhausted ||
         (error.kind == ErrorKind::kUnavailable && error.code == "ModelArts.4503");
}

std::unexpected<Error> NotWanted() { return MakeError(ErrorKind::kCancelled, "the batch task is not wanted any more"); }

}  // namespace

TaskRunner::TaskRunner(const BatchPorts& ports, serving::Service service, std::uint64_t body_limit,
                       std::stop_token stop)
    : ports_(ports),
      service_(std::move(service)),
      task_(*service_.batch),
      body_limit_(body_limit),
      stop_(std::move(stop)) {}

Result<void> TaskRunner::Prepare() {
  ATELIER_TRY(source_, ParsePlace(task_.spec.src_path, "src_path"));
  ATELIER_TRY(target_, ParsePlace(task_.spec.dest_path, "dest_path"));
  ATELIER_TRY(auto model,
              ports_.models.Find({service_.project_id, service_.owner}, service_.deployments.front().model_id));
  form_ = FormOf(model.config, task_.spec.req_uri);
  if (task_.spec.mapping_type == "csv") {
    ATELIER_TRY(rule_, RowRule::Parse(task_.spec.mapping_rule));
  }
  return {};
}

Result<void> TaskRunner::Run() {
  ATELIER_CHECK(Prepare());
  if (!task_.progress.counted) ATELIER_CHECK(Count());
  const auto& deployment = service_.deployments.front();
  auto workers = ports_.workers(deployment.specification) * static_cast<std::size_t>(deployment.instance_count);
  auto threads = std::clamp<std::size_t>(workers, 1, kMostThreads);
  WorkerPool pool(threads, threads * kWindowPerThread);
  for (;;) {
    object_store::ListQuery query{source_.prefix, {}, task_.progress.after, kPage};
    ATELIER_TRY(auto page, ports_.objects.List(Caller(), source_.bucket, query));
    std::vector<ObjectRecord> window;
    for (auto& object : page.objects) {
      auto key = object.key;
      bool last = &object == &page.objects.back();
      if (!IsFolder(object)) window.push_back(std::move(object));
      if (window.empty() || (window.size() < threads * kWindowPerThread && !last)) continue;
      ATELIER_CHECK(RunWindow(pool, window));
      task_.progress.after = key;
      ATELIER_CHECK(Save());
      window.clear();
    }
    if (!page.truncated) return {};
    task_.progress.after = page.next_after;
  }
}

Result<void> TaskRunner::Count() {
  std::uint64_t count = 0;
  object_store::ListQuery query{source_.prefix, {}, {}, kPage};
  for (bool more = true; more;) {
    if (stop_.stop_requested()) return NotWanted();
    ATELIER_TRY(auto page, ports_.objects.List(Caller(), source_.bucket, query));
    count += page.objects.size() - static_cast<std::size_t>(std::ranges::count_if(page.objects, IsFolder));
    query.after = page.next_after;
    more = page.truncated;
  }
  task_.progress.objects_total = count;
  task_.progress.counted = true;
  return Save();
}

Result<void> TaskRunner::Save() {
  ATELIER_TRY(bool wanted, ports_.services.SaveBatch(service_.id, task_.run, task_.progress));
  if (!wanted || stop_.stop_requested()) return NotWanted();
  return {};
}

std::string TaskRunner::ErrorBody(std::string_view code, std::string_view message) {
  return CompactJson(json::object{{"error_code", code}, {"error_msg", message}});
}

// Returns when all of it has been done; each has deadlines.
void TaskRunner::InParallel(WorkerPool& pool, std::size_t count, const std::function<void(std::size_t)>& work) {
  // Shared: the last to count down may still be in it when the wait is over.
  auto done = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    auto one = [&work, done, i] {
      work(i);
      done->count_down();
    };
    if (!pool.TryPost(one)) one();
  }
  done->wait();
}

Result<void> TaskRunner::RunWindow(WorkerPool& pool, const std::vector<ObjectRecord>& window) {
  if (!rule_) return RunObjects(pool, window);
  for (const auto& object : window) {
    if (ToLower(object.key).ends_with(".csv"))
      ATELIER_CHECK(RunCsv(pool, object));
    else
      ++task_.progress.objects;  // nothing to be asked
  }
  return {};
}

Result<void> TaskRunner::RunObjects(WorkerPool& pool, const std::vector<ObjectRecord>& window) {
  std::vector<Result<bool>> outcomes(window.size(), false);
  InParallel(pool, window.size(), [&](std::size_t i) { outcomes[i] = One(window[i]); });
  for (const auto& outcome : outcomes) {
    if (!outcome) return std::unexpected(outcome.error());
    ++task_.progress.objects;
    ++task_.progress.requests;
    if (*outcome) ++task_.progress.failures;
  }
  return {};
}

Result<bool> TaskRunner::One(const ObjectRecord& object) {
  if (stop_.stop_requested()) return NotWanted();
  auto result_key = ResultKey(source_, target_, object.key, "_result.txt");
  ATELIER_TRY(auto written, Written(result_key));
  if (written) return *written;
  ATELIER_TRY(auto answer, AnswerTo(object));
  ATELIER_CHECK(Write(result_key, answer));
  return answer.failed;
}

// Whether this run of the task has answered already, and if so whether that was a failure.
Result<std::optional<bool>> TaskRunner::Written(const std::string& result_key) {
  auto found = ports_.objects.Head(Caller(), target_.bucket, result_key);
  if (!found && found.error().code == "NoSuchKey") return std::nullopt;
  if (!found) return std::unexpected(std::move(found).error());
  auto& metadata = found->attributes.metadata;
  if (metadata[kMark] != serving::TaskMark(service_.id, task_)) return std::nullopt;
  return metadata[kOutcome] == "failed";
}

Result<std::string> TaskRunner::ReadExtents(const object_store::OpenObject& object, std::uint64_t offset,
                                            std::uint64_t count) {
  std::string bytes;
  for (const auto& extent : object_store::SliceExtents(object.extents, offset, count)) {
    ATELIER_TRY(auto piece, PreadExactly(extent.file->get(), extent.offset, static_cast<std::size_t>(extent.length)));
    bytes += piece;
  }
  return bytes;
}

Result<Result<std::string>> TaskRunner::ReadObject(const ObjectRecord& object, std::uint64_t limit) {
  auto refuse = [](std::string_view code, std::string why) {
    return Result<std::string>(InvalidArgument(std::move(why), std::string(code)));
  };
  auto open = ports_.objects.Open(Caller(), source_.bucket, object.key);
  if (!open && open.error().code == "NoSuchKey") return refuse("ModelArts.4202", "the object was deleted meanwhile");
  if (!open) return std::unexpected(std::move(open).error());
  auto size = open->record.size;
  if (size > limit)
    return refuse("APIG.0201",
                  fmt::format("Request entity too large: at most {} bytes are allowed, got {}.", limit, size));
  ATELIER_TRY(auto bytes, ReadExtents(*open, 0, size));
  return Result<std::string>(std::move(bytes));
}

Result<TaskRunner::Answer> TaskRunner::AnswerTo(const ObjectRecord& object) {
  ATELIER_TRY(auto bytes, ReadObject(object, body_limit_));
  if (!bytes) return Answer{"application/json", ErrorBody(bytes.error().code, bytes.error().message), true};
  return Ask(FileRequest(form_, object.key, *std::move(bytes)));
}

Result<TaskRunner::Answer> TaskRunner::Ask(const serving::PredictRequest& request) {
  auto patience = std::chrono::steady_clock::now() + kLongestWait;
  for (int attempt = 1;;) {
    auto reply = ports_.predict(service_.id, request, stop_);
    if (reply) return Answer{reply->content_type, std::move(reply->body), reply->status >= 400};
    // The replicas of a stopped service end under their requests: that is no answer to be written.
    ATELIER_TRY(bool wanted, ports_.services.WantsBatch(service_.id, task_.run));
    if (!wanted || stop_.stop_requested()) return NotWanted();
    const auto& error = reply.error();
    bool tried = !WasNotTried(error);
    if ((tried && attempt >= kAttempts) || std::chrono::steady_clock::now() > patience)
      return Answer{"application/json", ErrorBody(error.code, error.message), true};
    if (tried) ++attempt;
    ATELIER_CHECK(Pause(kRetryPause));
  }
}

Result<std::unique_ptr<object_store::ObjectWriter>> TaskRunner::OpenResult(const std::string& result_key,
                                                                           const std::string& content_type,
                                                                           bool failed) {
  ATELIER_TRY(auto key, object_store::ObjectKey::Parse(result_key));
  object_store::ObjectAttributes attributes;
  attributes.content_type = content_type;
  attributes.metadata = {{kMark, serving::TaskMark(service_.id, task_)}, {kOutcome, failed ? "failed" : "ok"}};
  return ports_.objects.Put(Caller(), target_.bucket, key, std::move(attributes), {});
}

Result<void> TaskRunner::Write(const std::string& result_key, const Answer& answer) {
  ATELIER_TRY(auto writer, OpenResult(result_key, answer.content_type, answer.failed));
  ATELIER_CHECK(writer->Append(answer.body));
  ATELIER_CHECK(writer->Commit({}, {}));
  return {};
}

// Before another attempt; ends at once with the server.
Result<void> TaskRunner::Pause(std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop_, time, [] { return false; });
  if (stop_.stop_requested()) return NotWanted();
  return {};
}

}  // namespace atelier::batch
