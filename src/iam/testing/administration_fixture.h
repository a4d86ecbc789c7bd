// An administrator, and whom tests let them make, over the in-memory repository.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "iam/administration.h"
#include "iam/testing/fake_project_usage.h"
#include "iam/testing/memory_identity_repository.h"

namespace atelier::iam {

template <class T>
ErrorKind KindOf(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result ? ErrorKind::kInternal : result.error().kind;
}

class AdministrationFixture : public testing::Test {
 protected:
  Principal OfKey(const std::string& access_key) {
    auto owner = identities_.FindKey(access_key);
    EXPECT_TRUE(owner) << access_key;
    return owner ? (*owner)->principal : Principal{};
  }
  // A user with a role and a key in a project.
  AccessKey MakeUser(const std::string& name, const std::string& project_id, Role role) {
    User user = administration_.CreateUser(admin_, {name, "open sesame", ""}).value();
    EXPECT_TRUE(administration_.SetRole(admin_, {user.id, project_id, role}));
    return administration_.CreateAccessKey(admin_, {user.id, project_id, ""}).value();
  }
  Result<Token> SignInAs(const std::string& name, const std::string& password, const std::string& project = "") {
    return identities_.Authenticate({SignIn::Password{"", name, "", "home", password}, "", project, "", ""});
  }

  MemoryIdentityRepository repository_;
  ManualClock clock_{FromUnixMillis(1'767'323'045'000)};
  IdentityService identities_{repository_, clock_, "local-1"};
  FakeProjectUsage usage_;
  Administration administration_{repository_, identities_, usage_, clock_};
  Credentials first_ = **identities_.Bootstrap("home", "admin");
  Principal admin_ = OfKey(first_.access_key);
};

}  // namespace atelier::iam
