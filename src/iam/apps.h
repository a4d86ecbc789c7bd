// Apps: who may call services without an account (modelarts-api section 4.8, "app code" and "app signature").
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace atelier::iam {

// A code that an app may send in place of a signature. The code itself is told once; what is kept cannot be sent.
struct AppCode {
  std::string digest;  // SHA-256 of the code, hex
  std::string hint;    // its first characters, to tell codes apart
  TimePoint created;
};

struct App {
  std::string id;  // UUID
  std::string project_id;
  std::string name, remark;
  std::string user_id;  // who made it
  std::string key;      // 32 characters; public
  std::string secret;   // 40 characters; needed in clear to verify HMACs, told once
  std::vector<AppCode> codes;
  TimePoint created, updated;
};

// A service that apps may be given.
struct AppApi {
  std::string id;  // UUID
  std::string project_id;
  std::string service_id;  // one api for each service
  TimePoint created;
};

// One app may call one api.
struct AppGrant {
  std::string id;  // UUID
  std::string api_id, app_id;
  TimePoint created;
};

// Port: where apps are kept. Implemented by storage/ and iam/testing/. Thread-safe; writes are durable when they
// return.
class AppRepository {
 public:
  virtual ~AppRepository() = default;
  virtual Result<void> Insert(const App& app) = 0;              // AlreadyExists when (project, name) is taken
  virtual Result<void> Update(const App& app) = 0;              // secret and codes; NotFound when it is gone
  virtual Result<void> Remove(const std::string& id) = 0;       // with its codes and grants
  virtual Result<void> InsertApi(const AppApi& api) = 0;        // AlreadyExists when the service has one
  virtual Result<void> RemoveApi(const std::string& id) = 0;    // with its grants
  virtual Result<void> InsertGrant(const AppGrant& grant) = 0;  // AlreadyExists when the app has it
  virtual Result<void> RemoveGrant(const std::string& api_id, const std::string& app_id) = 0;
  // Everything, for the memory that look-ups use.
  virtual Result<std::vector<App>> Apps() = 0;
  virtual Result<std::vector<AppApi>> Apis() = 0;
  virtual Result<std::vector<AppGrant>> Grants() = 0;
};

}  // namespace atelier::iam
