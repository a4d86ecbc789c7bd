// Port: where identities are kept. Implemented by storage/ (SOCI) and iam/testing/ (memory).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "iam/types.h"

namespace atelier::iam {

// Thread-safe. Every write is durable when it returns. Absent things are nullopt, not errors.
class IdentityRepository {
 public:
  virtual ~IdentityRepository() = default;
  // All of a first start in one transaction. AlreadyExists when there is a domain already.
  virtual Result<void> CreateFirst(const Domain&, const Project&, const User&, const AccessKey&) = 0;
  virtual Result<std::vector<Domain>> Domains() = 0;
  virtual Result<std::vector<Project>> Projects(const std::string& domain_id) = 0;
  virtual Result<std::optional<Project>> FindProject(const std::string& id) = 0;
  virtual Result<std::vector<User>> Users(const std::string& domain_id) = 0;
  virtual Result<std::optional<User>> FindUser(const std::string& id) = 0;
  virtual Result<std::optional<AccessKey>> FindAccessKey(const std::string& access_key) = 0;
  virtual Result<std::vector<AccessKey>> AccessKeys(const std::string& user_id) = 0;
  // A secret that outlives restarts (signs tokens); made once by whoever asks first.
  virtual Result<std::string> ServerSecret() = 0;
};

}  // namespace atelier::iam
