// Dialect and address of an object store request (obs-s3-api section 1).
#include <algorithm>

#include "auth/object_store_authenticator.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

bool HasParameter(const http::Request& request, std::string_view name) { return request.query.Has(name); }

bool LooksLikeBucket(std::string_view text) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return text.size() >= 3 && text.size() <= 63 && letter(text.front()) && letter(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || c == '-' || c == '.'; });
}

bool IsIpLiteral(std::string_view host) {
  if (host.starts_with('[')) return true;
  auto parts = Split(host, '.');
  return parts.size() == 4 &&
         std::ranges::all_of(parts, [](std::string_view part) { return ParseNumber<std::uint8_t>(part).has_value(); });
}

std::string HostWithoutPort(std::string_view host) {
  if (host.starts_with('[')) return ToLower(host.substr(0, host.find(']') + 1));
  return ToLower(host.substr(0, host.find(':')));
}

// What stands before the base domain, dots and all; empty (path style) when that is nothing or no bucket's name.
// nullopt when the host is not of this domain.
std::optional<std::string> BucketBelow(std::string_view host, std::string_view base) {
  if (host == base) return "";
  if (!host.ends_with(base)) return std::nullopt;
  host.remove_suffix(base.size());
  if (!host.ends_with('.')) return std::nullopt;
  host.remove_suffix(1);
  return LooksLikeBucket(host) ? std::string(host) : "";
}

// The bucket that the host names, or empty for path style.
std::string BucketOfHost(std::string_view host_header, const std::vector<std::string>& base_domains) {
  std::string host = HostWithoutPort(host_header);
  if (host.empty() || IsIpLiteral(host)) return {};
  for (const auto& base : base_domains)
    if (auto bucket = BucketBelow(host, base)) return *bucket;
  if (auto bucket = BucketBelow(host, "localhost")) return *bucket;  // a base domain everywhere
  // No known domain: "bucket.any.name". A bare or two-label name is the service itself, so that "http://obs.local"
  // works as an endpoint.
  auto dot = host.find('.');
  if (dot == std::string::npos) return {};
  bool below_name = host.find('.', dot + 1) != std::string::npos;
  auto bucket = host.substr(0, dot);
  return below_name && LooksLikeBucket(bucket) ? bucket : "";
}

}  // namespace

Dialect DialectOf(const http::Request& request) {
  auto authorization = request.headers.Get("Authorization").value_or("");
  if (authorization.starts_with("OBS ")) return Dialect::kObs;
  if (authorization.starts_with("AWS")) return Dialect::kS3;
  if (HasParameter(request, "AccessKeyId") && HasParameter(request, "Signature")) return Dialect::kObs;
  if (HasParameter(request, "AWSAccessKeyId") || HasParameter(request, "X-Amz-Algorithm")) return Dialect::kS3;
  for (const auto& [name, value] : request.headers)
    if (StartsWithIgnoreCase(name, "x-obs-")) return Dialect::kObs;
  return Dialect::kS3;
}

Dialect DialectOfForm(const FormFields& fields, Dialect of_request) {
  auto has = [&](std::string_view name) { return fields.find(name) != fields.end(); };
  if (has("accesskeyid")) return Dialect::kObs;
  if (has("awsaccesskeyid") || has("x-amz-credential")) return Dialect::kS3;
  bool obs = std::ranges::any_of(fields, [](const auto& field) { return field.first.starts_with("x-obs-"); });
  return obs ? Dialect::kObs : of_request;
}

bool IsHuaweiSdk(const http::Request& request) {
  return StartsWithIgnoreCase(request.headers.Get("User-Agent").value_or(""), "obs-sdk-");
}

Result<Address> AddressOf(const http::Request& request, const std::vector<std::string>& base_domains) {
  Address address;
  std::string_view path = request.path;
  if (path.empty()) path = "/";
  address.bucket = BucketOfHost(request.host(), base_domains);
  address.virtual_host = !address.bucket.empty();
  std::string_view raw_key;
  if (address.virtual_host) {
    address.raw_resource = "/" + address.bucket + std::string(path);
    raw_key = path.substr(1);
  } else {
    address.raw_resource = path;
    auto rest = path.substr(1);
    auto slash = rest.find('/');
    auto bucket = PercentDecode(rest.substr(0, slash));
    if (!bucket) return InvalidArgument("The path has a broken percent escape.", "InvalidURI");
    address.bucket = *std::move(bucket);
    if (slash != std::string_view::npos) raw_key = rest.substr(slash + 1);
  }
  auto key = PercentDecode(raw_key);
  if (!key) return InvalidArgument("The path has a broken percent escape.", "InvalidURI");
  address.key = *std::move(key);
  return address;
}

}  // namespace atelier::auth
