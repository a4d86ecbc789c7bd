// Makes, lists and removes apps, binds them to services, and looks them up on the prediction path.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "iam/apps.h"
#include "iam/identity_cache.h"

namespace atelier::iam {

// On whose behalf an operation runs: apps belong to projects, every user of one may manage them.
struct AppCaller {
  std::string project_id, user_id;
};

// What a look-up gives: never changed once made.
struct AppAccess {
  std::string app_id, project_id, secret;
  std::set<std::string, std::less<>> services;
};

// Thread-safe. All apps are in memory (at most 100 for each project); a change is stored, then seen by every look-up
// that begins after the call has returned. A look-up takes no lock for longer than it takes to copy a pointer.
class AppService {
 public:
  // Whether the project exists and is enabled; what it says is believed for 30 seconds.
  using ProjectEnabled = std::function<Result<bool>(const std::string& project_id)>;

  static Result<std::unique_ptr<AppService>> Open(AppRepository& repository, const Clock& clock,
                                                  ProjectEnabled project_enabled);

  // `code` and the app's secret are in no later answer. Names: 1 to 64 bytes, unique in the project (AlreadyExists).
  struct NewApp {
    App app;
    std::string code;
  };
  Result<NewApp> Create(const AppCaller& caller, const std::string& name, const std::string& remark);
  Result<App> Find(const AppCaller& caller, const std::string& id) const;  // NotFound for another project's as well
  std::vector<App> List(const AppCaller& caller) const;                    // by name
  Result<void> Delete(const AppCaller& caller, const std::string& id);     // FailedPrecondition while it is bound
  Result<std::string> AddCode(const AppCaller& caller, const std::string& id);  // at most 5
  // `code`: the code itself, or its hint.
  Result<std::string> ResetCode(const AppCaller& caller, const std::string& id, const std::string& code);
  Result<void> DeleteCode(const AppCaller& caller, const std::string& id, const std::string& code);
  Result<std::string> ResetSecret(const AppCaller& caller, const std::string& id);

  // The api of a service, made when there is none. The caller has seen to it that the service is its project's.
  Result<AppApi> Register(const AppCaller& caller, const std::string& service_id);
  std::optional<AppApi> ApiOf(const std::string& service_id) const;
  Result<AppApi> FindApi(const AppCaller& caller, const std::string& service_id, const std::string& api_id) const;
  Result<void> DeleteApi(const AppCaller& caller, const std::string& service_id, const std::string& api_id);
  // Giving what an app has is no error and gives the grant it has.
  Result<AppGrant> Grant(const AppCaller& caller, const AppApi& api, const std::string& app_id);
  Result<AppGrant> Revoke(const AppCaller& caller, const AppApi& api, const std::string& app_id);
  std::vector<App> AppsOf(const AppApi& api) const;
  std::vector<AppApi> ApisOf(const App& app) const;
  // The service is gone: nothing of its api is kept.
  void ForgetService(const std::string& service_id);

  // The prediction path; nullptr for what is unknown or belongs to a disabled project.
  Result<std::shared_ptr<const AppAccess>> FindKey(std::string_view app_key) const;
  Result<std::shared_ptr<const AppAccess>> FindCode(std::string_view app_code) const;

 private:
  struct Index;
  AppService(AppRepository& repository, const Clock& clock, ProjectEnabled project_enabled);
  Result<void> Load();
  void Publish();  // the caller holds `mutex_`
  App* Own(const AppCaller& caller, const std::string& id);
  Result<std::pair<App, std::size_t>> OwnCode(const AppCaller& caller, const std::string& id, const std::string& code);
  Result<void> Store(App app);
  Result<std::shared_ptr<const AppAccess>> IfEnabled(std::shared_ptr<const AppAccess> access) const;

  AppRepository& repository_;
  const Clock& clock_;
  ProjectEnabled project_enabled_;
  mutable IdentityCache<bool> enabled_;
  mutable std::mutex mutex_;  // guards:
  std::vector<App> apps_;
  std::vector<AppApi> apis_;
  std::vector<AppGrant> grants_;
  mutable std::mutex index_mutex_;  // guards the pointer:
  std::shared_ptr<const Index> index_;
};

}  // namespace atelier::iam
