// Waits for the starts and ends of launchers, children or not, with one thread and epoll on their pidfds.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/files.h"

namespace atelier::compute {

// Thread-safe. The callbacks run on the watcher's thread, without its lock; they may call it.
class RunWatcher {
 public:
  struct Callbacks {
    std::function<void(const std::string& id)> started;
    // False: the end is not settled yet, ask again (after 10 ms, later up to 2 s).
    std::function<bool(const std::string& id)> ended;
  };

  static Result<std::unique_ptr<RunWatcher>> Start(Callbacks callbacks);
  ~RunWatcher();
  RunWatcher(const RunWatcher&) = delete;
  RunWatcher& operator=(const RunWatcher&) = delete;

  // Watches a launcher; `started` may be invalid. Replaces an earlier watch of the same id.
  Result<void> Watch(const std::string& id, UniqueFd process, UniqueFd started);
  // Calls `ended` for it soon, until it is settled.
  void Recheck(const std::string& id);
  bool Watches(const std::string& id) const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Entry {
    std::uint64_t token = 0;
    UniqueFd process, started;
    std::optional<SteadyTime> recheck_at;  // it has ended; `ended` said false
    std::chrono::milliseconds pause{10};
  };

  RunWatcher(Callbacks callbacks, UniqueFd epoll, UniqueFd wake);
  void Run();
  void Handle(std::uint64_t token);
  void HandleStarted(const std::string& id, std::uint64_t token);
  void HandleEnded(const std::string& id, std::uint64_t token);
  void RunDueRechecks();
  int Timeout() const;
  void Wake() const;
  Result<void> Register(int fd, std::uint64_t token) const;

  const Callbacks callbacks_;
  const UniqueFd epoll_, wake_;
  mutable std::mutex mutex_;              // guards:
  std::map<std::string, Entry> entries_;  //   by workload id
  std::uint64_t next_token_ = 2;          //   even: a process; odd: the start pipe of token - 1
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace atelier::compute
