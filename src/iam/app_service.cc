#include "iam/app_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/digest.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/strings.h"
#include "iam/names.h"

namespace atelier::iam {
namespace {

constexpr std::size_t kMostApps = 100;  // in a project
constexpr std::size_t kMostCodes = 5;   // of an app
constexpr std::size_t kHint = 6;
constexpr auto kBelieved = std::chrono::seconds(30);
constexpr std::size_t kMostProjects = 10'000;

std::string DigestOf(std::string_view code) { return HexEncode(ComputeDigest(DigestKind::kSha256, code)); }

std::unexpected<Error> NoApp(const std::string& id) {
  return NotFound(fmt::format("App {} does not exist.", id), {}, id);
}

// The code, and what is kept of it.
std::pair<std::string, AppCode> NewCode(TimePoint now) {
  auto code = RandomAlphanumeric(64);
  return {code, {DigestOf(code), code.substr(0, kHint), now}};
}

bool IsGrant(const AppGrant& grant, const std::string& api_id, const std::string& app_id) {
  return grant.api_id == api_id && grant.app_id == app_id;
}

}  // namespace

struct AppService::Index {
  std::unordered_map<std::string, std::shared_ptr<const AppAccess>> by_key, by_code;  // by the code's digest
};

AppService::AppService(AppRepository& repository, const Clock& clock, ProjectEnabled project_enabled)
    : repository_(repository),
      clock_(clock),
      project_enabled_(std::move(project_enabled)),
      enabled_(kBelieved, kMostProjects) {}

Result<std::unique_ptr<AppService>> AppService::Open(AppRepository& repository, const Clock& clock,
                                                     ProjectEnabled project_enabled) {
  std::unique_ptr<AppService> service(new AppService(repository, clock, std::move(project_enabled)));
  ATELIER_CHECK(service->Load());
  return service;
}

Result<void> AppService::Load() {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(apps_, repository_.Apps());
  ATELIER_TRY(apis_, repository_.Apis());
  ATELIER_TRY(grants_, repository_.Grants());
  Publish();
  return {};
}

void AppService::Publish() {
  std::unordered_map<std::string, std::string> service_of;  // api id -> service
  for (const auto& api : apis_) service_of[api.id] = api.service_id;
  std::unordered_map<std::string, std::shared_ptr<AppAccess>> by_id;
  auto index = std::make_shared<Index>();
  for (const auto& app : apps_) {
    auto access = std::make_shared<AppAccess>(AppAccess{app.id, app.project_id, app.secret, {}});
    by_id[app.id] = access;
    index->by_key[app.key] = access;
    for (const auto& code : app.codes) index->by_code[code.digest] = access;
  }
  for (const auto& grant : grants_)
    if (by_id.contains(grant.app_id) && service_of.contains(grant.api_id))
      by_id[grant.app_id]->services.insert(service_of[grant.api_id]);
  std::lock_guard lock(index_mutex_);
  index_ = std::move(index);
}

App* AppService::Own(const AppCaller& caller, const std::string& id) {
  auto found = std::ranges::find(apps_, id, &App::id);
  return found == apps_.end() || found->project_id != caller.project_id ? nullptr : &*found;
}

Result<AppService::NewApp> AppService::Create(const AppCaller& caller, const std::string& name,
                                              const std::string& remark) {
  ATELIER_CHECK(CheckName("app_name", name));
  if (remark.size() > 200) return InvalidArgument("app_remark: at most 200 characters are allowed", {}, "app_remark");
  std::lock_guard lock(mutex_);
  auto count = static_cast<std::size_t>(std::ranges::count(apps_, caller.project_id, &App::project_id));
  if (count >= kMostApps)
    return ResourceExhausted(fmt::format("A project may have {} apps at most: delete one first.", kMostApps));
  App app{NewUuid(),     caller.project_id,      name, remark, caller.user_id,
          RandomHex(32), RandomAlphanumeric(40), {},   {},     {}};
  app.created = app.updated = clock_.Now();
  auto [code, kept] = NewCode(app.created);
  app.codes.push_back(std::move(kept));
  ATELIER_CHECK(repository_.Insert(app));
  apps_.push_back(app);
  Publish();
  return NewApp{std::move(app), std::move(code)};
}

Result<App> AppService::Find(const AppCaller& caller, const std::string& id) const {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find(apps_, id, &App::id);
  if (found == apps_.end() || found->project_id != caller.project_id) return NoApp(id);
  return *found;
}

std::vector<App> AppService::List(const AppCaller& caller) const {
  std::lock_guard lock(mutex_);
  std::vector<App> own;
  std::ranges::copy_if(apps_, std::back_inserter(own),
                       [&](const App& app) { return app.project_id == caller.project_id; });
  std::ranges::sort(own, {}, &App::name);
  return own;
}

Result<void> AppService::Delete(const AppCaller& caller, const std::string& id) {
  std::lock_guard lock(mutex_);
  const auto* app = Own(caller, id);
  if (app == nullptr) return NoApp(id);
  auto bound = std::ranges::count(grants_, id, &AppGrant::app_id);
  if (bound > 0)
    return FailedPrecondition(
        fmt::format("App {} is bound to {} service(s): take those from it first.", app->name, bound), {}, id);
  ATELIER_CHECK(repository_.Remove(id));
  std::erase_if(apps_, [&](const App& one) { return one.id == id; });
  Publish();
  return {};
}

Result<void> AppService::Store(App app) {
  app.updated = clock_.Now();
  ATELIER_CHECK(repository_.Update(app));
  *std::ranges::find(apps_, app.id, &App::id) = std::move(app);
  Publish();
  return {};
}

Result<std::string> AppService::AddCode(const AppCaller& caller, const std::string& id) {
  std::lock_guard lock(mutex_);
  const auto* own = Own(caller, id);
  if (own == nullptr) return NoApp(id);
  if (own->codes.size() >= kMostCodes)
    return ResourceExhausted(fmt::format("An app may have {} codes at most: delete one first.", kMostCodes));
  auto app = *own;
  auto [code, kept] = NewCode(clock_.Now());
  app.codes.push_back(std::move(kept));
  ATELIER_CHECK(Store(std::move(app)));
  return code;
}

Result<std::pair<App, std::size_t>> AppService::OwnCode(const AppCaller& caller, const std::string& id,
                                                        const std::string& code) {
  const auto* app = Own(caller, id);
  if (app == nullptr) return NoApp(id);
  auto digest = DigestOf(code);
  for (std::size_t i = 0; i < app->codes.size(); ++i)
    if (app->codes[i].digest == digest || app->codes[i].hint == code) return std::pair{*app, i};
  return NotFound(fmt::format("App {} has no such code; a code is named by itself or by its first {} characters.",
                              app->name, kHint),
                  {}, id);
}

Result<std::string> AppService::ResetCode(const AppCaller& caller, const std::string& id, const std::string& code) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(auto found, OwnCode(caller, id, code));
  auto [fresh, kept] = NewCode(clock_.Now());
  found.first.codes[found.second] = std::move(kept);
  ATELIER_CHECK(Store(std::move(found.first)));
  return fresh;
}

Result<void> AppService::DeleteCode(const AppCaller& caller, const std::string& id, const std::string& code) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(auto found, OwnCode(caller, id, code));
  found.first.codes.erase(found.first.codes.begin() + static_cast<std::ptrdiff_t>(found.second));
  return Store(std::move(found.first));
}

Result<std::string> AppService::ResetSecret(const AppCaller& caller, const std::string& id) {
  std::lock_guard lock(mutex_);
  const auto* own = Own(caller, id);
  if (own == nullptr) return NoApp(id);
  auto app = *own;
  app.secret = RandomAlphanumeric(40);
  auto secret = app.secret;
  ATELIER_CHECK(Store(std::move(app)));
  return secret;
}

Result<AppApi> AppService::Register(const AppCaller& caller, const std::string& service_id) {
  std::lock_guard lock(mutex_);
  if (auto found = std::ranges::find(apis_, service_id, &AppApi::service_id); found != apis_.end()) return *found;
  AppApi api{NewUuid(), caller.project_id, service_id, clock_.Now()};
  ATELIER_CHECK(repository_.InsertApi(api));
  apis_.push_back(api);
  Publish();
  return api;
}

std::optional<AppApi> AppService::ApiOf(const std::string& service_id) const {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find(apis_, service_id, &AppApi::service_id);
  if (found == apis_.end()) return std::nullopt;
  return *found;
}

Result<AppApi> AppService::FindApi(const AppCaller& caller, const std::string& service_id,
                                   const std::string& api_id) const {
  auto api = ApiOf(service_id);
  if (!api || api->id != api_id || api->project_id != caller.project_id)
    return NotFound(fmt::format("Service {} has no api {}.", service_id, api_id), {}, api_id);
  return *std::move(api);
}

Result<void> AppService::DeleteApi(const AppCaller& caller, const std::string& service_id, const std::string& api_id) {
  ATELIER_TRY(auto api, FindApi(caller, service_id, api_id));
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(repository_.RemoveApi(api.id));
  std::erase_if(apis_, [&](const AppApi& one) { return one.id == api.id; });
  std::erase_if(grants_, [&](const AppGrant& grant) { return grant.api_id == api.id; });
  Publish();
  return {};
}

Result<AppGrant> AppService::Grant(const AppCaller& caller, const AppApi& api, const std::string& app_id) {
  std::lock_guard lock(mutex_);
  if (Own(caller, app_id) == nullptr) return NoApp(app_id);
  if (std::ranges::find(apis_, api.id, &AppApi::id) == apis_.end())
    return NotFound(fmt::format("The api {} does not exist any more.", api.id), {}, api.id);
  for (const auto& grant : grants_)
    if (IsGrant(grant, api.id, app_id)) return grant;
  AppGrant grant{NewUuid(), api.id, app_id, clock_.Now()};
  ATELIER_CHECK(repository_.InsertGrant(grant));
  grants_.push_back(grant);
  Publish();
  return grant;
}

Result<AppGrant> AppService::Revoke(const AppCaller& caller, const AppApi& api, const std::string& app_id) {
  std::lock_guard lock(mutex_);
  if (Own(caller, app_id) == nullptr) return NoApp(app_id);
  auto found = std::ranges::find_if(grants_, [&](const AppGrant& grant) { return IsGrant(grant, api.id, app_id); });
  if (found == grants_.end())
    return NotFound(fmt::format("App {} is not bound to service {}.", app_id, api.service_id), {}, app_id);
  auto grant = *found;
  ATELIER_CHECK(repository_.RemoveGrant(api.id, app_id));
  grants_.erase(found);
  Publish();
  return grant;
}

std::vector<App> AppService::AppsOf(const AppApi& api) const {
  std::lock_guard lock(mutex_);
  std::vector<App> bound;
  for (const auto& app : apps_)
    if (std::ranges::any_of(grants_, [&](const AppGrant& grant) { return IsGrant(grant, api.id, app.id); }))
      bound.push_back(app);
  std::ranges::sort(bound, {}, &App::name);
  return bound;
}

std::vector<AppApi> AppService::ApisOf(const App& app) const {
  std::lock_guard lock(mutex_);
  std::vector<AppApi> bound;
  for (const auto& api : apis_)
    if (std::ranges::any_of(grants_, [&](const AppGrant& grant) { return IsGrant(grant, api.id, app.id); }))
      bound.push_back(api);
  return bound;
}

// The rows may have gone with the service's; removing them again is no error.
void AppService::ForgetService(const std::string& service_id) {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find(apis_, service_id, &AppApi::service_id);
  if (found == apis_.end()) return;
  auto id = found->id;
  if (auto removed = repository_.RemoveApi(id); !removed)
    LogWarning("apps: the api of a service that is gone is still stored", {{"error", removed.error().message}});
  std::erase_if(apis_, [&](const AppApi& one) { return one.id == id; });
  std::erase_if(grants_, [&](const AppGrant& grant) { return grant.api_id == id; });
  Publish();
}

Result<std::shared_ptr<const AppAccess>> AppService::IfEnabled(std::shared_ptr<const AppAccess> access) const {
  auto now = clock_.Now();
  auto enabled = enabled_.Find(access->project_id, now);
  if (!enabled) {
    auto generation = enabled_.generation();
    ATELIER_TRY(enabled, project_enabled_(access->project_id));
    enabled_.Keep(generation, access->project_id, *enabled, now);
  }
  return *enabled ? std::move(access) : nullptr;
}

Result<std::shared_ptr<const AppAccess>> AppService::FindKey(std::string_view app_key) const {
  std::shared_ptr<const Index> index;
  {
    std::lock_guard lock(index_mutex_);
    index = index_;
  }
  auto found = index->by_key.find(std::string(app_key));
  if (found == index->by_key.end()) return nullptr;
  return IfEnabled(found->second);
}

Result<std::shared_ptr<const AppAccess>> AppService::FindCode(std::string_view app_code) const {
  std::shared_ptr<const Index> index;
  {
    std::lock_guard lock(index_mutex_);
    index = index_;
  }
  auto found = index->by_code.find(DigestOf(app_code));
  if (found == index->by_code.end()) return nullptr;
  return IfEnabled(found->second);
}

}  // namespace atelier::iam
