// What strangers may send before they are known: the bodies of a sign-in and of a wish for a temporary key, and the
// text of a token of either kind.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/iam/sign_in_json.h"
#include "api/iam/temporary_key_json.h"
#include "iam/temporary_key.h"
#include "iam/token_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace atelier;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto sign_in = api::ParseSignIn(input);
  if (!sign_in && (sign_in.error().kind != ErrorKind::kInvalidArgument || sign_in.error().message.empty()))
    std::abort();
  if (sign_in) {
    const auto* password = std::get_if<iam::SignIn::Password>(&sign_in->method);
    if (password != nullptr && password->user_id.empty() && password->user_name.empty()) std::abort();
  }
  auto temporary = api::ParseTemporaryKeyRequest(input);
  if (!temporary && temporary.error().message.empty()) std::abort();
  if (!temporary && temporary.error().kind != ErrorKind::kInvalidArgument &&
      temporary.error().kind != ErrorKind::kUnimplemented)
    std::abort();
  static const iam::TokenCodec codec("a secret that no input knows");
  if (codec.Decode(input)) std::abort();
  static const iam::TemporaryKeyCodec temporary_keys("a secret that no input knows");
  if (temporary_keys.Open(input)) std::abort();
  return 0;
}
