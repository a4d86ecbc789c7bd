#include "cli/job_status.h"

#include <array>
#include <string_view>

namespace atelier::cli {

std::string JobStatusText(std::int64_t status) {
  static constexpr std::array<std::string_view, 23> kNames = {
      "Unknown",         "Initializing",        "Creating image", "Image failed", "Submitting",
      "Submit failed",   "Delete failed",       "Waiting",        "Running",      "Stopping",
      "Running Success", "Running Failed",      "Stopped",        "Canceled",     "Lost",
      "Scaling",         "Submit model failed", "Deploy failed",  "Checking",     "Checking",
      "Check completed", "Check failed",        "Mount failed"};
  return status >= 0 && status < static_cast<std::int64_t>(kNames.size())
             ? std::string(kNames[static_cast<std::size_t>(status)])
             : std::to_string(status);
}

}  // namespace atelier::cli
