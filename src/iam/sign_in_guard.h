// Refuses sign-ins by password for a while after too many failed ones, as the cloud's login policy does by default: 5
// failures within 15 minutes, then 15 minutes of waiting.
//
// Failures are counted by user *and* network address. A count by user alone would let anybody who knows a name lock its
// owner out from anywhere, again and again; so there is none, and guesses that are spread over many addresses are left
// to the strength of the password (the first one is 20 random characters). A wider count by address alone stops one
// machine that tries many names. Where everybody comes from one address, as behind a proxy, the lock is the user's
// after all: access keys, which are not guessed, and tokens that were given out go on working, and no lock outlives its
// time or the server.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace atelier::iam {

struct SignInLimits {
  std::size_t user_failures = 5;      // of one user from one network
  std::size_t network_failures = 50;  // of all users from one network
  Milliseconds period{15 * 60'000};   // a failure counts for this long
  Milliseconds lock{15 * 60'000};     // what is tried meanwhile is not counted: the lock is not prolonged
  std::size_t most_entries = 10'000;  // of each count; then the one that failed longest ago is forgotten
};

// An IPv4 address as it is; of an IPv6 address the first 64 bits, since one machine has all of the others. Bytes, to be
// compared only.
std::string NetworkOf(std::string_view address);

// The recent failures of many keys. Not thread-safe.
class FailureTable {
 public:
  FailureTable(std::size_t most_failures, const SignInLimits& limits)
      : most_failures_(most_failures), limits_(limits) {}

  std::optional<Milliseconds> LockedFor(const std::string& key, TimePoint now);  // how much longer; nullopt: not locked
  bool Fail(const std::string& key, TimePoint now);                              // true: this failure locked it
  void Forget(const std::string& key);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::vector<TimePoint> failures;  // fewer than most_failures_
    std::optional<TimePoint> locked_since;
    std::list<std::string>::iterator place;  // in by_age_
  };
  Entry& Touch(const std::string& key);

  const std::size_t most_failures_;
  const SignInLimits limits_;
  std::unordered_map<std::string, Entry> entries_;
  std::list<std::string> by_age_;  // keys; the one that failed last comes last
};

// Thread-safe. Kept in memory only.
class SignInGuard {
 public:
  explicit SignInGuard(const Clock& clock, const SignInLimits& limits = {});

  struct Attempt {
    std::string domain, user;  // of who is meant, whether such a user exists or not
    std::string remote_address;
  };

  // Before the password is looked at: Unauthenticated, code "locked", with how long to wait.
  Result<void> Check(const Attempt& attempt);
  // After it was: counts a wrong one; a right one clears the user's count, not the address's, or whoever has one
  // account could guess at the others for ever. Refuses also a right one when others made the limit full meanwhile:
  // many guesses at once are no more than as many one by one.
  Result<void> Conclude(const Attempt& attempt, bool right);

 private:
  Result<void> CheckLocked(const std::string& user, const std::string& network);

  const Clock& clock_;
  std::mutex mutex_;  // guards:
  FailureTable users_, networks_;
};

}  // namespace atelier::iam
