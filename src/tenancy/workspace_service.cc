#include "tenancy/workspace_service.h"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "base/ids.h"
#include "base/strings.h"

namespace atelier::tenancy {
namespace {

constexpr const char* kAbsent = "ModelArts.0102";
constexpr const char* kState = "ModelArts.0105";

std::string NoSuchWorkspace(const std::string& id) {
  return fmt::format(
      "There is no workspace '{}' in this project; the list of workspaces shows the ids ('0' is always there).", id);
}

Workspace DefaultWorkspace(const std::string& project_id) {
  Workspace workspace;
  workspace.id = kDefaultWorkspace;
  workspace.project_id = project_id;
  workspace.name = kDefaultWorkspaceName;
  return workspace;
}

// The port knows what is wrong; which workspace it was is known here.
Result<void> Explained(Result<void> written, const Workspace& workspace) {
  if (written) return written;
  auto& error = written.error();
  if (error.kind == ErrorKind::kAlreadyExists)
    return AlreadyExists(fmt::format("A workspace '{}' exists: choose another name.", workspace.name), "ModelArts.0103",
                         workspace.name);
  if (error.kind == ErrorKind::kNotFound) return NotFound(NoSuchWorkspace(workspace.id), kAbsent, workspace.id);
  if (error.kind == ErrorKind::kResourceExhausted && error.code.empty())
    return ResourceExhausted(
        fmt::format("A project has at most {} workspaces: delete one first.", WorkspaceService::kMost),
        "ModelArts.0118");
  return written;
}

}  // namespace

struct WorkspaceService::State {
  WorkspaceRepository& repository;
  WorkspaceContents& contents;
  const Clock& clock;
  std::mutex mutex;                  // held while a workspace is entered or removed; guards:
  std::map<std::string, int> stays;  // by workspace id, which are unique over all projects but for "0"

  void Leave(const std::string& id) {
    std::lock_guard lock(mutex);
    auto found = stays.find(id);
    if (--found->second == 0) stays.erase(found);
  }
};

WorkspaceService::WorkspaceService(WorkspaceRepository& repository, WorkspaceContents& contents, const Clock& clock)
    : state_(new State{.repository = repository, .contents = contents, .clock = clock, .mutex = {}, .stays = {}}) {}

Result<Workspace> WorkspaceService::Create(const std::string& project_id, const std::string& owner,
                                           const NewWorkspace& wanted) {
  ATELIER_CHECK(CheckWorkspaceName(wanted.name));
  ATELIER_CHECK(CheckWorkspaceDescription(wanted.description));
  if (wanted.enterprise_project_id.size() > 64 || !IsValidUtf8(wanted.enterprise_project_id))
    return InvalidArgument("enterprise_project_id: expected an id of at most 64 characters", "ModelArts.0104",
                           "enterprise_project_id");
  auto now = state_->clock.Now();
  Workspace workspace{.id = RandomHex(32),
                      .project_id = project_id,
                      .name = wanted.name,
                      .description = wanted.description,
                      .enterprise_project_id = wanted.enterprise_project_id,
                      .owner = owner,
                      .created = now,
                      .updated = now};
  ATELIER_CHECK(Explained(state_->repository.Insert(workspace, kMost), workspace));
  return workspace;
}

Result<Workspace> WorkspaceService::Find(const std::string& project_id, const std::string& id) {
  if (id == kDefaultWorkspace) return DefaultWorkspace(project_id);
  ATELIER_TRY(auto found, state_->repository.Find(project_id, id));
  if (!found) return NotFound(NoSuchWorkspace(id), kAbsent, id);
  return *std::move(found);
}

Result<std::vector<Workspace>> WorkspaceService::List(const std::string& project_id) {
  ATELIER_TRY(auto workspaces, state_->repository.List(project_id));
  workspaces.insert(workspaces.begin(), DefaultWorkspace(project_id));
  return workspaces;
}

Result<Workspace> WorkspaceService::Change(const std::string& project_id, const std::string& id,
                                           const WorkspaceChanges& changes) {
  ATELIER_TRY(auto workspace, Find(project_id, id));
  if (id == kDefaultWorkspace)
    return FailedPrecondition("The workspace 0 cannot be changed: it is the same in every project.", kState, id);
  if (changes.name) ATELIER_CHECK(CheckWorkspaceName(*changes.name));
  if (changes.description) ATELIER_CHECK(CheckWorkspaceDescription(*changes.description));
  workspace.name = changes.name.value_or(workspace.name);
  workspace.description = changes.description.value_or(workspace.description);
  workspace.updated = state_->clock.Now();
  ATELIER_CHECK(Explained(state_->repository.Update(workspace), workspace));
  return workspace;
}

Result<void> WorkspaceService::Remove(const std::string& project_id, const std::string& id) {
  ATELIER_TRY(auto workspace, Find(project_id, id));
  if (id == kDefaultWorkspace)
    return FailedPrecondition("The workspace 0 cannot be deleted: it is always there.", kState, id);
  std::lock_guard lock(state_->mutex);
  ATELIER_TRY(auto owned, state_->contents.Of(project_id, id));
  if (state_->stays.contains(id)) owned.emplace_back("something that is being made");
  if (!owned.empty())
    return FailedPrecondition(
        fmt::format("The workspace '{}' still has {}: delete that first.", workspace.name, Join(owned, ", ")), kState,
        id);
  ATELIER_TRY(bool removed, state_->repository.Remove(project_id, id));
  if (!removed) return NotFound(NoSuchWorkspace(id), kAbsent, id);
  return {};
}

Result<Stay> WorkspaceService::Enter(const std::string& project_id, const std::string& id) {
  if (id == kDefaultWorkspace) return Stay();
  std::lock_guard lock(state_->mutex);
  ATELIER_TRY(auto found, state_->repository.Find(project_id, id));
  if (!found) return InvalidArgument(NoSuchWorkspace(id), kAbsent, id);
  ++state_->stays[id];
  auto leave = [state = state_, id](void*) { state->Leave(id); };
  return Stay(std::shared_ptr<void>(state_.get(), leave));
}

}  // namespace atelier::tenancy
