#include "predictor/stop_signal.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace atelier::predictor {
namespace {

constexpr std::uint64_t kWatchdogGraceMs = 1000;

int stop_event = -1;  // of the handler, which gets no arguments

void OnTerminate(int) {
  int kept = errno;
  std::uint64_t one = 1;
  auto wrote = ::write(stop_event, &one, sizeof one);
  (void)wrote;  // full: then it is readable already
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
  sigprocmask(SIG_SETMASK, &none, nullptr);
  return StopSignal(std::move(event));
}

bool StopSignal::WaitReadable(int fd) const {
  pollfd events[2] = {{event_.get(), POLLIN, 0}, {fd, POLLIN, 0}};
  while (::poll(events, 2, -1) < 0)
    if (errno != EINTR) return false;
  return events[0].revents == 0;
}

Watchdog::Watchdog() {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = Signal();  // its default action ends the process, whatever the user's code is doing
  made_ = ::timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
  if (!made_) fmt::print(stderr, "no watchdog: {}\n", strerror(errno));  // NOLINT(concurrency-mt-unsafe)
}

Watchdog::~Watchdog() {
  if (made_) ::timer_delete(timer_);
}

void Watchdog::Arm(std::uint32_t deadline_ms) {
  if (deadline_ms > 0) Set(deadline_ms + kWatchdogGraceMs);
}

void Watchdog::Set(std::uint64_t milliseconds) {
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(milliseconds / 1000);
  when.it_value.tv_nsec = static_cast<long>(milliseconds % 1000) * 1'000'000;
  if (made_) ::timer_settime(timer_, 0, &when, nullptr);
}

}  // namespace atelier::predictor
