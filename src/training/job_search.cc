#include "training/job_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/strings.h"
#include "training/job_listing.h"

namespace atelier::training {
namespace {

constexpr std::array<std::pair<std::string_view, SearchField>, 11> kFields = {{
    {"id", SearchField::kId},
    {"name", SearchField::kName},
    {"description", SearchField::kDescription},
    {"status", SearchField::kPhase},
    {"phase", SearchField::kPhase},
    {"status.phase", SearchField::kPhase},
    {"create_time", SearchField::kCreated},
    {"start_time", SearchField::kStarted},
    {"duration", SearchField::kDuration},
    {"job_name", SearchField::kName},
    {"job_id", SearchField::kId},
}};
constexpr std::array<std::pair<std::string_view, SearchOperator>, 4> kOperators = {{
    {"like", SearchOperator::kLike},
    {"in", SearchOperator::kIn},
    {"not", SearchOperator::kNot},
    {"between", SearchOperator::kBetween},
}};
constexpr const char* kBadValue = "ModelArts.2809";

template <class Word, std::size_t count>
const Word* Find(const std::array<std::pair<std::string_view, Word>, count>& words, std::string_view text) {
  for (const auto& [word, meaning] : words)
    if (word == text) return &meaning;
  return nullptr;
}

std::unexpected<Error> BadValue(std::string_view key, std::string text) {
  return InvalidArgument(fmt::format("filters: {}: {}", key, text), kBadValue, std::string(key));
}

// The statuses that a phase stands for; a secondary phase is understood as well.
Result<void> AddStatuses(std::string_view key, std::string_view phase, std::vector<std::int64_t>& numbers) {
  auto before = numbers.size();
  for (int number = 0; number <= static_cast<int>(Status::kLost); ++number) {
    auto status = static_cast<Status>(number);
    if (EqualsIgnoreCase(PhaseOf(status), phase) || EqualsIgnoreCase(SecondaryPhaseOf(status), phase))
      numbers.push_back(number);
  }
  if (numbers.size() == before) return BadValue(key, fmt::format("expected a phase such as Running, got '{}'", phase));
  return {};
}

Result<void> ReadValues(std::string_view key, const std::vector<std::string>& values, SearchFilter& filter) {
  for (const auto& value : values) {
    if (IsTextField(filter.field)) {
      filter.texts.push_back(value);
    } else if (filter.field == SearchField::kPhase) {
      ATELIER_CHECK(AddStatuses(key, value, filter.numbers));
    } else {
      auto number = ParseNumber<std::int64_t>(value);
      if (!number) return BadValue(key, fmt::format("expected milliseconds, got '{}'", value));
      filter.numbers.push_back(*number);
    }
  }
  return {};
}

std::string TextOf(const JobSummary& summary, SearchField field) {
  if (field == SearchField::kId) return summary.job.uuid;
  return field == SearchField::kName ? summary.job.name : summary.job.description;
}

std::int64_t NumberOf(const JobSummary& summary, SearchField field, TimePoint now) {
  const auto& run = summary.newest->run;
  if (field == SearchField::kPhase) return static_cast<int>(run.status);
  if (field == SearchField::kStarted) return run.started ? ToUnixMillis(*run.started) : 0;
  if (field == SearchField::kDuration) return DurationOf(run, now).count();
  return ToUnixMillis(summary.job.created);
}

bool Passes(const JobSummary& summary, const SearchFilter& filter, TimePoint now) {
  bool text = IsTextField(filter.field);
  auto own = text ? TextOf(summary, filter.field) : std::string();
  auto number = text ? 0 : NumberOf(summary, filter.field, now);
  switch (filter.op) {
    case SearchOperator::kLike:
      return std::ranges::any_of(
          filter.texts, [&](const std::string& part) { return ToLower(own).find(ToLower(part)) != std::string::npos; });
    case SearchOperator::kBetween:
      return filter.numbers[0] <= number && number <= filter.numbers[1];
    case SearchOperator::kIn:
    case SearchOperator::kNot:
      break;
  }
  bool among = text ? std::ranges::find(filter.texts, own) != filter.texts.end()
                    : std::ranges::find(filter.numbers, number) != filter.numbers.end();
  return among == (filter.op == SearchOperator::kIn);
}

using OrderKey = std::vector<std::pair<std::string, std::int64_t>>;

OrderKey KeyOf(const JobSummary& summary, const JobSearch& search, TimePoint now) {
  OrderKey key;
  for (auto field : search.order) {
    bool text = IsTextField(field);
    key.emplace_back(text ? TextOf(summary, field) : "", text ? 0 : NumberOf(summary, field, now));
  }
  key.emplace_back("", ToUnixMillis(summary.job.created));
  key.emplace_back("", summary.job.id);
  return key;
}

}  // namespace

bool IsTextField(SearchField field) {
  return field == SearchField::kId || field == SearchField::kName || field == SearchField::kDescription;
}

Result<SearchFilter> ParseSearchFilter(std::string_view key, std::string_view op,
                                       const std::vector<std::string>& values) {
  const auto* field = Find(kFields, key);
  if (field == nullptr)
    return InvalidArgument(
        fmt::format("filters: expected one of id, name, description, status, create_time, start_time, duration as key, "
                    "got '{}'",
                    key),
        "ModelArts.2807", std::string(key));
  const auto* meaning = Find(kOperators, op);
  bool fits = meaning != nullptr;
  if (fits && *meaning == SearchOperator::kLike) fits = IsTextField(*field);
  if (fits && *meaning == SearchOperator::kBetween) fits = !IsTextField(*field) && *field != SearchField::kPhase;
  if (!fits)
    return InvalidArgument(fmt::format("filters: {}: expected one of in, not, {} as operator, got '{}'", key,
                                       IsTextField(*field) ? "like" : "between (of times and durations)", op),
                           "ModelArts.2808", std::string(key));
  if (values.empty() || values.size() > JobSearch::kMostValues)
    return BadValue(key, fmt::format("expected 1 to {} values, got {}", JobSearch::kMostValues, values.size()));
  if (*meaning == SearchOperator::kBetween && values.size() != 2)
    return BadValue(key, fmt::format("between: expected two values, got {}", values.size()));
  SearchFilter filter{.field = *field, .op = *meaning, .texts = {}, .numbers = {}};
  ATELIER_CHECK(ReadValues(key, values, filter));
  return filter;
}

Result<SearchField> ParseSearchOrder(std::string_view text) {
  if (const auto* field = Find(kFields, text); field != nullptr) return *field;
  return InvalidArgument(
      fmt::format("sort_by: expected create_time, start_time, name, description, status, duration or id, got '{}'",
                  text),
      "ModelArts.2790", "sort_by");
}

JobSearchPage SearchJobs(std::vector<JobSummary> all, const JobSearch& search, TimePoint now) {
  std::erase_if(all, [](const JobSummary& summary) { return !summary.newest; });
  JobSearchPage page{.jobs = {}, .matches = 0, .total = all.size()};
  std::erase_if(all, [&](const JobSummary& summary) {
    bool here = search.workspace_id.empty() || summary.job.workspace_id == search.workspace_id;
    return !here ||
           !std::ranges::all_of(search.filters, [&](const auto& filter) { return Passes(summary, filter, now); });
  });
  page.matches = all.size();
  std::ranges::sort(all, [&](const JobSummary& a, const JobSummary& b) {
    auto first = KeyOf(a, search, now), second = KeyOf(b, search, now);
    return search.descending ? second < first : first < second;
  });
  auto begin = std::min<std::int64_t>(static_cast<std::int64_t>(all.size()), search.page * search.per_page);
  auto end = std::min<std::int64_t>(static_cast<std::int64_t>(all.size()), begin + search.per_page);
  for (auto i = begin; i < end; ++i) page.jobs.push_back(std::move(all[static_cast<std::size_t>(i)]));
  return page;
}

}  // namespace atelier::training
