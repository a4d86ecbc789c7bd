#include "storage/app_repository.h"

#include <soci/soci.h>

#include <map>

namespace atelier::storage {

using iam::App;
using iam::AppApi;
using iam::AppCode;
using iam::AppGrant;

namespace {

void InsertCodes(soci::session& sql, const App& app) {
  for (const auto& code : app.codes) {
    long long created = ToUnixMillis(code.created);
    sql << "INSERT INTO app_code (digest, app_id, hint, created) VALUES (:d, :a, :h, :c)", soci::use(code.digest),
        soci::use(app.id), soci::use(code.hint), soci::use(created);
  }
}

Result<void> ReadCodes(soci::session& sql, std::map<std::string, std::vector<AppCode>>& into) {
  std::string digest, app_id, hint;
  long long created = 0;
  soci::statement select = (sql.prepare << "SELECT digest, app_id, hint, created FROM app_code ORDER BY rowid",
                            soci::into(digest), soci::into(app_id), soci::into(hint), soci::into(created));
  select.execute();
  while (select.fetch()) into[app_id].push_back({digest, hint, FromUnixMillis(created)});
  return {};
}

}  // namespace

Result<void> SqlAppRepository::Insert(const App& app) {
  long long created = ToUnixMillis(app.created), updated = ToUnixMillis(app.updated);
  return control_.Write([&](soci::session& sql) -> Result<void> {
    int taken = 0;
    sql << "SELECT COUNT(*) FROM app WHERE project_id = :p AND name = :n", soci::into(taken), soci::use(app.project_id),
        soci::use(app.name);
    if (taken > 0) return AlreadyExists("There is an app named " + app.name + " already.");
    sql << "INSERT INTO app (id, project_id, name, remark, user_id, app_key, app_secret, created, updated) VALUES (:i, "
           ":p, :n, :r, :u, :k, :s, :c, :t)",
        soci::use(app.id), soci::use(app.project_id), soci::use(app.name), soci::use(app.remark),
        soci::use(app.user_id), soci::use(app.key), soci::use(app.secret), soci::use(created), soci::use(updated);
    InsertCodes(sql, app);
    return {};
  });
}

Result<void> SqlAppRepository::Update(const App& app) {
  long long updated = ToUnixMillis(app.updated);
  return control_.Write([&](soci::session& sql) -> Result<void> {
    soci::statement update = (sql.prepare << "UPDATE app SET app_secret = :s, updated = :u WHERE id = :i",
                              soci::use(app.secret), soci::use(updated), soci::use(app.id));
    update.execute(true);
    if (update.get_affected_rows() == 0) return NotFound("There is no app " + app.id + " any more.");
    sql << "DELETE FROM app_code WHERE app_id = :i", soci::use(app.id);
    InsertCodes(sql, app);
    return {};
  });
}

Result<void> SqlAppRepository::Remove(const std::string& id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM app_grant WHERE app_id = :i", soci::use(id);
    sql << "DELETE FROM app WHERE id = :i", soci::use(id);
    return {};
  });
}

Result<void> SqlAppRepository::InsertApi(const AppApi& api) {
  long long created = ToUnixMillis(api.created);
  return control_.Write([&](soci::session& sql) -> Result<void> {
    int taken = 0;
    sql << "SELECT COUNT(*) FROM app_api WHERE service_id = :s", soci::into(taken), soci::use(api.service_id);
    if (taken > 0) return AlreadyExists("The service has an api already.");
    sql << "INSERT INTO app_api (id, project_id, service_id, created) VALUES (:i, :p, :s, :c)", soci::use(api.id),
        soci::use(api.project_id), soci::use(api.service_id), soci::use(created);
    return {};
  });
}

Result<void> SqlAppRepository::RemoveApi(const std::string& id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM app_api WHERE id = :i", soci::use(id);
    return {};
  });
}

Result<void> SqlAppRepository::InsertGrant(const AppGrant& grant) {
  long long created = ToUnixMillis(grant.created);
  return control_.Write([&](soci::session& sql) -> Result<void> {
    int taken = 0;
    sql << "SELECT COUNT(*) FROM app_grant WHERE api_id = :a AND app_id = :p", soci::into(taken),
        soci::use(grant.api_id), soci::use(grant.app_id);
    if (taken > 0) return AlreadyExists("The app has this api already.");
    sql << "INSERT INTO app_grant (id, api_id, app_id, created) VALUES (:i, :a, :p, :c)", soci::use(grant.id),
        soci::use(grant.api_id), soci::use(grant.app_id), soci::use(created);
    return {};
  });
}

Result<void> SqlAppRepository::RemoveGrant(const std::string& api_id, const std::string& app_id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM app_grant WHERE api_id = :a AND app_id = :p", soci::use(api_id), soci::use(app_id);
    return {};
  });
}

Result<std::vector<App>> SqlAppRepository::Apps() {
  std::vector<App> apps;
  ATELIER_CHECK(control_.Read([&](soci::session& sql) -> Result<void> {
    std::map<std::string, std::vector<AppCode>> codes;
    ATELIER_CHECK(ReadCodes(sql, codes));
    App app;
    long long created = 0, updated = 0;
    soci::statement select =
        (sql.prepare << "SELECT id, project_id, name, remark, user_id, app_key, app_secret, created, updated FROM app "
                        "ORDER BY created, id",
         soci::into(app.id), soci::into(app.project_id), soci::into(app.name), soci::into(app.remark),
         soci::into(app.user_id), soci::into(app.key), soci::into(app.secret), soci::into(created),
         soci::into(updated));
    select.execute();
    while (select.fetch()) {
      app.created = FromUnixMillis(created);
      app.updated = FromUnixMillis(updated);
      apps.push_back(app);
      apps.back().codes = codes[app.id];
    }
    return {};
  }));
  return apps;
}

Result<std::vector<AppApi>> SqlAppRepository::Apis() {
  std::vector<AppApi> apis;
  ATELIER_CHECK(control_.Read([&](soci::session& sql) -> Result<void> {
    AppApi api;
    long long created = 0;
    soci::statement select =
        (sql.prepare << "SELECT id, project_id, service_id, created FROM app_api ORDER BY created, id",
         soci::into(api.id), soci::into(api.project_id), soci::into(api.service_id), soci::into(created));
    select.execute();
    while (select.fetch()) {
      api.created = FromUnixMillis(created);
      apis.push_back(api);
    }
    return {};
  }));
  return apis;
}

Result<std::vector<AppGrant>> SqlAppRepository::Grants() {
  std::vector<AppGrant> grants;
  ATELIER_CHECK(control_.Read([&](soci::session& sql) -> Result<void> {
    AppGrant grant;
    long long created = 0;
    soci::statement select =
        (sql.prepare << "SELECT id, api_id, app_id, created FROM app_grant ORDER BY created, id", soci::into(grant.id),
         soci::into(grant.api_id), soci::into(grant.app_id), soci::into(created));
    select.execute();
    while (select.fetch()) {
      grant.created = FromUnixMillis(created);
      grants.push_back(grant);
    }
    return {};
  }));
  return grants;
}

}  // namespace atelier::storage
