#include "iam/sign_in_guard.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <chrono>

#include "base/digest.h"
#include "base/log.h"

namespace atelier::iam {
namespace {

// Of one size, however long a name is sent.
std::string UserKey(const SignInGuard::Attempt& attempt, const std::string& network) {
  return ComputeDigest(DigestKind::kSha256, attempt.domain + '\0' + attempt.user) + network;
}

std::unexpected<Error> Locked(std::string_view whose, Milliseconds wait) {
  auto minutes = std::chrono::ceil<std::chrono::minutes>(wait).count();
  return Unauthenticated(
      fmt::format("Too many failed sign-ins by password {}. Passwords are not looked at for another {} "
                  "minute{}: try again then, or use an access key.",
                  whose, minutes, minutes == 1 ? "" : "s"),
      "locked");
}

}  // namespace

std::string NetworkOf(std::string_view address) {
  std::string text(address.substr(0, address.find('%')));  // without the interface of a link-local address
  in6_addr six{};
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return {reinterpret_cast<const char*>(&four), sizeof(four)};
  if (::inet_pton(AF_INET6, text.c_str(), &six) != 1) return text;
  const auto* bytes = reinterpret_cast<const char*>(&six);
  return IN6_IS_ADDR_V4MAPPED(&six) ? std::string(bytes + 12, 4) : std::string(bytes, 8);
}

std::optional<Milliseconds> FailureTable::LockedFor(const std::string& key, TimePoint now) {
  auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  const auto& since = found->second.locked_since;
  if (!since) return std::nullopt;
  Milliseconds elapsed = now - *since;
  // A clock that was set back must not make a lock longer.
  if (elapsed >= Milliseconds(0) && elapsed < limits_.lock) return limits_.lock - elapsed;
  Forget(key);
  return std::nullopt;
}

FailureTable::Entry& FailureTable::Touch(const std::string& key) {
  auto found = entries_.find(key);
  if (found != entries_.end()) {
    by_age_.splice(by_age_.end(), by_age_, found->second.place);
    return found->second;
  }
  if (entries_.size() >= limits_.most_entries && !by_age_.empty()) Forget(std::string(by_age_.front()));
  Entry& made = entries_[key];
  made.place = by_age_.insert(by_age_.end(), key);
  return made;
}

bool FailureTable::Fail(const std::string& key, TimePoint now) {
  Entry& entry = Touch(key);
  std::erase_if(entry.failures, [&](TimePoint at) { return at > now || now - at >= limits_.period; });
  entry.failures.push_back(now);
  if (entry.failures.size() < most_failures_) return false;
  entry.failures.clear();
  entry.locked_since = now;
  return true;
}

void FailureTable::Forget(const std::string& key) {
  auto found = entries_.find(key);
  if (found == entries_.end()) return;
  by_age_.erase(found->second.place);
  entries_.erase(found);
}

SignInGuard::SignInGuard(const Clock& clock, const SignInLimits& limits)
    : clock_(clock), users_(limits.user_failures, limits), networks_(limits.network_failures, limits) {}

Result<void> SignInGuard::CheckLocked(const std::string& user, const std::string& network) {
  auto now = clock_.Now();
  if (auto wait = networks_.LockedFor(network, now)) return Locked("from this address", *wait);
  if (auto wait = users_.LockedFor(user, now)) return Locked("of this user from this address", *wait);
  return {};
}

Result<void> SignInGuard::Check(const Attempt& attempt) {
  auto network = NetworkOf(attempt.remote_address);
  std::lock_guard lock(mutex_);
  return CheckLocked(UserKey(attempt, network), network);
}

Result<void> SignInGuard::Conclude(const Attempt& attempt, bool right) {
  auto network = NetworkOf(attempt.remote_address);
  auto user = UserKey(attempt, network);
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(CheckLocked(user, network));
  if (right) {
    users_.Forget(user);
    return {};
  }
  auto now = clock_.Now();
  bool user_locked = users_.Fail(user, now), network_locked = networks_.Fail(network, now);
  // Without the name: it is whatever was sent, a password in the wrong field for instance.
  if (user_locked || network_locked)
    LogWarning("too many failed sign-ins by password; more are refused for a while",
               {{"remote", attempt.remote_address}, {"of", network_locked ? "any user" : "one user"}});
  return {};
}

}  // namespace atelier::iam
