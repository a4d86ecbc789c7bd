#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/job_comparison.h"
#include "cli/location.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

// What a version has stored: of version 1 not the folders of later ones beside its own files.
Result<std::uint64_t> OutputBytes(ObjectClient& objects, const VersionColumn& column) {
  ATELIER_TRY(auto place, ParseLocation(column.output));
  if (!place.key.empty() && !place.key.ends_with('/')) place.key += '/';
  bool first = column.name == "V0001";
  auto prefix = first ? place.key : place.key + column.name + "/";
  std::uint64_t bytes = 0;
  auto add = [&](const ObjectClient::Item& item) -> Result<void> {
    auto relative = std::string_view(item.key).substr(std::min(prefix.size(), item.key.size()));
    if (!first || !InAVersionFolder(relative)) bytes += item.size;
    return {};
  };
  ATELIER_CHECK(objects.List(place.bucket, prefix, "", add));
  return bytes;
}

}  // namespace

Result<int> CompareJob(const Common& common, const std::string& job, int newest) {
  ATELIER_TRY(Connection connection, FindConnection(common.data_dir));
  PlatformClient client(connection);
  ObjectClient objects(connection);
  ATELIER_TRY(auto ref, FindJobVersion(client, job, ""));
  ATELIER_TRY(auto answer,
              client.Call("GET", fmt::format("v1:/training-jobs/{}/versions?page=1&per_page={}", ref.job_id, newest)));
  std::vector<VersionColumn> columns;
  for (const auto& item : answer.at("versions").as_array()) {
    auto column = ReadVersionColumn(item.as_object());
    if (!column.output.empty()) {
      auto bytes = OutputBytes(objects, column);
      if (!bytes) fmt::print(stderr, "the outputs of {} could not be listed: {}\n", column.name, bytes.error().message);
      if (bytes) column.output_bytes = *bytes;
    }
    columns.push_back(std::move(column));
  }
  if (common.json) {
    fmt::print("{}\n", PrettyJson(ComparisonJson(columns)));
    return 0;
  }
  std::vector<std::string> header{ref.job_name};
  for (const auto& column : columns) header.push_back(column.name);
  Table table(std::move(header));
  for (auto& row : ComparisonRows(columns)) table.Add(std::move(row));
  fmt::print("{}", table.Render());
  return 0;
}

}  // namespace atelier::cli
