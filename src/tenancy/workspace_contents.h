// Port: what lies in a workspace. Implemented by app/, which knows every room that keeps things in one.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace atelier::tenancy {

// Thread-safe.
class WorkspaceContents {
 public:
  virtual ~WorkspaceContents() = default;
  // "2 models", "1 service", ...; empty when there is nothing.
  virtual Result<std::vector<std::string>> Of(const std::string& project_id, const std::string& workspace_id) = 0;
};

}  // namespace atelier::tenancy
