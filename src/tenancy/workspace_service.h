// The workspaces of all projects: what the API surface calls.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "tenancy/workspace_contents.h"
#include "tenancy/workspace_repository.h"

namespace atelier::tenancy {

struct NewWorkspace {
  std::string name = {}, description = {};
  std::string enterprise_project_id = "0";
};
// What to change; what is absent stays.
struct WorkspaceChanges {
  std::optional<std::string> name = {}, description = {};
};

// Something is being made in a workspace, which is not removed meanwhile. Ends when it is destroyed.
class Stay {
 public:
  Stay() = default;

 private:
  friend class WorkspaceService;
  explicit Stay(std::shared_ptr<void> held) : held_(std::move(held)) {}
  std::shared_ptr<void> held_;
};

// Thread-safe. Errors: ModelArts.0102 no such workspace (NotFound; InvalidArgument where something is to be made in
// it), 0103 the name is taken, 0104 a bad field, 0105 it still has something in it, or is the one that is always there.
class WorkspaceService {
 public:
  static constexpr std::size_t kMost = 100;  // a project's

  WorkspaceService(WorkspaceRepository& repository, WorkspaceContents& contents, const Clock& clock);

  Result<Workspace> Create(const std::string& project_id, const std::string& owner, const NewWorkspace& wanted);
  Result<Workspace> Find(const std::string& project_id, const std::string& id);
  Result<std::vector<Workspace>> List(const std::string& project_id);  // the default one first, then by name
  Result<Workspace> Change(const std::string& project_id, const std::string& id, const WorkspaceChanges& changes);
  Result<void> Remove(const std::string& project_id, const std::string& id);

  // Keep what it returns until the thing is made or has failed.
  Result<Stay> Enter(const std::string& project_id, const std::string& id);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with stays
};

}  // namespace atelier::tenancy
