#include "auth/signature_mismatch.h"

#include <utility>

#include "base/strings.h"

namespace atelier::auth {
namespace {

// "41 57 53 34": shows what a terminal would not, such as spaces at the end of a line.
std::string BytesOf(std::string_view text) {
  std::string hex = HexEncode(text);
  std::string bytes;
  bytes.reserve(text.size() * 3);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    if (i > 0) bytes += ' ';
    bytes.append(hex, i, 2);
  }
  return bytes;
}

Error Refusal(const std::string& access_key, const std::string& signature) {
  return {.kind = ErrorKind::kPermissionDenied,
          .message =
              "The request signature we calculated does not match the signature you provided. Check your secret "
              "key and signing method.",
          .code = "SignatureDoesNotMatch",
          .subject = access_key,
          .details = {{"SignatureProvided", signature}}};
}

void AddText(Error& error, const std::string& name, const std::string& text) {
  error.details.emplace_back(name, text);
  error.details.emplace_back(name + "Bytes", BytesOf(text));
}

}  // namespace

std::unexpected<Error> Mismatch(const std::string& access_key, const std::string& signature,
                                const std::string& string_to_sign) {
  Error error = Refusal(access_key, signature);
  AddText(error, "StringToSign", string_to_sign);
  return std::unexpected(std::move(error));
}

std::unexpected<Error> MismatchV4(const SignatureV4& signature, const std::vector<SignedTextV4>& texts) {
  Error error = Refusal(signature.access_key, signature.signature);
  if (texts.empty()) {
    error.message += " A header that the signature names is not in the request.";
    return std::unexpected(std::move(error));
  }
  AddText(error, "StringToSign", texts.front().string_to_sign);
  AddText(error, "CanonicalRequest", texts.front().canonical_request);
  return std::unexpected(std::move(error));
}

}  // namespace atelier::auth
