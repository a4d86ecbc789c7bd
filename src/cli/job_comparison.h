// Versions of a job side by side: what they were given, what became of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace atelier::cli {

struct VersionColumn {
  std::string name;  // "V0002"
  std::int64_t status = 0;
  std::int64_t duration_ms = 0;
  std::map<std::string, std::string> settings;    // engine, flavor, code, boot file, data
  std::map<std::string, std::string> parameters;  // value by label
  std::map<std::string, std::string> metrics;     // "accuracy", and "recall of cat" for one class
  std::string output;                             // where it writes; empty: nowhere
  std::optional<std::uint64_t> output_bytes;      // what lies there; nullopt: unknown
};

// A version as `GET .../versions` shows it, without the size of its outputs.
VersionColumn ReadVersionColumn(const json::object& version);

// Rows of a table whose first cell is a title and each further one a version: status and duration, then the settings
// and parameters that are not the same in all versions, the metrics, the size of the outputs.
std::vector<std::vector<std::string>> ComparisonRows(const std::vector<VersionColumn>& columns);
json::array ComparisonJson(const std::vector<VersionColumn>& columns);

// Version 1 writes to the output path itself, where the folders of later versions lie too: whether the key, relative to
// that path, lies in one of them.
bool InAVersionFolder(std::string_view relative_key);

}  // namespace atelier::cli
