#include "object_store/version_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/digest.h"
#include "base/strings.h"
#include "object_store/errors.h"

namespace atelier::object_store {
namespace {

constexpr std::size_t kSequenceCharacters = 16;
constexpr std::size_t kVersionIdCharacters = 32;

bool IsNull(const StoredObject& object) { return object.record.version_id.empty(); }

std::int64_t NextSequence(const KeyVersions& present, std::int64_t proposed) {
  std::int64_t last = 0;
  for (const auto* version : {&present.current, &present.newest_noncurrent})
    if (*version) last = std::max(last, (*version)->record.sequence);
  return std::max(proposed, last + 1);
}

// The current version makes room: it is kept as a noncurrent one, or goes because its id is written anew.
void RetireCurrent(const KeyVersions& present, bool replaces_null, VersionChange& change) {
  if (!present.current) return;
  change.drop_current = true;
  if (replaces_null && IsNull(*present.current)) {
    change.gone.push_back(*present.current);
  } else {
    change.to_noncurrent.push_back(*present.current);
  }
}

void RetireNullVersion(const KeyVersions& present, VersionChange& change) {
  if (!present.null_noncurrent) return;
  change.drop_noncurrent.push_back(present.null_noncurrent->record.sequence);
  change.gone.push_back(*present.null_noncurrent);
}

// Gives a new version or marker its id and place; what it replaces is retired.
VersionChange Prepare(VersioningState state, const KeyVersions& present, StoredObject& added) {
  VersionChange change;
  bool enabled = state == VersioningState::kEnabled;
  added.record.sequence = NextSequence(present, added.record.sequence);
  added.record.version_id = enabled ? VersionIdOf(added.record) : std::string();
  RetireCurrent(present, !enabled, change);
  if (!enabled) RetireNullVersion(present, change);
  return change;
}

}  // namespace

VersionChange PlanWrite(VersioningState state, const KeyVersions& present, StoredObject object) {
  if (state == VersioningState::kNever) {
    VersionChange change;
    object.record.version_id.clear();
    object.record.sequence = 0;
    RetireCurrent(present, true, change);
    change.written = change.to_current = std::move(object);
    return change;
  }
  VersionChange change = Prepare(state, present, object);
  change.written = change.to_current = std::move(object);
  return change;
}

VersionChange PlanDelete(VersioningState state, const KeyVersions& present, StoredObject marker) {
  if (state == VersioningState::kNever) {
    VersionChange change;
    RetireCurrent(present, true, change);
    return change;
  }
  marker.record.delete_marker = true;
  VersionChange change = Prepare(state, present, marker);
  change.to_noncurrent.push_back(marker);
  change.written = std::move(marker);
  return change;
}

VersionChange PlanRemoveVersion(const KeyVersions& present, const StoredObject& victim,
                                const std::optional<StoredObject>& next_noncurrent) {
  VersionChange change;
  change.gone.push_back(victim);
  bool is_current = present.current && present.current->record.sequence == victim.record.sequence;
  if (is_current) {
    change.drop_current = true;
  } else {
    change.drop_noncurrent.push_back(victim.record.sequence);
  }
  // The newest of what is left becomes current, unless there still is a current one or the newest is a marker.
  bool none_current = is_current || !present.current;
  bool was_newest =
      is_current || (present.newest_noncurrent && present.newest_noncurrent->record.sequence == victim.record.sequence);
  if (none_current && was_newest && next_noncurrent && !next_noncurrent->record.delete_marker) {
    change.drop_noncurrent.push_back(next_noncurrent->record.sequence);
    change.to_current = next_noncurrent;
  }
  return change;
}

namespace {

Result<void> CheckDeleteConditions(const DeleteRequest& request, const std::optional<StoredObject>& target) {
  if (!target) return {};  // deleting what is not there succeeds, whatever is said of it
  const ObjectRecord& record = target->record;
  if (request.if_match && *request.if_match != "*" && *request.if_match != record.etag)
    return PreconditionFailed(fmt::format("the ETag of '{}' is \"{}\", not the one given", record.key, record.etag),
                              record.key);
  if (request.if_size && *request.if_size != record.size)
    return PreconditionFailed(
        fmt::format("the object '{}' has {} bytes, not {}", record.key, record.size, *request.if_size), record.key);
  using std::chrono::floor;
  using std::chrono::seconds;
  if (request.if_modified && floor<seconds>(*request.if_modified) != floor<seconds>(record.last_modified))
    return PreconditionFailed(
        fmt::format("the object '{}' was modified at another time than the one given", record.key), record.key);
  return {};
}

Result<void> CheckPlace(const DeleteRequest& request, const KeyVersions& present,
                        const std::optional<StoredObject>& target) {
  if (request.place == RequiredPlace::kAny) return {};
  if (!target) return PreconditionFailed(fmt::format("the version of '{}' is not there", request.key), request.key);
  const auto& newest = present.current ? present.current : present.newest_noncurrent;
  bool is_newest = newest && newest->record.sequence == target->record.sequence;
  if (is_newest == (request.place == RequiredPlace::kNewest)) return {};
  return PreconditionFailed(fmt::format("expected the version of '{}' to be {} one, and it is {}", request.key,
                                        is_newest ? "an older" : "the newest", is_newest ? "the newest" : "not"),
                            request.key);
}

}  // namespace

Result<DeletePlan> PlanRequest(VersioningState state, const DeleteRequest& request, const KeyVersions& present,
                               const std::optional<StoredObject>& victim, const ObjectRecord& marker,
                               const FindOlder& older) {
  DeletePlan plan;
  if (!request.version) {
    ATELIER_CHECK(CheckDeleteConditions(request, present.current));
    ATELIER_CHECK(CheckPlace(request, present, present.current));
    StoredObject added;
    added.record = marker;
    added.record.key = request.key;
    plan.change = PlanDelete(state, present, std::move(added));
    plan.outcome.delete_marker = plan.change.written.has_value();
    if (plan.change.written) plan.outcome.version = plan.change.written->record.version_id;
    return plan;
  }
  if (!request.version->empty() && !SequenceOf(*request.version))
    return InvalidArgument(fmt::format("\"{}\" is not the id of a version", *request.version), "InvalidArgument",
                           *request.version);
  plan.outcome.version = request.version;
  ATELIER_CHECK(CheckPlace(request, present, victim));
  if (!victim) return plan;
  ATELIER_CHECK(CheckDeleteConditions(request, victim));
  plan.outcome.delete_marker = victim->record.delete_marker;
  bool is_newest = present.newest_noncurrent && present.newest_noncurrent->record.sequence == victim->record.sequence;
  std::optional<StoredObject> next = present.newest_noncurrent;
  if (is_newest) {
    ATELIER_TRY(next, older(victim->record.sequence));
  }
  plan.change = PlanRemoveVersion(present, *victim, next);
  return plan;
}

std::string VersionIdOf(const ObjectRecord& record) {
  std::string place = record.bucket + '/' + record.key;
  return fmt::format("{:016x}{}", record.sequence, HexEncode(ComputeDigest(DigestKind::kCrc64Nvme, place)));
}

std::optional<std::int64_t> SequenceOf(std::string_view version_id) {
  if (version_id.size() != kVersionIdCharacters || !HexDecode(version_id)) return std::nullopt;
  std::string_view digits = version_id.substr(0, kSequenceCharacters);
  std::int64_t sequence = 0;
  auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence, 16);
  if (error != std::errc() || stop != digits.data() + digits.size() || sequence < 0) return std::nullopt;
  return sequence;
}

}  // namespace atelier::object_store
