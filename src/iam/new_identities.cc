#include "iam/new_identities.h"

#include "base/digest.h"
#include "base/ids.h"
#include "base/strings.h"

namespace atelier::iam {

UserChanges::Password HashPassword(const std::string& password) {
  std::string salt = RandomBytes(16);
  std::string hash = DerivePassword(password, salt);
  return {std::move(salt), std::move(hash)};
}

AccessKey MakeAccessKey(const std::string& user_id, const std::string& project_id, TimePoint now) {
  return {ToUpper(RandomAlphanumeric(20)), RandomAlphanumeric(40), user_id, project_id, true, now};
}

NewDomain MakeDomain(const std::string& domain_name, const std::string& user_name, const std::string& region,
                     TimePoint now) {
  NewDomain made;
  made.domain = {RandomHex(32), domain_name};
  made.project = {RandomHex(32), region, made.domain.id, true};
  std::string password = RandomAlphanumeric(20);
  auto hashed = HashPassword(password);
  made.user = {RandomHex(32), user_name, made.domain.id, hashed.salt, hashed.hash, true};
  made.key = MakeAccessKey(made.user.id, made.project.id, now);
  made.credentials = {made.key.access_key, made.key.secret_key, user_name, password,
                      domain_name,         made.project.id,     region,    region};
  return made;
}

}  // namespace atelier::iam
