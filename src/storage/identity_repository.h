// Identities in control.db.
#pragma once

#include "iam/identity_repository.h"
#include "storage/database.h"

namespace atelier::storage {

// Thread-safe; keeps no state but the database's. Salts, hashes and secrets are kept in hex.
class SqlIdentityRepository final : public iam::IdentityRepository {
 public:
  explicit SqlIdentityRepository(Database& control) : control_(control) {}

  Result<void> CreateFirst(const iam::Domain&, const iam::Project&, const iam::User&, const iam::AccessKey&) override;
  Result<std::vector<iam::Domain>> Domains() override;
  Result<std::vector<iam::Project>> Projects(const std::string& domain_id) override;
  Result<std::optional<iam::Project>> FindProject(const std::string& id) override;
  Result<std::vector<iam::User>> Users(const std::string& domain_id) override;
  Result<std::optional<iam::User>> FindUser(const std::string& id) override;
  Result<std::optional<iam::AccessKey>> FindAccessKey(const std::string& access_key) override;
  Result<std::vector<iam::AccessKey>> AccessKeys(const std::string& user_id) override;
  Result<std::string> ServerSecret() override;

 private:
  Database& control_;
};

}  // namespace atelier::storage
