#include "iam/types.h"

namespace atelier::iam {
namespace {

template <class Value>
void Replace(const std::optional<Value>& change, Value& value) {
  if (change) value = *change;
}

}  // namespace

void Apply(const UserChanges& changes, User& user) {
  Replace(changes.name, user.name);
  Replace(changes.description, user.description);
  Replace(changes.enabled, user.enabled);
  if (!changes.password) return;
  user.password_salt = changes.password->salt;
  user.password_hash = changes.password->hash;
}

void Apply(const ProjectChanges& changes, Project& project) {
  Replace(changes.name, project.name);
  Replace(changes.description, project.description);
  Replace(changes.enabled, project.enabled);
}

void Apply(const GroupChanges& changes, Group& group) {
  Replace(changes.name, group.name);
  Replace(changes.description, group.description);
}

void Apply(const AccessKeyChanges& changes, AccessKey& key) {
  Replace(changes.description, key.description);
  Replace(changes.enabled, key.enabled);
}

}  // namespace atelier::iam
