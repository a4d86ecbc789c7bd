#include "access/policy.h"

#include <algorithm>

namespace atelier::access {
namespace {

template <class T, class Predicate>
bool Chosen(const Choice<T>& choice, const Predicate& matches) {
  return std::ranges::any_of(choice.listed, matches) != choice.all_but;
}

bool Applies(const Statement& statement, const AccessRequest& request, const std::string& resource) {
  const ConditionContext& context = request.context;
  bool principal = Chosen(statement.principals, [&](const Principal& p) { return p.Includes(request.requester); });
  if (!principal) return false;
  // An operation that the dialects name differently goes by both names.
  bool action = Chosen(statement.actions, [&](const Pattern& pattern) {
    return pattern.Matches(request.need.action, context) ||
           (!request.need.obs_action.empty() && pattern.Matches(request.need.obs_action, context));
  });
  if (!action) return false;
  bool about = Chosen(statement.resources, [&](const Pattern& pattern) { return pattern.Matches(resource, context); });
  return about && std::ranges::all_of(statement.conditions,
                                      [&](const Condition& condition) { return condition.Holds(context); });
}

}  // namespace

Effect Evaluate(const BucketPolicy& policy, const AccessRequest& request) {
  const std::string resource = ResourceOf(request);
  Effect effect = Effect::kNone;
  for (const Statement& statement : policy.statements) {
    if (statement.effect == effect || !Applies(statement, request, resource)) continue;
    effect = statement.effect;
    if (effect == Effect::kDeny) break;
  }
  return effect;
}

}  // namespace atelier::access
