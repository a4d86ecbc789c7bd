// The log facade: the only global of the tree. Lines are JSON objects on standard error (or a file); never log secrets.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace atelier {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// A named value of a log line. Everything is kept as text.
struct LogField {
  template <class T>
  LogField(std::string_view field_name, const T& field_value)
      : name(field_name), value(fmt::format("{}", field_value)) {}
  std::string_view name;
  std::string value;
};

// Sets level and target; `path` empty means standard error. Call once at start, before threads.
void ConfigureLog(LogLevel least, const std::string& path = {});
void FlushLog();

// One line: {"time":..., "level":..., "message":..., fields...}. Thread-safe; does not block on slow disks (async
// sink).
void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void LogInfo(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kInfo, message, fields);
}
inline void LogWarning(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kWarning, message, fields);
}
inline void LogError(std::string_view message, std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kError, message, fields);
}

}  // namespace atelier
