// What of the platform's requests goes into the audit log.
#pragma once

#include <string_view>

#include "api/platform/platform_route.h"
#include "audit/audit_log.h"
#include "auth/platform_authenticator.h"

namespace atelier::api {

// Thread-safe. Without a log it does nothing.
class AuditTrail {
 public:
  // One request; refers to what the caller has.
  struct Asked {
    std::string_view action;
    const http::PathArguments& arguments;
    const http::Request& request;
    iam::Principal principal;  // empty when not established
  };

  AuditTrail(audit::AuditLog* log, const auth::PlatformAuthenticator& authenticator)
      : log_(log), authenticator_(authenticator) {}

  // A request that is about to be answered with success. One that may have changed something (any but GET and HEAD) is
  // durable in the log on return. Internal when it could not be written: the change was made, but must not be
  // acknowledged.
  Result<void> RecordChange(const Asked& asked, const http::Response& response) const;
  // A request that was answered with an error: noted when it might have changed something, or was refused.
  void NoteFailed(const Asked& asked, int status) const;
  // Noted when it was refused: 401, 403.
  void NoteRefused(const Asked& asked, int status) const;

 private:
  audit::AuditLog* const log_;
  const auth::PlatformAuthenticator& authenticator_;
};

}  // namespace atelier::api
