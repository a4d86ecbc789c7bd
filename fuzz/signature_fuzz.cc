// A request head ("METHOD target", then "Name: value" lines) against both authenticators, with one known key and a
// clock that stands still.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "auth/object_store_authenticator.h"
#include "auth/platform_authenticator.h"
#include "auth/query_policy.h"
#include "auth/testing/demo_identity.h"
#include "base/strings.h"

namespace {

using namespace atelier;

http::Request ReadRequest(std::string_view input) {
  auto lines = Split(input, '\n');
  auto space = lines[0].find(' ');
  std::string method(lines[0].substr(0, space));
  std::string target(space == std::string_view::npos ? "/" : Trim(lines[0].substr(space + 1)));
  if (!target.starts_with('/')) target.insert(0, "/");  // the head parser lets no other in
  auto request = auth::MakeRequest(std::move(method), std::move(target));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    request.headers.Add(std::string(lines[i].substr(0, colon)), std::string(Trim(lines[i].substr(colon + 1))));
  }
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auth::DemoIdentity demo;
  static const auth::ObjectStoreAuthenticator object_store(demo.identities, demo.clock);
  static const auth::PlatformAuthenticator platform(demo.identities, demo.clock);
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto request = ReadRequest(input);
  if (auto address = auth::AddressOf(request, {"obs.local"})) {
    auto identity = object_store.Authenticate(request, *address);
    if (identity && identity->principal.has_value() != (identity->scheme != auth::Scheme::kAnonymous)) std::abort();
    if (!identity && identity.error().code.empty()) std::abort();
    (void)auth::CheckQueryPolicy(Base64Encode(input), *address, demo.clock.Now());
  }
  auto claim = platform.ReadClaim(request);
  if (!claim && claim.error().code.empty()) std::abort();
  if (claim) {
    auto principal = platform.Verify(*claim, request, input.substr(input.size() / 2));
    if (principal && principal->user_name != "admin") std::abort();
  }
  return 0;
}
