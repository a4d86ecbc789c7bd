#include "api/platform/audit_trail.h"

#include "base/strings.h"

namespace atelier::api {
namespace {

bool MayChange(std::string_view method) { return method != "GET" && method != "HEAD"; }
bool IsRefusal(int status) { return status == 401 || status == 403; }

// A stranger's request belongs to the project that its path names.
std::string ProjectOf(const AuditTrail::Asked& asked) {
  if (!asked.principal.user_id.empty()) return asked.principal.project_id;
  auto named = asked.arguments.find("project_id");
  return named == asked.arguments.end() ? std::string() : named->second.substr(0, 64);
}

audit::Entry EntryOf(const AuditTrail::Asked& asked, int status) {
  std::vector<std::pair<std::string, std::string>> resource(asked.arguments.begin(), asked.arguments.end());
  const auto& who = asked.principal;
  audit::Entry entry;
  entry.project_id = ProjectOf(asked);
  entry.user_id = who.user_id;
  entry.user_name = who.user_name;
  if (!who.user_id.empty())
    entry.signed_in_by = who.access_key.empty() ? audit::SignedInBy::kToken : audit::SignedInBy::kAccessKey;
  entry.access_key = who.access_key;
  entry.action = asked.action;
  entry.method = asked.request.method;
  entry.resource = audit::ResourceText(resource);
  entry.status = status;
  entry.remote_address = asked.request.remote_address;
  entry.request_id = asked.request.request_id;
  return entry;
}

}  // namespace

Result<void> AuditTrail::RecordChange(const Asked& asked, const http::Response& response) const {
  if (log_ == nullptr || !MayChange(asked.request.method)) return {};
  Asked whole = asked;
  // Who signed in is known by the token that came of it.
  if (auto token = response.headers.Get("X-Subject-Token"); token && whole.principal.user_id.empty()) {
    if (auto principal = authenticator_.PrincipalOf(*token)) whole.principal = *std::move(principal);
  }
  auto recorded = log_->Record(EntryOf(whole, response.status));
  if (recorded) return {};
  return Internal("the change was made, but could not be recorded in the audit log: " + recorded.error().message);
}

void AuditTrail::NoteFailed(const Asked& asked, int status) const {
  if (log_ != nullptr && (MayChange(asked.request.method) || IsRefusal(status))) log_->Note(EntryOf(asked, status));
}

void AuditTrail::NoteRefused(const Asked& asked, int status) const {
  if (log_ != nullptr && IsRefusal(status)) log_->Note(EntryOf(asked, status));
}

}  // namespace atelier::api
