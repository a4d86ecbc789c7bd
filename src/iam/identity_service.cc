#include "iam/identity_service.h"

#include <algorithm>
#include <mutex>

#include "base/digest.h"
#include "base/strings.h"
#include "iam/authorization.h"
#include "iam/identity_cache.h"
#include "iam/new_identities.h"
#include "iam/sign_in_guard.h"
#include "iam/token_codec.h"

namespace atelier::iam {
namespace {

constexpr auto kTokenLife = std::chrono::hours(24);
constexpr auto kCacheLife =
    std::chrono::seconds(30);  // what another process changed is noticed after this at the latest
constexpr std::size_t kCacheLimit = 10'000;

std::unexpected<Error> WrongCredentials() {
  return Unauthenticated("The user name, password, domain or access key is wrong.", "wrong_credentials");
}

std::unexpected<Error> UnknownKey() {
  return Unauthenticated("The access key ID that was given does not exist here, or is disabled.", "InvalidAccessKeyId");
}

// A key whose user or project is not let in is as good as none; any other failure is itself.
std::unexpected<Error> NoOwner(Error error) {
  if (error.kind == ErrorKind::kUnauthenticated) return UnknownKey();
  return std::unexpected(std::move(error));
}

}  // namespace

struct IdentityService::State {
  IdentityRepository& repository;
  const Clock& clock;
  std::string region;
  SignInGuard guard;
  IdentityCache<std::shared_ptr<const KeyOwner>> keys{kCacheLife, kCacheLimit};
  IdentityCache<std::shared_ptr<const KeyOwner>> temporary_keys{kCacheLife, kCacheLimit};  // by security token
  IdentityCache<Token> tokens{kCacheLife, kCacheLimit};                                    // verified ones
  std::mutex mutex{};                                                                      // guards:
  std::optional<std::string> secret{};

  Result<std::string> Secret();
  Result<Domain> DomainById(const std::string& id);
  // The user that a sign-in means, or nobody; and by which words its failures are counted: the same for a user that
  // exists and for one that does not, however they are named, so that being refused does not tell who exists. (A user's
  // id cannot be guessed.)
  struct Meant {
    std::optional<User> user;
    std::string domain, name;
  };
  Result<Meant> FindMeant(const SignIn::Password& password);
  Result<User> CheckPassword(const SignIn::Password& password, const std::string& remote_address);
  Result<std::vector<Project>> ProjectsOf(const std::string& user_id, const std::string& domain_id);
  Result<Project> ScopeProject(const SignIn& sign_in, const User& user, const std::string& own_project_id);
  Result<Principal> PrincipalOf(const User& user, const Project& project);
  // Who a user is in a project now. Unauthenticated with code "invalid" when the user is gone or disabled, with code
  // "no_project" when the project is, or the user has no role in it.
  Result<Principal> CurrentPrincipal(const std::string& user_id, const std::string& project_id);
  Result<std::shared_ptr<const KeyOwner>> FindPermanentKey(const std::string& access_key);
  Result<std::shared_ptr<const KeyOwner>> FindTemporaryKey(std::string_view security_token);
  // `own_project_id`: of the access key or token that was shown; taken when the scope names none.
  Result<Token> Issue(const User& user, const SignIn& sign_in, std::string method, const std::string& own_project_id);
};

IdentityService::IdentityService(IdentityRepository& repository, const Clock& clock, std::string region)
    : state_(new State{repository, clock, std::move(region), SignInGuard(clock)}) {}

IdentityService::~IdentityService() = default;

const std::string& IdentityService::region() const { return state_->region; }

Result<std::string> IdentityService::State::Secret() {
  {
    std::lock_guard lock(mutex);
    if (secret) return *secret;
  }
  ATELIER_TRY(std::string kept, repository.ServerSecret());
  std::lock_guard lock(mutex);
  secret = std::move(kept);
  return *secret;
}

Result<std::optional<Credentials>> IdentityService::Bootstrap(const std::string& domain_name,
                                                              const std::string& user_name) {
  ATELIER_TRY(auto domains, state_->repository.Domains());
  if (!domains.empty()) return std::nullopt;
  NewDomain made = MakeDomain(domain_name, user_name, state_->region, state_->clock.Now());
  ATELIER_CHECK(state_->repository.CreateFirst(made.domain, made.project, made.user, made.key));
  return made.credentials;
}

Result<Domain> IdentityService::State::DomainById(const std::string& id) {
  ATELIER_TRY(auto domains, repository.Domains());
  for (const auto& domain : domains)
    if (domain.id == id) return domain;
  return WrongCredentials();
}

Result<IdentityService::State::Meant> IdentityService::State::FindMeant(const SignIn::Password& password) {
  Meant meant;
  if (!password.user_id.empty()) {
    ATELIER_TRY(meant.user, repository.FindUser(password.user_id));
    meant.domain = meant.user ? meant.user->domain_id : "";
    meant.name = meant.user ? meant.user->name : password.user_id;
    return meant;
  }
  meant.name = password.user_name;
  ATELIER_TRY(auto domains, repository.Domains());
  for (const auto& domain : domains) {
    bool named = !password.domain_id.empty() || !password.domain_name.empty();
    bool matches = password.domain_id.empty() ? domain.name == password.domain_name : domain.id == password.domain_id;
    if (named && !matches) continue;
    if (meant.domain.empty()) meant.domain = domain.id;
    ATELIER_TRY(auto users, repository.Users(domain.id));
    for (auto& user : users) {
      if (user.name != password.user_name) continue;
      meant.domain = domain.id;
      meant.user = std::move(user);
      return meant;
    }
  }
  if (meant.domain.empty()) meant.domain = password.domain_id.empty() ? password.domain_name : password.domain_id;
  return meant;
}

Result<User> IdentityService::State::CheckPassword(const SignIn::Password& password,
                                                   const std::string& remote_address) {
  ATELIER_TRY(Meant meant, FindMeant(password));
  const SignInGuard::Attempt attempt{meant.domain, meant.name, remote_address};
  ATELIER_CHECK(guard.Check(attempt));
  // The derivation is done for unknown users as well, so that the time does not tell who exists.
  auto derived = DerivePassword(password.password, meant.user ? meant.user->password_salt : std::string(16, '\0'));
  bool right = meant.user && meant.user->enabled && EqualsConstantTime(derived, meant.user->password_hash);
  ATELIER_CHECK(guard.Conclude(attempt, right));
  if (!right) return WrongCredentials();
  return *std::move(meant.user);
}

Result<std::vector<Project>> IdentityService::State::ProjectsOf(const std::string& user_id,
                                                                const std::string& domain_id) {
  ATELIER_TRY(auto projects, repository.Projects(domain_id));
  ATELIER_TRY(auto roles, repository.EffectiveRoles(user_id));
  std::erase_if(projects, [&](const Project& project) { return RoleIn(roles, project.id, domain_id) == Role::kNone; });
  return projects;
}

Result<Project> IdentityService::State::ScopeProject(const SignIn& sign_in, const User& user,
                                                     const std::string& own_project_id) {
  ATELIER_TRY(auto projects, ProjectsOf(user.id, user.domain_id));
  std::string id = sign_in.project_id.empty() && sign_in.project_name.empty() ? own_project_id : sign_in.project_id;
  bool any = id.empty() && sign_in.project_name.empty();
  for (const auto& project : projects)
    if (project.enabled && (any || project.id == id || (id.empty() && project.name == sign_in.project_name)))
      return project;
  return Unauthenticated(
      any ? "The user has no role in any project." : "The user has no access to the project that the scope names.",
      "no_project");
}

Result<Principal> IdentityService::State::PrincipalOf(const User& user, const Project& project) {
  ATELIER_TRY(Domain domain, DomainById(user.domain_id));
  ATELIER_TRY(auto roles, repository.EffectiveRoles(user.id));
  return Principal{user.id,
                   user.name,
                   domain.id,
                   domain.name,
                   project.id,
                   project.name,
                   "",
                   RoleIn(roles, project.id, domain.id),
                   RoleIn(roles, domain.id)};
}

Result<Principal> IdentityService::State::CurrentPrincipal(const std::string& user_id, const std::string& project_id) {
  ATELIER_TRY(auto user, repository.FindUser(user_id));
  if (!user || !user->enabled)
    return Unauthenticated("The token's user does not exist any more, or is disabled.", "invalid");
  ATELIER_TRY(auto project, repository.FindProject(project_id));
  if (project && project->enabled) {
    ATELIER_TRY(Principal principal, PrincipalOf(*user, *project));
    if (principal.role != Role::kNone) return principal;
  }
  return Unauthenticated(
      "The token's project does not exist any more or is disabled, or the user has no role in it: sign in again.",
      "no_project");
}

Result<Token> IdentityService::State::Issue(const User& user, const SignIn& sign_in, std::string method,
                                            const std::string& own_project_id) {
  ATELIER_TRY(Project project, ScopeProject(sign_in, user, own_project_id));
  Token token;
  ATELIER_TRY(token.principal, PrincipalOf(user, project));
  if (!sign_in.scope_domain_id.empty() || !sign_in.scope_domain_name.empty()) {
    bool own = sign_in.scope_domain_id.empty() ? sign_in.scope_domain_name == token.principal.domain_name
                                               : sign_in.scope_domain_id == token.principal.domain_id;
    if (!own) return Unauthenticated("The user has no access to the domain that the scope names.", "no_domain");
  }
  token.issued = clock.Now();
  token.expires = token.issued + kTokenLife;
  token.methods = {std::move(method)};
  ATELIER_TRY(std::string sealing, Secret());
  token.text = TokenCodec(std::move(sealing)).Encode(token);
  return token;
}

Result<Token> IdentityService::Authenticate(const SignIn& sign_in) {
  if (const auto* password = std::get_if<SignIn::Password>(&sign_in.method)) {
    ATELIER_TRY(User user, state_->CheckPassword(*password, sign_in.remote_address));
    return state_->Issue(user, sign_in, "password", "");
  }
  if (const auto* pair = std::get_if<SignIn::AccessKeyPair>(&sign_in.method)) {
    auto owner = FindKey(pair->access_key);
    if (!owner && owner.error().kind != ErrorKind::kUnauthenticated) return std::unexpected(std::move(owner).error());
    if (!owner || !EqualsConstantTime((*owner)->key.secret_key, pair->secret_key)) return WrongCredentials();
    ATELIER_TRY(auto user, state_->repository.FindUser((*owner)->key.user_id));
    if (!user || !user->enabled) return WrongCredentials();
    return state_->Issue(*user, sign_in, "hw_ak_sk", (*owner)->key.project_id);
  }
  ATELIER_TRY(Token old, VerifyToken(std::get<SignIn::Rescope>(sign_in.method).token));
  ATELIER_TRY(auto user, state_->repository.FindUser(old.principal.user_id));
  if (!user || !user->enabled) return WrongCredentials();
  ATELIER_TRY(Token token, state_->Issue(*user, sign_in, "token", old.principal.project_id));
  token.expires = old.expires;  // re-scoping does not prolong
  ATELIER_TRY(std::string secret, state_->Secret());
  token.text = TokenCodec(std::move(secret)).Encode(token);
  return token;
}

Result<void> IdentityService::CheckPassword(const std::string& user_id, const std::string& password,
                                            const std::string& remote_address) {
  ATELIER_CHECK(state_->CheckPassword(SignIn::Password{user_id, "", "", "", password}, remote_address));
  return {};
}

Result<Token> IdentityService::VerifyToken(std::string_view text) {
  auto now = state_->clock.Now();
  if (auto cached = state_->tokens.Find(text, now); cached && cached->expires > now) return *std::move(cached);
  auto generation = state_->tokens.generation();
  ATELIER_TRY(std::string secret, state_->Secret());
  ATELIER_TRY(Token token, TokenCodec(std::move(secret)).Decode(text));
  if (token.expires <= now) return Unauthenticated("The token has expired: sign in again.", "expired");
  // A token says what was true when it was made.
  ATELIER_TRY(token.principal, state_->CurrentPrincipal(token.principal.user_id, token.principal.project_id));
  state_->tokens.Keep(generation, token.text, token, now);
  return token;
}

Result<std::shared_ptr<const IdentityService::KeyOwner>> IdentityService::State::FindPermanentKey(
    const std::string& access_key) {
  auto now = clock.Now();
  if (auto cached = keys.Find(access_key, now)) return *std::move(cached);
  auto generation = keys.generation();
  ATELIER_TRY(auto key, repository.FindAccessKey(access_key));
  if (!key || !key->enabled) return UnknownKey();
  auto principal = CurrentPrincipal(key->user_id, key->project_id);
  if (!principal) return NoOwner(std::move(principal).error());
  principal->access_key = access_key;
  auto owner = std::make_shared<const KeyOwner>(KeyOwner{*std::move(key), *std::move(principal)});
  keys.Keep(generation, access_key, owner, now);
  return owner;
}

Result<std::shared_ptr<const IdentityService::KeyOwner>> IdentityService::State::FindTemporaryKey(
    std::string_view security_token) {
  auto now = clock.Now();
  if (auto cached = temporary_keys.Find(security_token, now)) return *std::move(cached);
  auto generation = temporary_keys.generation();
  ATELIER_TRY(std::string sealing, Secret());
  ATELIER_TRY(TemporaryKey key, TemporaryKeyCodec(sealing).Open(security_token));
  auto principal = CurrentPrincipal(key.user_id, key.project_id);
  if (!principal) return NoOwner(std::move(principal).error());
  principal->access_key = key.access_key;
  principal->temporary_until = key.expires;
  AccessKey as_key{key.access_key, key.secret_key, key.user_id, key.project_id, true, key.issued};
  auto owner = std::make_shared<const KeyOwner>(KeyOwner{std::move(as_key), *std::move(principal)});
  temporary_keys.Keep(generation, std::string(security_token), owner, now);
  return owner;
}

Result<std::shared_ptr<const IdentityService::KeyOwner>> IdentityService::FindKey(const std::string& access_key,
                                                                                  std::string_view security_token) {
  if (security_token.empty()) return state_->FindPermanentKey(access_key);
  ATELIER_TRY(auto owner, state_->FindTemporaryKey(security_token));
  if (owner->key.access_key != access_key)
    return Unauthenticated("The security token is not the one of this access key.", "InvalidToken");
  if (*owner->principal.temporary_until <= state_->clock.Now())
    return Unauthenticated("The security token has expired: get another temporary access key.", "ExpiredToken");
  return owner;
}

Result<TemporaryKey> IdentityService::CreateTemporaryKey(std::string_view token, std::chrono::seconds life) {
  if (life < kShortestTemporaryKey || life > kLongestTemporaryKey)
    return InvalidArgument("'duration_seconds' must be " + std::to_string(kShortestTemporaryKey.count()) + " to " +
                           std::to_string(kLongestTemporaryKey.count()) + ", got " + std::to_string(life.count()));
  ATELIER_TRY(Token verified, VerifyToken(token));
  ATELIER_CHECK(Authorize(verified.principal, {Operation::kRead, Scope::kProject}));
  ATELIER_TRY(std::string secret, state_->Secret());
  auto now = state_->clock.Now();
  return TemporaryKeyCodec(secret).Make(verified.principal.user_id, verified.principal.project_id, now,
                                        std::min<TimePoint>(now + life, verified.expires));
}

void IdentityService::ForgetCached() {
  state_->keys.Clear();
  state_->temporary_keys.Clear();
  state_->tokens.Clear();
}

Result<std::vector<Project>> IdentityService::Projects(const Principal& principal) {
  return state_->ProjectsOf(principal.user_id, principal.domain_id);
}

Result<std::vector<Domain>> IdentityService::Domains(const Principal& principal) {
  ATELIER_TRY(auto domains, state_->repository.Domains());
  std::erase_if(domains, [&](const Domain& domain) { return domain.id != principal.domain_id; });
  return domains;
}

Result<std::optional<std::string>> IdentityService::AccountName(const std::string& id) {
  ATELIER_TRY(auto project, state_->repository.FindProject(id));
  ATELIER_TRY(auto domains, state_->repository.Domains());
  auto found = std::ranges::find(domains, project ? project->domain_id : id, &Domain::id);
  return found == domains.end() ? std::nullopt : std::optional(found->name);
}

}  // namespace atelier::iam
