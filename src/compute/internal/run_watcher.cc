#include "compute/internal/run_watcher.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "base/log.h"
#include "compute/internal/spawn.h"

namespace atelier::compute {

namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t kWakeToken = 0;
constexpr std::chrono::milliseconds kLongestPause{2000};

}  // namespace

Result<std::unique_ptr<RunWatcher>> RunWatcher::Start(Callbacks callbacks) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!epoll.valid() || !wake.valid()) return ErrnoError("epoll_create1", errno);
  std::unique_ptr<RunWatcher> watcher(new RunWatcher(std::move(callbacks), std::move(epoll), std::move(wake)));
  ATELIER_CHECK(watcher->Register(watcher->wake_.get(), kWakeToken));
  watcher->thread_ = std::thread([raw = watcher.get()] { raw->Run(); });
  return watcher;
}

RunWatcher::RunWatcher(Callbacks callbacks, UniqueFd epoll, UniqueFd wake)
    : callbacks_(std::move(callbacks)), epoll_(std::move(epoll)), wake_(std::move(wake)) {}

RunWatcher::~RunWatcher() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  Wake();
  if (thread_.joinable()) thread_.join();
}

Result<void> RunWatcher::Register(int fd, std::uint64_t token) const {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = token;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return ErrnoError("epoll_ctl", errno);
  return {};
}

Result<void> RunWatcher::Watch(const std::string& id, UniqueFd process, UniqueFd started) {
  std::lock_guard lock(mutex_);
  Entry entry;
  entry.token = next_token_;
  next_token_ += 2;
  ATELIER_CHECK(Register(process.get(), entry.token));
  if (started.valid()) ATELIER_CHECK(Register(started.get(), entry.token + 1));
  entry.process = std::move(process);
  entry.started = std::move(started);
  entries_.insert_or_assign(id, std::move(entry));
  return {};
}

void RunWatcher::Recheck(const std::string& id) {
  {
    std::lock_guard lock(mutex_);
    Entry& entry = entries_[id];
    if (entry.token == 0) {
      entry.token = next_token_;
      next_token_ += 2;
    }
    entry.recheck_at = steady_clock::now();
  }
  Wake();
}

bool RunWatcher::Watches(const std::string& id) const {
  std::lock_guard lock(mutex_);
  return entries_.contains(id);
}

void RunWatcher::Wake() const {
  std::uint64_t one = 1;
  // A full counter wakes as well.
  if (::write(wake_.get(), &one, sizeof(one)) < 0) return;
}

void RunWatcher::Run() {
  std::array<epoll_event, 64> events{};
  for (;;) {
    int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), Timeout());
    if (count < 0 && errno != EINTR) {
      LogError("the watcher of workloads cannot wait", {{"errno", errno}});
      return;
    }
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    for (int i = 0; i < count; ++i) Handle(events[static_cast<std::size_t>(i)].data.u64);
    RunDueRechecks();
  }
}

int RunWatcher::Timeout() const {
  std::lock_guard lock(mutex_);
  std::optional<SteadyTime> first;
  for (const auto& [id, entry] : entries_) {
    if (entry.recheck_at) first = std::min(first.value_or(*entry.recheck_at), *entry.recheck_at);
  }
  if (!first) return -1;
  return static_cast<int>(
      std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(*first - steady_clock::now()).count()));
}

void RunWatcher::Handle(std::uint64_t token) {
  if (token == kWakeToken) {
    std::uint64_t count = 0;
    if (::read(wake_.get(), &count, sizeof(count)) < 0) return;
    return;
  }
  std::string id;
  {
    std::lock_guard lock(mutex_);
    auto found = std::ranges::find_if(entries_, [&](const auto& item) { return item.second.token == (token & ~1ULL); });
    if (found == entries_.end()) return;
    id = found->first;
  }
  if ((token & 1U) != 0) {
    HandleStarted(id, token & ~1ULL);
  } else {
    HandleEnded(id, token);
  }
}

void RunWatcher::HandleStarted(const std::string& id, std::uint64_t token) {
  bool started = false;
  {
    std::lock_guard lock(mutex_);
    auto found = entries_.find(id);
    if (found == entries_.end() || found->second.token != token) return;
    char byte = 0;
    started = ::read(found->second.started.get(), &byte, 1) == 1;
    found->second.started.Reset();
  }
  if (started) callbacks_.started(id);
}

void RunWatcher::HandleEnded(const std::string& id, std::uint64_t token) {
  {
    std::lock_guard lock(mutex_);
    auto found = entries_.find(id);
    if (found == entries_.end() || found->second.token != token) return;
    if (found->second.process.valid()) {
      Reap(found->second.process);
      found->second.process.Reset();
      found->second.started.Reset();
    }
  }
  bool settled = callbacks_.ended(id);
  std::lock_guard lock(mutex_);
  auto found = entries_.find(id);
  // The callback may have put another launcher in its place.
  if (found == entries_.end() || found->second.token != token) return;
  if (settled) {
    entries_.erase(found);
    return;
  }
  Entry& entry = found->second;
  entry.recheck_at = steady_clock::now() + entry.pause;
  entry.pause = std::min(entry.pause * 2, kLongestPause);
}

void RunWatcher::RunDueRechecks() {
  std::vector<std::pair<std::string, std::uint64_t>> due;
  {
    std::lock_guard lock(mutex_);
    auto now = steady_clock::now();
    for (auto& [id, entry] : entries_) {
      if (!entry.recheck_at || *entry.recheck_at > now) continue;
      entry.recheck_at.reset();
      due.emplace_back(id, entry.token);
    }
  }
  for (const auto& [id, token] : due) HandleEnded(id, token);
}

}  // namespace atelier::compute
