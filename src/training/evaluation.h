// metric.json: what a script says in its output folder about how good its model is (modelarts-api section 2A.5).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::training {

inline constexpr const char* kMetricFile = "metric.json";

// The document as compact JSON. It holds `metric`, an entry for each class, or `total_metric`, or both:
//   {"metric": [{"metric_values": {"recall": 0.9, ...}, "reserved_data": {}, "metric_meta": {"class_name": "7", ...}}],
//    "total_metric": {"total_metric_meta": {}, "total_reserved_data": {}, "total_metric_values": {"f1_score": 0.9,
//    ...}}}
// Values are finite numbers (also written as texts), meta data are texts and numbers; reserved data may be anything.
// At most 64 KiB, 1000 classes and 8 levels: InvalidArgument that says what is wrong otherwise.
Result<std::string> ParseEvaluation(std::string_view text);

// Of a run's output folder; empty when there is no such file. Never follows a link out of the folder.
Result<std::string> ReadEvaluation(const std::filesystem::path& output);

}  // namespace atelier::training
