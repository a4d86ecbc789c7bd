#include <fmt/format.h>

#include "base/ids.h"
#include "base/strings.h"
#include "iam/administration.h"
#include "iam/authorization.h"
#include "iam/names.h"

namespace atelier::iam {
namespace {

ProjectChanges Enabled(bool enabled) {
  ProjectChanges changes;
  changes.enabled = enabled;
  return changes;
}

}  // namespace

Result<Project> Administration::ProjectOf(const Principal& actor, const std::string& id) {
  ATELIER_TRY(auto project, repository_.FindProject(id));
  if (!project || project->domain_id != actor.domain_id) return NotFound("There is no project with the id " + id + ".");
  return *std::move(project);
}

Result<Project> Administration::CreateProject(const Principal& actor, const NewProject& wanted) {
  ATELIER_CHECK(AuthorizeChange(actor, wanted.domain_id));
  ATELIER_CHECK(CheckName("project name", wanted.name));
  ATELIER_CHECK(CheckDescription(wanted.description));
  Project project{RandomHex(32), wanted.name, actor.domain_id, wanted.enabled, wanted.description};
  ATELIER_CHECK(Changed(repository_.CreateProject(project)));
  return project;
}

Result<Project> Administration::UpdateProject(const Principal& actor, const std::string& id,
                                              const ProjectChanges& changes) {
  ATELIER_CHECK(AuthorizeChange(actor));
  ATELIER_CHECK(ProjectOf(actor, id));
  if (changes.name) ATELIER_CHECK(CheckName("project name", *changes.name));
  if (changes.description) ATELIER_CHECK(CheckDescription(*changes.description));
  if (changes.enabled == false && id == actor.project_id)
    return FailedPrecondition("The project that a request is made in cannot be disabled: sign in to another one.");
  return Changed(repository_.UpdateProject(id, changes));
}

Result<void> Administration::CheckUnused(const Project& project) {
  ATELIER_TRY(auto owned, usage_.Of(project.id));
  if (owned.empty()) return {};
  return FailedPrecondition(
      fmt::format("The project '{}' still has {}: delete them first.", project.name, Join(owned, ", ")));
}

// Looks twice: once before anybody is disturbed, and again when no new request is admitted to the project any more.
Result<void> Administration::DeleteProject(const Principal& actor, const std::string& id) {
  ATELIER_CHECK(AuthorizeChange(actor));
  ATELIER_TRY(Project project, ProjectOf(actor, id));
  if (id == actor.project_id)
    return FailedPrecondition("The project that a request is made in cannot be deleted: sign in to another one.");
  ATELIER_CHECK(CheckUnused(project));
  ATELIER_CHECK(Changed(repository_.UpdateProject(id, Enabled(false))));
  if (auto unused = CheckUnused(project); !unused) {
    ATELIER_CHECK(Changed(repository_.UpdateProject(id, Enabled(project.enabled))));
    return unused;
  }
  return Changed(repository_.DeleteProject(id));
}

}  // namespace atelier::iam
