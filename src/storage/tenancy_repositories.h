// The repositories of tenancy over SQL.
#pragma once

#include "storage/database.h"
#include "tenancy/quota_repository.h"
#include "tenancy/tag_repository.h"
#include "tenancy/workspace_repository.h"

namespace atelier::storage {

class SqlQuotaRepository final : public tenancy::QuotaRepository {
 public:
  explicit SqlQuotaRepository(Database& database) : database_(database) {}
  Result<tenancy::Limits> Find(const std::string& project_id) override;
  Result<void> Set(const std::string& project_id, const tenancy::Limits& limits) override;

 private:
  Database& database_;
};

class SqlWorkspaceRepository final : public tenancy::WorkspaceRepository {
 public:
  explicit SqlWorkspaceRepository(Database& database) : database_(database) {}
  Result<void> Insert(const tenancy::Workspace& workspace, std::size_t most) override;
  Result<void> Update(const tenancy::Workspace& workspace) override;
  Result<bool> Remove(const std::string& project_id, const std::string& id) override;
  Result<std::optional<tenancy::Workspace>> Find(const std::string& project_id, const std::string& id) override;
  Result<std::vector<tenancy::Workspace>> List(const std::string& project_id) override;

 private:
  Database& database_;
};

class SqlTagRepository final : public tenancy::TagRepository {
 public:
  explicit SqlTagRepository(Database& database) : database_(database) {}
  Result<void> Put(const tenancy::TaggedId& resource, const std::vector<tenancy::Tag>& tags, std::size_t most) override;
  Result<void> Remove(const tenancy::TaggedId& resource, const std::vector<std::string>& keys) override;
  Result<std::vector<tenancy::Tag>> Of(const tenancy::TaggedId& resource) override;
  Result<std::map<std::string, std::vector<tenancy::Tag>>> All(const std::string& project_id,
                                                               tenancy::TaggedKind kind) override;

 private:
  Database& database_;
};

}  // namespace atelier::storage
