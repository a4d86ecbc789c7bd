#include "base/clock.h"

#include <fmt/format.h>

#include <array>

#include "base/strings.h"

namespace atelier {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct Fields {
  int year_number, month_number, day_number, hour, minute, second, millis;
  unsigned weekday;
};

Fields Decompose(TimePoint time) {
  auto days = std::chrono::floor<std::chrono::days>(time);
  year_month_day date(days);
  auto rest = (time - days).count();
  return Fields{static_cast<int>(date.year()),
                static_cast<int>(static_cast<unsigned>(date.month())),
                static_cast<int>(static_cast<unsigned>(date.day())),
                static_cast<int>(rest / 3'600'000),
                static_cast<int>(rest / 60'000 % 60),
                static_cast<int>(rest / 1000 % 60),
                static_cast<int>(rest % 1000),
                std::chrono::weekday(days).c_encoding()};
}

std::optional<TimePoint> Compose(int y, int mo, int d, int h, int mi, int s, int millis) {
  year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
  if (!date.ok() || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return std::nullopt;
  return TimePoint(sys_days(date).time_since_epoch()) + std::chrono::hours(h) + std::chrono::minutes(mi) +
         std::chrono::seconds(s) + Milliseconds(millis);
}

// The digits of text[at, at + count) as a number, or -1.
int Digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  return ParseNumber<int>(text.substr(at, count)).value_or(-1);
}

}  // namespace

TimePoint SystemClock::Now() const {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

std::string FormatIso8601(TimePoint time) {
  auto f = Decompose(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", f.year_number, f.month_number, f.day_number, f.hour,
                     f.minute, f.second, f.millis);
}

std::string FormatIso8601Micros(TimePoint time) {
  auto text = FormatIso8601(time);
  text.insert(text.size() - 1, "000");
  return text;
}

std::string FormatIsoBasic(TimePoint time) {
  auto f = Decompose(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", f.year_number, f.month_number, f.day_number, f.hour, f.minute,
                     f.second);
}

std::string FormatHttpDate(TimePoint time) {
  auto f = Decompose(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kWeekdays[f.weekday], f.day_number,
                     kMonths[static_cast<std::size_t>(f.month_number - 1)], f.year_number, f.hour, f.minute, f.second);
}

std::optional<TimePoint> ParseIso8601(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text.back() != 'Z')
    return std::nullopt;
  int millis = 0;
  if (text.size() > 20) {
    if (text[19] != '.') return std::nullopt;
    auto fraction = text.substr(20, text.size() - 21);
    if (fraction.empty() || fraction.size() > 9 || !ParseNumber<unsigned>(fraction)) return std::nullopt;
    std::string padded(fraction.substr(0, 3));
    padded.resize(3, '0');
    millis = *ParseNumber<int>(padded);
  }
  return Compose(Digits(text, 0, 4), Digits(text, 5, 2), Digits(text, 8, 2), Digits(text, 11, 2), Digits(text, 14, 2),
                 Digits(text, 17, 2), millis);
}

std::optional<TimePoint> ParseIsoBasic(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  return Compose(Digits(text, 0, 4), Digits(text, 4, 2), Digits(text, 6, 2), Digits(text, 9, 2), Digits(text, 11, 2),
                 Digits(text, 13, 2), 0);
}

std::optional<TimePoint> ParseHttpDate(std::string_view text) {
  // "Fri, 02 Jan 2026 03:04:05 GMT"; "+0000" is seen in place of GMT.
  auto comma = text.find(", ");
  if (comma == std::string_view::npos) return std::nullopt;
  auto pieces = Split(text.substr(comma + 2), ' ');
  if (pieces.size() != 5 || pieces[3].size() != 8) return std::nullopt;
  if (pieces[4] != "GMT" && pieces[4] != "UTC" && pieces[4] != "+0000") return std::nullopt;
  int month_number = 0;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (EqualsIgnoreCase(kMonths[i], pieces[1])) month_number = static_cast<int>(i) + 1;
  if (month_number == 0) return std::nullopt;
  return Compose(Digits(pieces[2], 0, 4), month_number, ParseNumber<int>(pieces[0]).value_or(-1),
                 Digits(pieces[3], 0, 2), Digits(pieces[3], 3, 2), Digits(pieces[3], 6, 2), 0);
}

}  // namespace atelier
