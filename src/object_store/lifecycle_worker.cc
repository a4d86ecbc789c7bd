#include "object_store/lifecycle_worker.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/log.h"
#include "object_store/lifecycle_page.h"
#include "object_store/settings_codec.h"

namespace atelier::object_store {
namespace {

// What was judged is not so any more, or has ended by itself.
bool IsOvertaken(const Error& error) { return error.code == "PreconditionFailed" || error.code == "NoSuchUpload"; }

}  // namespace

class LifecycleWorker::Visit {
 public:
  Visit(LifecycleWorker& worker, const Bucket& bucket, TimePoint now)
      : worker_(worker),
        objects_(worker.objects_),
        options_(worker.options_),
        caller_{bucket.project_id},
        bucket_(bucket.name),
        time_{now, options_.day} {}

  Result<void> Run() {
    ATELIER_TRY(text_, ReadText());
    if (text_.empty()) return {};
    ATELIER_TRY(rules_, DecodeLifecycle(text_));
    ATELIER_CHECK(VisitVersions());
    ATELIER_CHECK(VisitUploads());
    return std::move(failure_);
  }

  const LifecycleChanges& changes() const { return changes_; }

 private:
  Result<void> VisitVersions() {
    auto prefix = PrefixOfDueVersions(rules_);
    if (!prefix) return {};
    VersionQuery query{
        .prefix = *prefix, .delimiter = {}, .after_key = {}, .after_version = {}, .limit = options_.page};
    KeySoFar so_far;
    std::vector<DeleteRequest> due;
    for (bool more = true; more;) {
      ATELIER_TRY(bool wanted, StillWanted());
      if (!wanted) return {};
      ATELIER_TRY(VersionPage page, objects_.ListVersions(caller_, bucket_, query));
      // Only now: this page was found by the last version of the one before it, which may be among them.
      ATELIER_CHECK(Delete(due));
      due = DueOf(rules_, page, time_, so_far);
      more = page.truncated;
      query.after_key = std::move(page.next_key);
      query.after_version = std::move(page.next_version);
    }
    return Delete(due);
  }

  Result<void> VisitUploads() {
    auto prefix = PrefixOfDueUploads(rules_);
    if (!prefix) return {};
    std::string after_key, after_id;
    for (bool more = true; more;) {
      ATELIER_TRY(auto page, objects_.ListUploads(caller_, bucket_, *prefix, {}, after_key, after_id, options_.page));
      for (const MultipartUpload& upload : page.uploads) {
        auto due = AbortTime(rules_, upload.key, upload.initiated, time_.day);
        if (!due || due->when > time_.now) continue;
        ATELIER_TRY(bool wanted, StillWanted());
        if (!wanted) return {};
        ATELIER_CHECK(Abort(upload));
      }
      more = page.truncated;
      after_key = std::move(page.next_key);
      after_id = std::move(page.next_upload_id);
    }
    return {};
  }

  Result<void> Delete(std::span<const DeleteRequest> due) {
    while (!due.empty()) {
      ATELIER_TRY(bool wanted, StillWanted());
      if (!wanted) return {};
      auto batch = due.first(std::min(due.size(), options_.batch));
      due = due.subspan(batch.size());
      ATELIER_TRY(auto outcomes, objects_.DeleteMany(caller_, bucket_, {batch.begin(), batch.end()}));
      for (std::size_t i = 0; i < batch.size(); ++i) Count(batch[i], outcomes[i]);
      worker_.Pace(batch.size());
    }
    return {};
  }

  // An object that cannot be deleted does not keep the others from it.
  void Count(const DeleteRequest& request, const Result<DeleteOutcome>& outcome) {
    if (outcome) {
      ++(request.version ? changes_.removed_versions : changes_.expired_objects);
    } else if (!IsOvertaken(outcome.error()) && failure_.has_value()) {
      failure_ = std::unexpected(outcome.error());
    }
  }

  Result<void> Abort(const MultipartUpload& upload) {
    auto aborted = objects_.AbortUpload(caller_, bucket_, upload.key, upload.upload_id);
    if (aborted) {
      ++changes_.aborted_uploads;
    } else if (!IsOvertaken(aborted.error())) {
      return aborted;
    }
    worker_.Pace(1);
    return {};
  }

  // Empty: no rules.
  Result<std::string> ReadText() {
    ATELIER_TRY(auto info, objects_.Describe(bucket_));
    auto found = info->settings.find(kLifecycleSetting);
    return found == info->settings.end() ? std::string() : found->second;
  }

  Result<bool> StillWanted() {
    if (worker_.stopping()) return false;
    ATELIER_TRY(std::string text, ReadText());
    return text == text_;
  }

  LifecycleWorker& worker_;
  ObjectService& objects_;
  const LifecycleOptions& options_;
  const Caller caller_;
  const std::string bucket_;
  const LifecycleTime time_;
  std::string text_;
  LifecycleRules rules_;
  LifecycleChanges changes_;
  Result<void> failure_;  // the first of an object
};

LifecycleChanges& LifecycleChanges::operator+=(const LifecycleChanges& more) {
  expired_objects += more.expired_objects;
  removed_versions += more.removed_versions;
  aborted_uploads += more.aborted_uploads;
  return *this;
}

LifecycleWorker::LifecycleWorker(ObjectService& objects, const Clock& clock, LifecycleOptions options)
    : objects_(objects), clock_(clock), options_(options), loop_("lifecycle", options.interval, [this] {
        if (auto pass = RunOnce(); !pass)
          LogWarning("lifecycle: the buckets could not be listed; the next pass tries again",
                     {{"error", pass.error().message}});
        return ReconcileLoop::Outcome::kUnsettled;  // there is always a next pass
      }) {}

LifecycleWorker::~LifecycleWorker() { Stop(); }

void LifecycleWorker::Start() { loop_.Start(); }

void LifecycleWorker::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  loop_.Stop();
}

Result<LifecycleChanges> LifecycleWorker::RunOnce() {
  std::lock_guard pass(pass_mutex_);
  auto begin = std::chrono::steady_clock::now();
  const TimePoint now = clock_.Now();
  LifecycleChanges changes;
  ATELIER_TRY(auto buckets, objects_.BucketsWithSetting(kLifecycleSetting));
  for (const Bucket& bucket : buckets) {
    if (stopping()) return changes;
    changes += VisitBucket(bucket, now);
  }
  std::lock_guard lock(mutex_);
  if (stopping_) return changes;
  ++totals_.passes;
  totals_.last_duration = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
  totals_.last_end = clock_.Now();
  return changes;
}

LifecycleChanges LifecycleWorker::VisitBucket(const Bucket& bucket, TimePoint now) {
  Visit visit(*this, bucket, now);
  auto done = visit.Run();
  bool failed = !done && done.error().code != "NoSuchBucket";  // a bucket that was deleted meanwhile needs nothing
  if (failed)
    LogWarning("lifecycle: a bucket failed; the next pass tries again",
               {{"bucket", bucket.name}, {"error", done.error().message}});
  const LifecycleChanges& made = visit.changes();
  if (made != LifecycleChanges{})
    LogInfo("lifecycle", {{"bucket", bucket.name},
                          {"expired_objects", made.expired_objects},
                          {"removed_versions", made.removed_versions},
                          {"aborted_uploads", made.aborted_uploads}});
  std::lock_guard lock(mutex_);
  totals_.changes += made;
  if (failed) ++totals_.failed_buckets;
  return made;
}

void LifecycleWorker::Pace(std::size_t deletions) {
  deleted_since_rest_ += deletions;
  if (deleted_since_rest_ < options_.batch) return;
  deleted_since_rest_ = 0;
  std::unique_lock lock(mutex_);
  stop_.wait_for(lock, options_.rest, [this] { return stopping_; });
}

bool LifecycleWorker::stopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

LifecycleTotals LifecycleWorker::totals() const {
  std::lock_guard lock(mutex_);
  return totals_;
}

}  // namespace atelier::object_store
