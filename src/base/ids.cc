#include "base/ids.h"

#include <openssl/rand.h>

#include <cstdlib>

#include "base/strings.h"

namespace atelier {

std::string RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  // Without randomness no secret can be made: nothing sensible can go on.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) std::abort();
  return bytes;
}

std::string RandomHex(std::size_t characters) {
  return HexEncode(RandomBytes((characters + 1) / 2)).substr(0, characters);
}

std::string RandomAlphanumeric(std::size_t characters) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string result;
  while (result.size() < characters) {
    // 248 = 4 * 62: bytes above it are dropped so that each letter is equally likely.
    for (char c : RandomBytes(characters))
      if (auto byte = static_cast<unsigned char>(c); byte < 248 && result.size() < characters)
        result += kAlphabet[byte % 62];
  }
  return result;
}

std::string NewUuid() {
  auto bytes = RandomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  auto hex = HexEncode(bytes);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

}  // namespace atelier
