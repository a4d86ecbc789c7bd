// What happened to a version, in order: the starts and ends of its workloads, and events for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace atelier::training {

// One start of the script and how it went.
struct RunRecord {
  TimePoint started;
  std::optional<TimePoint> ended;
  std::string end_reason;  // empty while it runs, and after a good end
  std::optional<int> exit_code;
  bool restarted = false;  // another start followed
  bool operator==(const RunRecord&) const = default;
};

enum class EventLevel : int { kInfo = 0, kWarning = 1, kError = 2 };
enum class EventSource : int { kJob = 0, kTask = 1, kCluster = 2 };  // nothing of this product comes from a cluster
std::string_view ToString(EventLevel level);                         // "Info", "Warning", "Error"
std::string_view ToString(EventSource source);                       // "Job", "Task", "K8S"

struct JobEvent {
  TimePoint time;
  EventLevel level = EventLevel::kInfo;
  EventSource source = EventSource::kJob;
  std::string message;
  bool operator==(const JobEvent&) const = default;
};

struct RunHistory {
  // Beyond these the oldest are forgotten.
  static constexpr std::size_t kMostRecords = 129;
  static constexpr std::size_t kMostEvents = 300;

  std::vector<RunRecord> records;
  std::vector<JobEvent> events;

  void Note(TimePoint time, EventLevel level, EventSource source, std::string message);
  void BeginRun(TimePoint time);
  // Ends the open record; makes one from `started` when there is none (a run of an older server).
  void EndRun(TimePoint started, TimePoint ended, std::optional<int> exit_code, std::string reason, bool restarted);
  bool operator==(const RunHistory&) const = default;
};

}  // namespace atelier::training
