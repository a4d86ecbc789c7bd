#include "auth/security_token.h"

#include <string_view>

#include "base/strings.h"

namespace atelier::auth {
namespace {

// V4 writes its query parameter with capitals, V2 and OBS without.
bool NamesSecurityToken(std::string_view name) {
  return EqualsIgnoreCase(name, "x-amz-security-token") || EqualsIgnoreCase(name, "x-obs-security-token");
}

Result<void> Take(std::string_view name, std::string_view value, std::string& token) {
  value = Trim(value);
  if (!NamesSecurityToken(name) || value.empty() || value == token) return {};
  if (!token.empty())
    return InvalidArgument("The request has two security tokens that differ: send the one of its access key.",
                           "InvalidToken");
  token = value;
  return {};
}

}  // namespace

Result<std::string> SecurityTokenOf(const http::Request& request) {
  std::string token;
  for (const auto& [name, value] : request.headers) ATELIER_CHECK(Take(name, value, token));
  for (const auto& parameter : request.query) ATELIER_CHECK(Take(parameter.name, parameter.value, token));
  return token;
}

Result<std::string> SecurityTokenOf(const FormFields& fields) {
  std::string token;
  for (const auto& [name, value] : fields) ATELIER_CHECK(Take(name, value, token));
  return token;
}

}  // namespace atelier::auth
