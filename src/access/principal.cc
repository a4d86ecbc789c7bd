#include "access/principal.h"

#include <fmt/format.h>

namespace atelier::access {
namespace {

using Kind = Principal::Kind;

std::unexpected<Error> BadPrincipal(std::string_view name, std::string_view expected) {
  return InvalidArgument(fmt::format("the principal \"{}\" is not {}", name, expected), "MalformedPolicy");
}

bool IsPlain(std::string_view text) { return !text.empty() && text.find_first_of("*?:/ ") == std::string_view::npos; }

// User names may have most characters, spaces included.
bool IsUserName(std::string_view text) { return !text.empty() && text.find_first_of("*?:/") == std::string_view::npos; }

Result<Principal> ParseAws(std::string_view name) {
  constexpr std::string_view kExpected =
      "\"*\", an account's id, arn:aws:iam::<account>:root or arn:aws:iam::<account>:user/<name>";
  constexpr std::string_view kIam = ":iam::";
  constexpr std::string_view kUser = "user/";
  if (name == "*") return Principal{Kind::kEveryone, "", ""};
  if (IsPlain(name)) return Principal{Kind::kAccount, std::string(name), ""};
  auto iam = name.find(kIam);
  if (!name.starts_with("arn:aws") || iam == std::string_view::npos || name.find(':', 4) != iam)
    return BadPrincipal(name, kExpected);
  std::string_view rest = name.substr(iam + kIam.size());
  auto colon = rest.find(':');
  if (colon == std::string_view::npos || !IsPlain(rest.substr(0, colon))) return BadPrincipal(name, kExpected);
  std::string account(rest.substr(0, colon));
  std::string_view who = rest.substr(colon + 1);
  if (who == "root") return Principal{Kind::kAccount, std::move(account), ""};
  if (!who.starts_with(kUser) || !IsUserName(who.substr(kUser.size()))) return BadPrincipal(name, kExpected);
  return Principal{Kind::kUser, std::move(account), std::string(who.substr(kUser.size()))};
}

Result<Principal> ParseObs(std::string_view name) {
  constexpr std::string_view kExpected = "\"*\", domain/<id>, domain/<id>:user/<id> or domain/<id>:user/*";
  constexpr std::string_view kDomain = "domain/";
  constexpr std::string_view kUser = ":user/";
  if (name == "*") return Principal{Kind::kEveryone, "", ""};
  if (!name.starts_with(kDomain)) return BadPrincipal(name, kExpected);
  std::string_view rest = name.substr(kDomain.size());
  auto colon = rest.find(':');
  std::string account(rest.substr(0, colon));
  if (!IsPlain(account)) return BadPrincipal(name, kExpected);
  if (colon == std::string_view::npos) return Principal{Kind::kAccount, std::move(account), ""};
  std::string_view who = rest.substr(colon);
  if (!who.starts_with(kUser)) return BadPrincipal(name, kExpected);
  std::string_view user = who.substr(kUser.size());
  if (user == "*") return Principal{Kind::kAccount, std::move(account), ""};
  if (!IsUserName(user)) return BadPrincipal(name, kExpected);
  return Principal{Kind::kUser, std::move(account), std::string(user)};
}

}  // namespace

bool Principal::Includes(const Requester& requester) const {
  switch (kind) {
    case Kind::kEveryone:
      return true;
    case Kind::kAccount:
      return IsOfAccount(requester, account);
    case Kind::kUser:
      return IsOfAccount(requester, account) && (user == requester.user_name || user == requester.user_id);
    case Kind::kService:
      return false;
  }
  return false;
}

Result<Principal> ParsePrincipal(std::string_view kind, std::string_view name) {
  if (kind == "AWS") return ParseAws(name);
  if (kind == "ID") return ParseObs(name);
  if (kind == "CanonicalUser") {
    if (!IsPlain(name)) return BadPrincipal(name, "a canonical user id, which is the id of a project");
    return Principal{Kind::kAccount, std::string(name), ""};
  }
  if (kind == "Service") {
    if (!IsPlain(name)) return BadPrincipal(name, "the name of a service, such as logging.s3.amazonaws.com");
    return Principal{Kind::kService, "", ""};
  }
  return InvalidArgument(
      fmt::format("a principal is named under AWS, CanonicalUser, Service or ID (OBS), not under \"{}\"", kind),
      "MalformedPolicy");
}

}  // namespace atelier::access
