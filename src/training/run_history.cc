#include "training/run_history.h"

#include <utility>

namespace atelier::training {
namespace {

template <class Entry>
void AddBounded(std::vector<Entry>& entries, Entry entry, std::size_t most) {
  if (entries.size() >= most) entries.erase(entries.begin());
  entries.push_back(std::move(entry));
}

}  // namespace

std::string_view ToString(EventLevel level) {
  switch (level) {
    case EventLevel::kInfo:
      return "Info";
    case EventLevel::kWarning:
      return "Warning";
    case EventLevel::kError:
      return "Error";
  }
  return "Info";
}

std::string_view ToString(EventSource source) {
  switch (source) {
    case EventSource::kJob:
      return "Job";
    case EventSource::kTask:
      return "Task";
    case EventSource::kCluster:
      return "K8S";
  }
  return "Job";
}

void RunHistory::Note(TimePoint time, EventLevel level, EventSource source, std::string message) {
  AddBounded(events, {.time = time, .level = level, .source = source, .message = std::move(message)}, kMostEvents);
}

void RunHistory::BeginRun(TimePoint time) {
  AddBounded(records,
             {.started = time, .ended = std::nullopt, .end_reason = {}, .exit_code = std::nullopt, .restarted = false},
             kMostRecords);
}

void RunHistory::EndRun(TimePoint started, TimePoint ended, std::optional<int> exit_code, std::string reason,
                        bool restarted) {
  if (records.empty() || records.back().ended) BeginRun(started);
  auto& record = records.back();
  record.started = started;
  record.ended = ended;
  record.exit_code = exit_code;
  record.end_reason = std::move(reason);
  record.restarted = restarted;
}

}  // namespace atelier::training
