#include "predictor/stop_signal.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace atelier::predictor {
namespace {

constexpr std::uint64_t kWatchdogGraceMs = 1000;

// Of the handlers, which get no arguments.
int stop_event = -1;
volatile std::sig_atomic_t stop_asked = 0;
timer_t watch_timer{};
bool watch_made = false;
// When the process is to end, in milliseconds of the monotonic clock; 0: never. Written between requests.
std::atomic<std::uint64_t> watch_end{0};
std::atomic<std::uint64_t> watch_fires{0};  // when the timer fires; 0: it does not run
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

void OnTerminate(int) {
  int kept = errno;
  stop_asked = 1;
  std::uint64_t one = 1;
  auto wrote = ::write(stop_event, &one, sizeof one);
  (void)wrote;  // full: then it is readable already
  errno = kept;
}

std::uint64_t MonotonicMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

void SetWatchTimer(std::uint64_t end) {
  watch_fires = end;
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(end / 1000);
  when.it_value.tv_nsec = static_cast<long>(end % 1000) * 1'000'000;
  ::timer_settime(watch_timer, TIMER_ABSTIME, &when, nullptr);
}

void OnWatchTimer(int) {
  int kept = errno;
  watch_fires = 0;  // before the look at the end: whoever sets one now either is seen here or sets the timer
  auto end = watch_end.load();
  if (end != 0 && MonotonicMs() >= end) {
    // The default action, whatever the user's code is doing.
    signal(Watchdog::Signal(), SIG_DFL);  // NOLINT(concurrency-mt-unsafe): in a handler, before the end
    raise(Watchdog::Signal());
  }
  if (end != 0) SetWatchTimer(end);
  errno = kept;
}

}  // namespace

Result<StopSignal> StopSignal::Install() {
  UniqueFd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event.valid()) return ErrnoError("eventfd", errno);
  stop_event = event.get();
  struct sigaction action{};
  action.sa_handler = OnTerminate;
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // NOLINT(concurrency-mt-unsafe): one thread yet
  return StopSignal(std::move(event));
}

bool StopSignal::WaitReadable(int fd) const {
  pollfd events[2] = {{event_.get(), POLLIN, 0}, {fd, POLLIN, 0}};
  while (::poll(events, 2, -1) < 0)
    if (errno != EINTR) return false;
  return events[0].revents == 0;
}

bool StopSignal::Asked() const { return stop_asked != 0; }

Watchdog::Watchdog() {
  struct sigaction action{};
  action.sa_handler = OnWatchTimer;
  action.sa_flags = SA_RESTART | SA_NODEFER;
  sigaction(Signal(), &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = Signal();
  watch_made = ::timer_create(CLOCK_MONOTONIC, &event, &watch_timer) == 0;
  if (!watch_made) fmt::print(stderr, "no watchdog: {}\n", strerror(errno));  // NOLINT(concurrency-mt-unsafe)
}

Watchdog::~Watchdog() {
  watch_end = 0;
  if (watch_made) ::timer_delete(watch_timer);
  watch_made = false;
  watch_fires = 0;
}

void Watchdog::Arm(std::uint32_t deadline_ms) {
  if (deadline_ms == 0 || !watch_made) return;
  auto end = MonotonicMs() + deadline_ms + kWatchdogGraceMs;
  watch_end = end;
  auto fires = watch_fires.load();
  if (fires == 0 || fires > end) SetWatchTimer(end);
}

void Watchdog::Disarm() { watch_end = 0; }

}  // namespace atelier::predictor
