// Port: what a project still owns. Implemented by app/, which knows every room that keeps things for projects.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace atelier::iam {

// Thread-safe.
class ProjectUsage {
 public:
  virtual ~ProjectUsage() = default;
  // "2 buckets", "1 training job", ...; empty when there is nothing.
  virtual Result<std::vector<std::string>> Of(const std::string& project_id) = 0;
};

}  // namespace atelier::iam
