#include "access/principal.h"

#include <gtest/gtest.h>

namespace atelier::access {
namespace {

const Requester kAlice = {.anonymous = false,
                          .project_id = "p1",
                          .domain_id = "d1",
                          .user_id = "u1",
                          .user_name = "alice",
                          .access_key = "AK1"};
const Requester kAnonymous = AnonymousRequester();

TEST(Principal, Includes) {
  struct Case {
    std::string_view kind, name;
    bool alice, anonymous;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"AWS", "*", true, true},
           {"AWS", "p1", true, false},
           {"AWS", "d1", true, false},
           {"AWS", "p2", false, false},
           {"AWS", "arn:aws:iam::p1:root", true, false},
           {"AWS", "arn:aws:iam::d1:root", true, false},
           {"AWS", "arn:aws:iam::p2:root", false, false},
           {"AWS", "arn:aws-cn:iam::p1:root", true, false},
           {"AWS", "arn:aws:iam::p1:user/alice", true, false},
           {"AWS", "arn:aws:iam::d1:user/u1", true, false},
           {"AWS", "arn:aws:iam::p1:user/bob", false, false},
           {"AWS", "arn:aws:iam::p2:user/alice", false, false},
           {"CanonicalUser", "p1", true, false},
           {"CanonicalUser", "p2", false, false},
           {"Service", "logging.s3.amazonaws.com", false, false},
           {"ID", "*", true, true},
           {"ID", "domain/d1", true, false},
           {"ID", "domain/d1:user/*", true, false},
           {"ID", "domain/p1:user/*", true, false},
           {"ID", "domain/d2:user/*", false, false},
           {"ID", "domain/d1:user/u1", true, false},
           {"ID", "domain/d1:user/alice", true, false},
           {"ID", "domain/d1:user/u2", false, false},
           {"ID", "domain/d2:user/u1", false, false},
       }) {
    auto principal = ParsePrincipal(c.kind, c.name);
    ASSERT_TRUE(principal) << c.name << ": " << principal.error().message;
    EXPECT_EQ(principal->Includes(kAlice), c.alice) << c.name;
    EXPECT_EQ(principal->Includes(kAnonymous), c.anonymous) << c.name;
  }
}

TEST(Principal, RefusesWhatItCannotName) {
  struct Case {
    std::string_view kind, name;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"AWS", ""},
           {"AWS", "p*"},
           {"AWS", "arn:aws:iam::p1:role/reader"},
           {"AWS", "arn:aws:iam::p1:user/*"},
           {"AWS", "arn:aws:iam::p1:user/"},
           {"AWS", "arn:aws:iam::*:root"},
           {"AWS", "arn:aws:iam:::root"},
           {"AWS", "arn:aws:sts::p1:root"},
           {"AWS", "arn:aws:iam::p1"},
           {"ID", ""},
           {"ID", "p1"},
           {"ID", "domain/"},
           {"ID", "domain/*:user/*"},
           {"ID", "domain/d1:user/"},
           {"ID", "domain/d1:user/a*"},
           {"ID", "domain/d1:agency/a"},
           {"CanonicalUser", "*"},
           {"CanonicalUser", ""},
           {"Service", "*"},
           {"Federated", "cognito-identity.amazonaws.com"},
           {"*", "*"},
       }) {
    auto principal = ParsePrincipal(c.kind, c.name);
    ASSERT_FALSE(principal) << c.kind << " " << c.name;
    EXPECT_EQ(principal.error().code, "MalformedPolicy");
    EXPECT_NE(principal.error().message.find(c.kind == "Federated" || c.kind == "*" ? c.kind : c.name),
              std::string::npos);
  }
}

}  // namespace
}  // namespace atelier::access
