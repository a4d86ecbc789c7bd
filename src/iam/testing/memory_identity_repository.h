// The in-memory IdentityRepository, held to the same contract test as the SQL one.
#pragma once

#include <map>
#include <mutex>

#include "iam/identity_repository.h"

namespace atelier::iam {

class MemoryIdentityRepository final : public IdentityRepository {
 public:
  Result<void> CreateFirst(const Domain&, const Project&, const User&, const AccessKey&) override;
  Result<std::vector<Domain>> Domains() override;
  Result<std::vector<Project>> Projects(const std::string& domain_id) override;
  Result<std::optional<Project>> FindProject(const std::string& id) override;
  Result<std::vector<User>> Users(const std::string& domain_id) override;
  Result<std::optional<User>> FindUser(const std::string& id) override;
  Result<std::optional<AccessKey>> FindAccessKey(const std::string& access_key) override;
  Result<std::vector<AccessKey>> AccessKeys(const std::string& user_id) override;
  Result<std::string> ServerSecret() override;

  // Of the user, project or access key that has this id.
  void SetEnabled(const std::string& id, bool enabled);

 private:
  std::mutex mutex_;  // guards all below
  std::vector<Domain> domains_;
  std::vector<Project> projects_;
  std::vector<User> users_;
  std::vector<AccessKey> keys_;
  std::string secret_;
};

}  // namespace atelier::iam
