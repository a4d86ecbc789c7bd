// Looking again for a moment before a thread goes to sleep.
#pragma once

#include <chrono>

namespace atelier {

// Waking a thread that sleeps on an idle core costs tens of microseconds on virtual machines, more than many answers
// take. A loop whose next event is near asks Again() before it sleeps, and looks once more each time it is true. The
// core is offered to others at each turn; when one of them takes it the spin is over, so that nobody waits for it.
class BriefSpin {
 public:
  explicit BriefSpin(std::chrono::microseconds budget) : budget_(budget) {}

  // Something happened: the next wait may spin again.
  void Reset() { begun_ = false; }
  // False: go to sleep. Gives the core away for a moment.
  bool Again();

 private:
  using Clock = std::chrono::steady_clock;

  std::chrono::microseconds budget_;
  bool begun_ = false;
  Clock::time_point end_;
};

}  // namespace atelier
