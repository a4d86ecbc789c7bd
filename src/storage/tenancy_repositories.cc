#include "storage/tenancy_repositories.h"

#include <soci/soci.h>

namespace atelier::storage {

using tenancy::Limits;
using tenancy::Tag;
using tenancy::TaggedId;
using tenancy::TaggedKind;
using tenancy::Workspace;

// --- quotas ---

Result<Limits> SqlQuotaRepository::Find(const std::string& project_id) {
  Limits limits;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    std::string name;
    long long most = 0;
    soci::statement select = (sql.prepare << "SELECT resource, most FROM project_quota WHERE project_id = :p",
                              soci::into(name), soci::into(most), soci::use(project_id));
    select.execute();
    while (select.fetch())
      if (auto resource = tenancy::ParseResource(name)) limits[*resource] = most;
    return {};
  }));
  return limits;
}

Result<void> SqlQuotaRepository::Set(const std::string& project_id, const Limits& limits) {
  return database_.Write([&](soci::session& sql) -> Result<void> {
    for (const auto& [resource, limit] : limits) {
      std::string name(tenancy::Describe(resource).name);
      long long most = limit;
      sql << "INSERT INTO project_quota (project_id, resource, most) VALUES (:p, :r, :m)"
             " ON CONFLICT (project_id, resource) DO UPDATE SET most = excluded.most",
          soci::use(project_id), soci::use(name), soci::use(most);
    }
    return {};
  });
}

// --- workspaces ---

namespace {

Result<void> CheckName(soci::session& sql, const Workspace& workspace) {
  int taken = 0;
  sql << "SELECT COUNT(*) FROM workspace WHERE project_id = :p AND name = :n AND id <> :i", soci::into(taken),
      soci::use(workspace.project_id), soci::use(workspace.name), soci::use(workspace.id);
  if (taken > 0) return AlreadyExists("the name is taken");
  return {};
}

// The workspaces of a project, or one of them.
std::vector<Workspace> SelectWorkspaces(soci::session& sql, const std::string& project_id, const std::string& id) {
  Workspace row;
  long long created = 0;
  long long updated = 0;
  soci::statement select =
      (sql.prepare << "SELECT id, project_id, name, description, enterprise_project_id, owner, created, updated"
                      " FROM workspace WHERE project_id = :p AND (:i = '' OR id = :i) ORDER BY name",
       soci::into(row.id), soci::into(row.project_id), soci::into(row.name), soci::into(row.description),
       soci::into(row.enterprise_project_id), soci::into(row.owner), soci::into(created), soci::into(updated),
       soci::use(project_id, "p"), soci::use(id, "i"));
  select.execute();
  std::vector<Workspace> workspaces;
  while (select.fetch()) {
    row.created = FromUnixMillis(created);
    row.updated = FromUnixMillis(updated);
    workspaces.push_back(row);
  }
  return workspaces;
}

}  // namespace

Result<void> SqlWorkspaceRepository::Insert(const Workspace& workspace, std::size_t most) {
  long long created = ToUnixMillis(workspace.created);
  long long updated = ToUnixMillis(workspace.updated);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_CHECK(CheckName(sql, workspace));
    long long present = 0;
    sql << "SELECT COUNT(*) FROM workspace WHERE project_id = :p", soci::into(present), soci::use(workspace.project_id);
    if (static_cast<std::size_t>(present) >= most) return ResourceExhausted("the project has too many workspaces");
    sql << "INSERT INTO workspace (id, project_id, name, description, enterprise_project_id, owner, created, updated)"
           " VALUES (:i, :p, :n, :d, :e, :o, :c, :u)",
        soci::use(workspace.id), soci::use(workspace.project_id), soci::use(workspace.name),
        soci::use(workspace.description), soci::use(workspace.enterprise_project_id), soci::use(workspace.owner),
        soci::use(created), soci::use(updated);
    return {};
  });
}

Result<void> SqlWorkspaceRepository::Update(const Workspace& workspace) {
  long long updated = ToUnixMillis(workspace.updated);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_CHECK(CheckName(sql, workspace));
    soci::statement update =
        (sql.prepare << "UPDATE workspace SET name = :n, description = :d, updated = :u WHERE id = :i",
         soci::use(workspace.name), soci::use(workspace.description), soci::use(updated), soci::use(workspace.id));
    update.execute(true);
    if (update.get_affected_rows() == 0) return NotFound("no workspace " + workspace.id);
    return {};
  });
}

Result<bool> SqlWorkspaceRepository::Remove(const std::string& project_id, const std::string& id) {
  bool removed = false;
  ATELIER_CHECK(database_.Write([&](soci::session& sql) -> Result<void> {
    soci::statement remove = (sql.prepare << "DELETE FROM workspace WHERE id = :i AND project_id = :p", soci::use(id),
                              soci::use(project_id));
    remove.execute(true);
    removed = remove.get_affected_rows() > 0;
    return {};
  }));
  return removed;
}

Result<std::optional<Workspace>> SqlWorkspaceRepository::Find(const std::string& project_id, const std::string& id) {
  std::vector<Workspace> found;
  if (id.empty()) return std::nullopt;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    found = SelectWorkspaces(sql, project_id, id);
    return {};
  }));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<std::vector<Workspace>> SqlWorkspaceRepository::List(const std::string& project_id) {
  std::vector<Workspace> found;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    found = SelectWorkspaces(sql, project_id, "");
    return {};
  }));
  return found;
}

// --- tags ---

Result<void> SqlTagRepository::Put(const TaggedId& resource, const std::vector<Tag>& tags, std::size_t most) {
  std::string kind(tenancy::ToString(resource.kind));
  return database_.Write([&](soci::session& sql) -> Result<void> {
    for (const auto& [key, value] : tags)
      sql << "INSERT INTO resource_tag (project_id, kind, resource_id, key, value) VALUES (:p, :t, :i, :k, :v)"
             " ON CONFLICT (project_id, kind, resource_id, key) DO UPDATE SET value = excluded.value",
          soci::use(resource.project_id), soci::use(kind), soci::use(resource.id), soci::use(key), soci::use(value);
    long long present = 0;
    sql << "SELECT COUNT(*) FROM resource_tag WHERE project_id = :p AND kind = :t AND resource_id = :i",
        soci::into(present), soci::use(resource.project_id), soci::use(kind), soci::use(resource.id);
    if (static_cast<std::size_t>(present) > most) return ResourceExhausted("too many tags");  // rolls back
    return {};
  });
}

Result<void> SqlTagRepository::Remove(const TaggedId& resource, const std::vector<std::string>& keys) {
  std::string kind(tenancy::ToString(resource.kind));
  return database_.Write([&](soci::session& sql) -> Result<void> {
    for (const auto& key : keys)
      sql << "DELETE FROM resource_tag WHERE project_id = :p AND kind = :t AND resource_id = :i AND key = :k",
          soci::use(resource.project_id), soci::use(kind), soci::use(resource.id), soci::use(key);
    return {};
  });
}

Result<std::vector<Tag>> SqlTagRepository::Of(const TaggedId& resource) {
  std::string kind(tenancy::ToString(resource.kind));
  std::vector<Tag> tags;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    Tag tag;
    soci::statement select = (sql.prepare << "SELECT key, value FROM resource_tag WHERE project_id = :p AND kind = :t"
                                             " AND resource_id = :i ORDER BY key",
                              soci::into(tag.key), soci::into(tag.value), soci::use(resource.project_id),
                              soci::use(kind), soci::use(resource.id));
    select.execute();
    while (select.fetch()) tags.push_back(tag);
    return {};
  }));
  return tags;
}

Result<std::map<std::string, std::vector<Tag>>> SqlTagRepository::All(const std::string& project_id, TaggedKind kind) {
  std::string name(tenancy::ToString(kind));
  std::map<std::string, std::vector<Tag>> all;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    std::string id;
    Tag tag;
    soci::statement select =
        (sql.prepare << "SELECT resource_id, key, value FROM resource_tag WHERE project_id = :p AND kind = :t"
                        " ORDER BY resource_id, key",
         soci::into(id), soci::into(tag.key), soci::into(tag.value), soci::use(project_id), soci::use(name));
    select.execute();
    while (select.fetch()) all[id].push_back(tag);
    return {};
  }));
  return all;
}

}  // namespace atelier::storage
