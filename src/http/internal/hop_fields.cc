#include "http/internal/hop_fields.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/strings.h"

namespace atelier::http {
namespace {

constexpr std::array<std::string_view, 12> kHopFields = {
    "connection", "keep-alive",    "proxy-connection", "proxy-authenticate", "proxy-authorization",
    "te",         "trailer",       "upgrade",          "transfer-encoding",  "content-length",
    "expect",     "http2-settings"};

}  // namespace

Headers WithoutHopFields(const Headers& headers) {
  std::vector<std::string> named;
  for (auto list : headers.GetAll("connection"))
    for (auto name : Split(list, ',')) named.push_back(ToLower(Trim(name)));
  Headers passed;
  for (const auto& [name, value] : headers) {
    auto lower = ToLower(name);
    if (std::ranges::find(kHopFields, lower) != kHopFields.end() || std::ranges::find(named, lower) != named.end())
      continue;
    passed.Add(name, value);
  }
  return passed;
}

}  // namespace atelier::http
