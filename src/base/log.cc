#include "base/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

#include "base/clock.h"
#include "base/json.h"

namespace atelier {
namespace {

spdlog::level::level_enum Level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view Name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

std::shared_ptr<spdlog::logger>& Logger() {
  static std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("atelier", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::warn);  // until configured (unit tests stay quiet)
    return made;
  }();
  return logger;
}

void AppendQuoted(std::string& line, std::string_view text) { line += json::serialize(json::string(text)); }

}  // namespace

void ConfigureLog(LogLevel least, const std::string& path) {
  spdlog::drop("atelier");
  spdlog::init_thread_pool(8192, 1);
  // A full queue drops the oldest lines rather than stall a request.
  spdlog::sink_ptr sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  if (!path.empty()) sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
  Logger() = std::make_shared<spdlog::async_logger>("atelier", std::move(sink), spdlog::thread_pool(),
                                                    spdlog::async_overflow_policy::overrun_oldest);
  spdlog::register_logger(Logger());
  Logger()->set_pattern("%v");
  Logger()->set_level(Level(least));
  spdlog::flush_every(std::chrono::seconds(1));
}

void FlushLog() { Logger()->flush(); }

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!Logger()->should_log(Level(level))) return;
  std::string line = R"({"time":")" + FormatIso8601(SystemClock().Now()) + R"(","level":")";
  line += Name(level);
  line += R"(","message":)";
  AppendQuoted(line, message);
  for (const auto& field : fields) {
    line += ',';
    AppendQuoted(line, field.name);
    line += ':';
    AppendQuoted(line, field.value);
  }
  line += '}';
  Logger()->log(Level(level), line);
}

}  // namespace atelier
