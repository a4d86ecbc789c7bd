// The in-memory repositories of this room, held to the same contract tests as the SQL ones, and fakes of what it has to
// know of other rooms.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "tenancy/quota_repository.h"
#include "tenancy/tag_repository.h"
#include "tenancy/tagged_resources.h"
#include "tenancy/usage_counter.h"
#include "tenancy/workspace_contents.h"
#include "tenancy/workspace_repository.h"

namespace atelier::tenancy {

class MemoryQuotaRepository final : public QuotaRepository {
 public:
  Result<Limits> Find(const std::string& project_id) override;
  Result<void> Set(const std::string& project_id, const Limits& limits) override;

 private:
  std::mutex mutex_;
  std::map<std::string, Limits> limits_;  // guarded by mutex_
};

class MemoryWorkspaceRepository final : public WorkspaceRepository {
 public:
  Result<void> Insert(const Workspace& workspace, std::size_t most) override;
  Result<void> Update(const Workspace& workspace) override;
  Result<bool> Remove(const std::string& project_id, const std::string& id) override;
  Result<std::optional<Workspace>> Find(const std::string& project_id, const std::string& id) override;
  Result<std::vector<Workspace>> List(const std::string& project_id) override;

 private:
  Result<void> CheckName(const Workspace& workspace) const;  // the caller holds mutex_

  std::mutex mutex_;
  std::map<std::string, Workspace> workspaces_;  // by id; guarded by mutex_
};

class MemoryTagRepository final : public TagRepository {
 public:
  Result<void> Put(const TaggedId& resource, const std::vector<Tag>& tags, std::size_t most) override;
  Result<void> Remove(const TaggedId& resource, const std::vector<std::string>& keys) override;
  Result<std::vector<Tag>> Of(const TaggedId& resource) override;
  Result<std::map<std::string, std::vector<Tag>>> All(const std::string& project_id, TaggedKind kind) override;

 private:
  using Key = std::pair<std::string, TaggedKind>;
  std::mutex mutex_;
  std::map<Key, std::map<std::string, std::map<std::string, std::string>>> tags_;  // guarded by mutex_
};

// Counts what the test says. Not thread-safe.
class FakeUsage final : public UsageCounter {
 public:
  Result<std::size_t> Count(Resource resource, const std::string& owner) override { return counts[{resource, owner}]; }
  std::map<std::pair<Resource, std::string>, std::size_t> counts;
};

// Holds what the test says. Not thread-safe.
class FakeContents final : public WorkspaceContents {
 public:
  Result<std::vector<std::string>> Of(const std::string&, const std::string& workspace_id) override {
    return contents[workspace_id];
  }
  std::map<std::string, std::vector<std::string>> contents;
};

// Not thread-safe.
class FakeTaggedResources final : public TaggedResources {
 public:
  Result<std::optional<NamedResource>> Find(const std::string& project_id, TaggedKind kind,
                                            const std::string& id) override;
  Result<std::vector<NamedResource>> List(const std::string& project_id, TaggedKind kind) override;
  std::map<std::pair<std::string, TaggedKind>, std::vector<NamedResource>> resources;
};

}  // namespace atelier::tenancy
