#include "training/job_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::array<std::pair<std::string_view, JobOrder>, 6> kOrders = {{
    {"job_name", JobOrder::kName},
    {"job_desc", JobOrder::kDescription},
    {"status", JobOrder::kStatus},
    {"duration", JobOrder::kDuration},
    {"version_count", JobOrder::kVersionCount},
    {"create_time", JobOrder::kCreated},
}};

Status StatusOf(const JobSummary& summary) { return summary.newest ? summary.newest->run.status : Status::kUnknown; }

// Texts and numbers that order a job; the id last, so that pages do not overlap.
using OrderKey = std::tuple<std::string, std::int64_t, std::int64_t>;

OrderKey KeyOf(const JobSummary& summary, JobOrder order, TimePoint now) {
  auto id = summary.job.id;
  switch (order) {
    case JobOrder::kName:
      return {summary.job.name, 0, id};
    case JobOrder::kDescription:
      return {summary.job.description, 0, id};
    case JobOrder::kStatus:
      return {"", static_cast<int>(StatusOf(summary)), id};
    case JobOrder::kDuration:
      return {"", summary.newest ? DurationOf(summary.newest->run, now).count() : 0, id};
    case JobOrder::kVersionCount:
      return {"", summary.version_count, id};
    case JobOrder::kCreated:
      return {"", ToUnixMillis(summary.job.created), id};
  }
  return {"", 0, id};
}

}  // namespace

Result<JobOrder> ParseJobOrder(std::string_view text) {
  for (const auto& [name, order] : kOrders)
    if (name == text) return order;
  return InvalidArgument(
      fmt::format("sortBy: expected job_name, job_desc, status, duration, version_count or create_time, got '{}'",
                  text),
      "ModelArts.0104", "sortBy");
}

Milliseconds DurationOf(const RunState& run, TimePoint now) {
  if (!run.started) return Milliseconds(0);
  return std::max(Milliseconds(0), run.ended.value_or(now) - *run.started);
}

JobPage SelectJobs(std::vector<JobSummary> all, const JobQuery& query, TimePoint now) {
  auto wanted = ToLower(query.search);
  std::erase_if(all, [&](const JobSummary& summary) {
    bool status_fits =
        query.statuses.empty() || std::ranges::find(query.statuses, StatusOf(summary)) != query.statuses.end();
    bool here = query.workspace_id.empty() || summary.job.workspace_id == query.workspace_id;
    return !status_fits || !here || ToLower(summary.job.name).find(wanted) == std::string::npos;
  });
  std::vector<std::pair<OrderKey, std::size_t>> keys;
  keys.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) keys.emplace_back(KeyOf(all[i], query.order, now), i);
  std::ranges::sort(keys);
  if (query.descending) std::ranges::reverse(keys);
  JobPage page{.jobs = {}, .total = all.size()};
  auto begin =
      std::min(all.size(), static_cast<std::size_t>(query.page - 1) * static_cast<std::size_t>(query.per_page));
  auto end = std::min(all.size(), begin + static_cast<std::size_t>(query.per_page));
  for (auto i = begin; i < end; ++i) page.jobs.push_back(std::move(all[keys[i].second]));
  return page;
}

}  // namespace atelier::training
