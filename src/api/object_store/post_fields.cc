#include "api/object_store/post_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

constexpr auto kAsHeaders =
    std::to_array<std::string_view>({"cache-control", "content-disposition", "content-encoding", "content-language",
                                     "content-md5", "content-type", "expires"});

bool StandsForHeader(std::string_view name) {
  return name.starts_with("x-amz-") || name.starts_with("x-obs-") ||
         std::ranges::find(kAsHeaders, name) != kAsHeaders.end();
}

bool IsHeaderName(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return letter || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool IsHeaderValue(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

bool IsWebAddress(std::string_view url) {
  bool visible = std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; });
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!StartsWithIgnoreCase(url, scheme)) continue;
    auto rest = url.substr(scheme.size());
    return visible && !rest.substr(0, rest.find_first_of("/?#")).empty();
  }
  return false;
}

std::string_view ValueOf(const auth::FormFields& fields, std::string_view name) {
  auto field = fields.find(name);
  return field == fields.end() ? "" : std::string_view(field->second);
}

}  // namespace

Result<http::Headers> HeadersOf(const auth::FormFields& fields, std::string_view prefix) {
  http::Headers headers;
  for (const auto& [name, value] : fields) {
    bool is_acl = name == "acl";
    if (!is_acl && !StandsForHeader(name)) continue;
    if (!IsHeaderName(name) || !IsHeaderValue(value)) {
      return InvalidArgument(fmt::format("the field \"{}\" must be one line without control characters, and its name "
                                         "without spaces: it is kept as a header",
                                         name),
                             "InvalidArgument");
    }
    headers.Add(is_acl ? fmt::format("{}acl", prefix) : name, std::string(Trim(value)));
  }
  return headers;
}

PostAnswer AnswerOf(const auth::FormFields& fields) {
  for (std::string_view name : {"success_action_redirect", "redirect"}) {
    std::string_view url = ValueOf(fields, name);
    if (IsWebAddress(url)) return {.status = 303, .redirect = std::string(url)};
  }
  auto status = ParseNumber<int>(ValueOf(fields, "success_action_status"));
  if (status == 200 || status == 201) return {.status = *status, .redirect = {}};
  return {};
}

std::string RedirectTarget(std::string_view url, std::string_view bucket, std::string_view key, std::string_view etag) {
  auto hash = std::min(url.find('#'), url.size());
  std::string_view address = url.substr(0, hash);
  std::string_view separator = address.find('?') == std::string_view::npos ? "?" : "&";
  if (address.ends_with('?') || address.ends_with('&')) separator = "";
  return fmt::format("{}{}bucket={}&key={}&etag={}{}", address, separator, PercentEncode(bucket), PercentEncode(key),
                     PercentEncode(fmt::format("\"{}\"", etag)), url.substr(hash));
}

}  // namespace atelier::api::s3
