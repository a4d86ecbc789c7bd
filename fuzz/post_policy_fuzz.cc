// "name: value" lines of a form's fields, an empty line, and a policy: what a policy allows, it no longer allows once
// it has expired, for another bucket that it does not name, or with one more field. Then the same fields as a signed
// form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/object_store_authenticator.h"
#include "auth/post_policy.h"
#include "auth/testing/demo_identity.h"
#include "base/digest.h"
#include "base/strings.h"

namespace {

using namespace atelier;

constexpr std::string_view kUnheardOf = "a-field-of-no-policy";

auth::FormFields ReadFields(std::string_view lines) {
  auth::FormFields fields;
  for (std::string_view line : Split(lines, '\n')) {
    auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    fields.insert_or_assign(ToLower(line.substr(0, colon)), std::string(Trim(line.substr(colon + 1))));
  }
  return fields;
}

void Judge(const auth::PostPolicy& policy, auth::FormFields fields, std::string_view text) {
  auto checked = policy.Check(fields, "b", auth::DemoTime());
  if (!checked && checked.error().code != "AccessDenied") std::abort();
  if (!checked) return;
  constexpr std::int64_t kEndOfTime = 253'402'300'799'999;  // the year 9999
  if (policy.Check(fields, "b", FromUnixMillis(kEndOfTime + 1))) std::abort();
  if (text.find(kUnheardOf) != std::string_view::npos) return;
  fields.emplace(kUnheardOf, "x");
  if (policy.Check(fields, "b", auth::DemoTime())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auth::DemoIdentity demo;
  static const auth::ObjectStoreAuthenticator authenticator(demo.identities, demo.clock);
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto gap = input.find("\n\n");
  auto fields = ReadFields(input.substr(0, gap));
  std::string_view text = gap == std::string_view::npos ? "" : input.substr(gap + 2);
  std::string base64 = Base64Encode(text);

  auto policy = auth::PostPolicy::Parse(base64);
  if (!policy && policy.error().code != "InvalidPolicyDocument") std::abort();
  if (policy) Judge(*policy, fields, ToLower(text));
  (void)auth::PostPolicy::Parse(text);

  auto form = authenticator.AuthenticateForm(fields, "b");
  if (!form && form.error().code.empty()) std::abort();
  fields.insert_or_assign("policy", base64);
  fields.insert_or_assign("awsaccesskeyid", auth::DemoKeys().access_key);
  fields.insert_or_assign("signature", Base64Encode(HmacSha1(auth::DemoKeys().secret_key, base64)));
  auto own = authenticator.AuthenticateForm(fields, "b");
  if (own && !own->identity.principal) std::abort();
  fields.insert_or_assign("signature", "forged");
  if (authenticator.AuthenticateForm(fields, "b")) std::abort();
  return 0;
}
