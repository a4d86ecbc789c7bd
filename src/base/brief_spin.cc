#include "base/brief_spin.h"

#include <sched.h>

namespace atelier {
namespace {

// A yield that took longer has let somebody else run.
constexpr std::chrono::microseconds kOwnYield{20};

}  // namespace

bool BriefSpin::Again() {
  auto before = Clock::now();
  if (!begun_) {
    begun_ = true;
    end_ = before + budget_;
  }
  if (before >= end_) return false;
  ::sched_yield();
  if (Clock::now() - before > kOwnYield) end_ = before;
  return before < end_;
}

}  // namespace atelier
