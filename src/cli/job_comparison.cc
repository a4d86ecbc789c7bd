#include "cli/job_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/strings.h"
#include "cli/job_status.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

using Values = std::map<std::string, std::string>;
using Row = std::vector<std::string>;

void AddMembers(Values& to, const json::object& from, std::string_view key, const std::string& suffix) {
  const auto* values = from.if_contains(key);
  if (values == nullptr || !values->is_object()) return;
  for (const auto& [name, value] : values->get_object())
    to[std::string(name) + suffix] =
        value.is_double() ? fmt::format("{}", value.get_double()) : Text(values->get_object(), name);
}

// The text of model_metric_list: values of the whole, then of each class.
Values ReadMetrics(const std::string& text) {
  Values metrics;
  auto document = ParseJsonObject(text);
  if (!document) return metrics;
  if (const auto* total = document->if_contains("total_metric"); total != nullptr && total->is_object())
    AddMembers(metrics, total->get_object(), "total_metric_values", "");
  const auto* classes = document->if_contains("metric");
  if (classes == nullptr || !classes->is_array()) return metrics;
  for (const auto& entry : classes->get_array()) {
    if (!entry.is_object()) continue;
    const auto* meta = entry.get_object().if_contains("metric_meta");
    auto name = meta != nullptr && meta->is_object() ? Text(meta->get_object(), "class_name") : "";
    AddMembers(metrics, entry.get_object(), "metric_values", name.empty() ? "" : " of " + name);
  }
  return metrics;
}

// A row for each name that any version has; `-` where one has it not.
void AddRows(std::vector<Row>& rows, const std::vector<VersionColumn>& columns, Values VersionColumn::* values,
             bool only_what_differs) {
  std::set<std::string> names;
  for (const auto& column : columns)
    for (const auto& [name, value] : column.*values) names.insert(name);
  for (const auto& name : names) {
    Row row{name};
    for (const auto& column : columns) {
      auto found = (column.*values).find(name);
      row.push_back(found == (column.*values).end() ? "-" : found->second);
    }
    bool differs = std::ranges::adjacent_find(row.begin() + 1, row.end(), std::not_equal_to{}) != row.end();
    if (differs || !only_what_differs) rows.push_back(std::move(row));
  }
}

json::object ValuesJson(const Values& values) {
  json::object object;
  for (const auto& [name, value] : values) object[name] = value;
  return object;
}

}  // namespace

VersionColumn ReadVersionColumn(const json::object& version) {
  VersionColumn column{.name = Text(version, "version_name"),
                       .status = Number(version, "status"),
                       .duration_ms = Number(version, "duration"),
                       .settings = {},
                       .parameters = {},
                       .metrics = ReadMetrics(Text(version, "model_metric_list")),
                       .output = Text(version, "train_url"),
                       .output_bytes = {}};
  for (const auto& [title, key] : std::initializer_list<std::pair<const char*, const char*>>{
           {"engine", "engine_version"}, {"code", "app_url"}, {"boot file", "boot_file_url"}, {"data", "data_url"}})
    column.settings[title] = Text(version, key);
  column.settings["flavor"] = fmt::format("{} cores, {} GiB", Text(version, "core"), Text(version, "cpu"));
  if (const auto* parameters = version.if_contains("parameter"); parameters != nullptr && parameters->is_array())
    for (const auto& entry : parameters->get_array())
      if (entry.is_object()) column.parameters[Text(entry.get_object(), "label")] = Text(entry.get_object(), "value");
  return column;
}

std::vector<Row> ComparisonRows(const std::vector<VersionColumn>& columns) {
  Row status{"status"}, duration{"duration"}, outputs{"outputs"};
  for (const auto& column : columns) {
    status.push_back(JobStatusText(column.status));
    duration.push_back(ShowDuration(column.duration_ms));
    outputs.push_back(column.output_bytes ? HumanBytes(*column.output_bytes) : "-");
  }
  std::vector<Row> rows{std::move(status), std::move(duration)};
  AddRows(rows, columns, &VersionColumn::settings, true);
  AddRows(rows, columns, &VersionColumn::parameters, true);
  AddRows(rows, columns, &VersionColumn::metrics, false);
  rows.push_back(std::move(outputs));
  return rows;
}

json::array ComparisonJson(const std::vector<VersionColumn>& columns) {
  json::array versions;
  for (const auto& column : columns)
    versions.push_back(
        json::object{{"version_name", column.name},
                     {"status", column.status},
                     {"duration", column.duration_ms},
                     {"settings", ValuesJson(column.settings)},
                     {"parameters", ValuesJson(column.parameters)},
                     {"metrics", ValuesJson(column.metrics)},
                     {"train_url", column.output},
                     {"output_bytes", column.output_bytes ? json::value(*column.output_bytes) : json::value(nullptr)}});
  return versions;
}

bool InAVersionFolder(std::string_view relative_key) {
  auto folder = relative_key.substr(0, relative_key.find('/'));
  if (folder.size() == relative_key.size() || folder.size() < 5 || folder[0] != 'V') return false;
  return std::ranges::all_of(folder.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace atelier::cli
