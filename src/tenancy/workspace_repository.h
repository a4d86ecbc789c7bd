// Port: where workspaces are kept, all but the one that is always there. Implemented by storage/ (SQL) and
// tenancy/testing/ (memory).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "tenancy/workspace.h"

namespace atelier::tenancy {

// Thread-safe. Writes are durable when they return.
class WorkspaceRepository {
 public:
  virtual ~WorkspaceRepository() = default;
  // AlreadyExists when (project, name) is taken; ResourceExhausted when the project has `most` of them.
  virtual Result<void> Insert(const Workspace& workspace, std::size_t most) = 0;
  // Name, description and the time of the change. AlreadyExists likewise; NotFound when it is gone.
  virtual Result<void> Update(const Workspace& workspace) = 0;
  virtual Result<bool> Remove(const std::string& project_id, const std::string& id) = 0;  // false: there was none
  virtual Result<std::optional<Workspace>> Find(const std::string& project_id, const std::string& id) = 0;
  virtual Result<std::vector<Workspace>> List(const std::string& project_id) = 0;  // by name
};

}  // namespace atelier::tenancy
