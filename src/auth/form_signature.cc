#include "auth/form_signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/clock.h"

namespace atelier::auth {
namespace {

bool Has(const FormFields& fields, std::string_view name) { return fields.find(name) != fields.end(); }

// Before the file, as every field that counts.
Result<std::string> Need(const FormFields& fields, std::string_view name) {
  auto field = fields.find(name);
  if (field != fields.end()) return field->second;
  return InvalidArgument(
      fmt::format("Bucket POST must contain a field named '{}'. If it is specified, please check the order of the "
                  "fields: it must come before the file.",
                  name),
      "InvalidArgument");
}

Result<Scheme> SchemeOf(const FormFields& fields) {
  struct Mark {
    std::string_view field;
    Scheme scheme;
  };
  constexpr auto kMarks = std::to_array<Mark>(
      {{"awsaccesskeyid", Scheme::kFormV2}, {"accesskeyid", Scheme::kFormObs}, {"x-amz-credential", Scheme::kFormV4}});
  auto scheme = Scheme::kAnonymous;
  for (const auto& [field, marked] : kMarks) {
    if (!Has(fields, field)) continue;
    if (scheme != Scheme::kAnonymous)
      return InvalidArgument("A form may be signed in one way only; this one has the fields of two.",
                             "InvalidArgument");
    scheme = marked;
  }
  return scheme;
}

Result<FormSignature> ReadV4(const FormFields& fields, FormSignature form) {
  ATELIER_TRY(std::string algorithm, Need(fields, "x-amz-algorithm"));
  if (algorithm != "AWS4-HMAC-SHA256")
    return InvalidArgument("The field x-amz-algorithm must be AWS4-HMAC-SHA256.", "InvalidArgument");
  ATELIER_TRY(std::string credential, Need(fields, "x-amz-credential"));
  form.v4.scheme = Scheme::kFormV4;
  ATELIER_CHECK(ReadCredential(credential, form.v4));
  form.access_key = form.v4.access_key;
  ATELIER_TRY(form.v4.timestamp, Need(fields, "x-amz-date"));
  if (!ParseIsoBasic(form.v4.timestamp))
    return InvalidArgument("The field x-amz-date must be YYYYMMDDTHHMMSSZ.", "InvalidArgument");
  if (!form.v4.timestamp.starts_with(form.v4.date))
    return InvalidArgument("The credential's date is not that of x-amz-date.", "InvalidArgument");
  ATELIER_TRY(form.signature, Need(fields, "x-amz-signature"));
  return form;
}

}  // namespace

Result<FormSignature> ReadFormSignature(const FormFields& fields) {
  FormSignature form;
  ATELIER_TRY(form.scheme, SchemeOf(fields));
  constexpr auto kOthers =
      std::to_array<std::string_view>({"policy", "signature", "x-amz-signature", "x-amz-algorithm"});
  bool signs = form.scheme != Scheme::kAnonymous ||
               std::ranges::any_of(kOthers, [&](std::string_view name) { return Has(fields, name); });
  if (!signs) return form;
  ATELIER_TRY(form.policy, Need(fields, "policy"));
  if (form.scheme == Scheme::kFormV4) return ReadV4(fields, std::move(form));
  ATELIER_TRY(form.access_key, Need(fields, form.scheme == Scheme::kFormObs ? "accesskeyid" : "awsaccesskeyid"));
  ATELIER_TRY(form.signature, Need(fields, "signature"));
  return form;
}

}  // namespace atelier::auth
