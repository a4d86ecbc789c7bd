#include "cli/connection.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/files.h"
#include "base/strings.h"

namespace atelier::cli {
namespace {

// Environment is read once, before any thread.
std::string Environment(const char* name) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? "" : text;
}

std::string Member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

std::string ErrorText(const http::ClientResponse& response) {
  auto body = ParseJsonObject(response.body);
  if (!body)
    return Trim(response.body).empty() ? fmt::format("HTTP {}", response.status) : std::string(Trim(response.body));
  for (auto key : {"error_msg", "error_message", "message", "msg"})
    if (auto text = Member(*body, key); !text.empty()) return text;
  if (const auto* error = body->if_contains("error"); error != nullptr && error->is_object())
    return Member(error->as_object(), "message");
  return response.body;
}

std::unexpected<Error> AsError(const http::ClientResponse& response) {
  ErrorKind kind = ErrorKind::kInternal;
  switch (response.status) {
    case 400:
      kind = ErrorKind::kInvalidArgument;
      break;
    case 401:
      kind = ErrorKind::kUnauthenticated;
      break;
    case 403:
      kind = ErrorKind::kPermissionDenied;
      break;
    case 404:
      kind = ErrorKind::kNotFound;
      break;
    case 409:
      kind = ErrorKind::kFailedPrecondition;
      break;
    case 413:
    case 429:
      kind = ErrorKind::kResourceExhausted;
      break;
    case 501:
      kind = ErrorKind::kUnimplemented;
      break;
    case 503:
      kind = ErrorKind::kUnavailable;
      break;
    case 504:
      kind = ErrorKind::kDeadlineExceeded;
      break;
    default:
      break;
  }
  std::string code;
  if (auto body = ParseJsonObject(response.body)) code = Member(*body, "error_code");
  return MakeError(kind, ErrorText(response), code, std::string(response.headers.Get("X-Request-Id").value_or("")));
}

Result<void> ReadServerFiles(const fs::path& data_dir, Connection& connection) {
  auto fill = [](std::string& into, std::string text) {
    if (into.empty()) into = std::move(text);
  };
  auto addresses = ReadFile(data_dir / "server.json");
  if (!addresses)
    return FailedPrecondition(
        fmt::format("no server is running on {}: start one with 'atelier serve --data-dir {}', or set "
                    "ATELIER_ENDPOINT and ATELIER_OBS_ENDPOINT",
                    data_dir.string(), data_dir.string()));
  ATELIER_TRY(json::object server, ParseJsonObject(*addresses));
  fill(connection.platform, Member(server, "platform"));
  fill(connection.object_store, Member(server, "object_store"));
  auto other = Environment("ATELIER_CREDENTIALS");
  ATELIER_TRY(std::string text, ReadFile(other.empty() ? data_dir / "credentials.json" : fs::path(other)));
  ATELIER_TRY(json::object credentials, ParseJsonObject(text));
  if (connection.keys.access_key.empty()) connection.keys.security_token = Member(credentials, "security_token");
  fill(connection.keys.access_key, Member(credentials, "access_key"));
  fill(connection.keys.secret_key, Member(credentials, "secret_key"));
  fill(connection.project_id, Member(credentials, "project_id"));
  fill(connection.project_name, Member(credentials, "project_name"));
  fill(connection.region, Member(credentials, "region"));
  fill(connection.user_name, Member(credentials, "user_name"));
  fill(connection.password, Member(credentials, "password"));
  fill(connection.domain_name, Member(credentials, "domain_name"));
  return {};
}

}  // namespace

Result<Connection> FindConnection(const fs::path& data_dir) {
  Connection connection;
  connection.platform = Environment("ATELIER_ENDPOINT");
  connection.object_store = Environment("ATELIER_OBS_ENDPOINT");
  connection.keys = {Environment("ATELIER_ACCESS_KEY"), Environment("ATELIER_SECRET_KEY"),
                     Environment("ATELIER_SECURITY_TOKEN")};
  connection.project_id = Environment("ATELIER_PROJECT_ID");
  connection.region = Environment("ATELIER_REGION");
  bool complete = !connection.platform.empty() && !connection.object_store.empty() &&
                  !connection.keys.access_key.empty() && !connection.keys.secret_key.empty() &&
                  !connection.project_id.empty();
  if (!complete) ATELIER_CHECK(ReadServerFiles(data_dir, connection));
  if (connection.region.empty()) connection.region = "local-1";
  return connection;
}

PlatformClient::PlatformClient(Connection connection)
    : connection_(std::move(connection)), client_(connection_.platform) {}

Result<http::ClientResponse> PlatformClient::Send(const std::string& method, const std::string& target,
                                                  const std::string& content_type, const std::string& body) {
  http::ClientRequest request;
  request.method = method;
  request.target = target;
  request.body = body;
  request.headers.Add("Host", connection_.platform);
  if (!content_type.empty()) request.headers.Add("Content-Type", content_type);
  if (!content_type.empty() && !content_type.starts_with("application/json"))
    request.headers.Add("X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD");
  auth::SignSdkHmac(request.headers, method, target, body, connection_.keys, SystemClock().Now());
  return client_.Send(request);
}

Result<PlatformClient::Answer> PlatformClient::Ask(const std::string& method, const std::string& path,
                                                   const std::optional<json::object>& body) {
  std::string target = path.starts_with("v1:") ? "/v1/" + connection_.project_id + path.substr(3) : path;
  ATELIER_TRY(auto response, Send(method, target, "application/json", body ? CompactJson(*body) : ""));
  if (response.status >= 400) return AsError(response);
  Answer answer{{}, std::move(response.headers)};
  if (!Trim(response.body).empty()) {
    ATELIER_TRY(answer.body, ParseJsonObject(response.body));
  }
  return answer;
}

Result<json::object> PlatformClient::Call(const std::string& method, const std::string& path,
                                          const std::optional<json::object>& body) {
  ATELIER_TRY(Answer answer, Ask(method, path, body));
  return std::move(answer.body);
}

Result<std::string> PlatformClient::Predict(const std::string& service_id, const std::string& content_type,
                                            const std::string& body) {
  ATELIER_TRY(auto response, Send("POST", "/v1/infers/" + PercentEncode(service_id), content_type, body));
  if (response.status >= 400) return AsError(response);
  return std::move(response.body);
}

}  // namespace atelier::cli
