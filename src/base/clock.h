// Time, as a port: everything that reads the clock takes a Clock, so that tests can move it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace atelier {

using Milliseconds = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<Milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint Now() const = 0;
};

// The machine's clock. Stateless; thread-safe.
class SystemClock final : public Clock {
 public:
  TimePoint Now() const override;
};

// A clock that stands still until moved. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimePoint start) : now_(start) {}
  TimePoint Now() const override { return now_; }
  void Advance(Milliseconds by) { now_ += by; }

 private:
  TimePoint now_;
};

inline std::int64_t ToUnixMillis(TimePoint time) { return time.time_since_epoch().count(); }
inline TimePoint FromUnixMillis(std::int64_t millis) { return TimePoint(Milliseconds(millis)); }

std::string FormatIso8601(TimePoint time);                     // 2026-01-02T03:04:05.678Z
std::string FormatIso8601Micros(TimePoint time);               // 2026-01-02T03:04:05.678000Z
std::string FormatIsoBasic(TimePoint time);                    // 20260102T030405Z
std::string FormatHttpDate(TimePoint time);                    // Fri, 02 Jan 2026 03:04:05 GMT
std::optional<TimePoint> ParseIso8601(std::string_view text);  // with or without a fraction, Z only
std::optional<TimePoint> ParseIsoBasic(std::string_view text);
std::optional<TimePoint> ParseHttpDate(std::string_view text);  // RFC 1123 form

}  // namespace atelier
