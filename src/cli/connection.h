// How the command line reaches a server: addresses and keys from the data directory of a local server, or from the
// environment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/signer.h"
#include "base/error.h"
#include "base/json.h"
#include "http/client.h"

namespace atelier::cli {

// ATELIER_ENDPOINT, ATELIER_OBS_ENDPOINT ("host:port"), ATELIER_ACCESS_KEY, ATELIER_SECRET_KEY, ATELIER_SECURITY_TOKEN
// (of a temporary key), ATELIER_PROJECT_ID and ATELIER_REGION win over <data-dir>/server.json and credentials.json;
// ATELIER_CREDENTIALS names another file in the place of credentials.json.
struct Connection {
  std::string platform;      // host:port
  std::string object_store;  // host:port
  auth::KeyPair keys;
  std::string project_id, project_name, region, user_name, password, domain_name;
};
// FailedPrecondition that says how to start a server, when there is none.
Result<Connection> FindConnection(const std::filesystem::path& data_dir);

// The platform's JSON API, signed with SDK-HMAC-SHA256. Not thread-safe.
class PlatformClient {
 public:
  explicit PlatformClient(Connection connection);
  // `path` below "/v1/{project_id}" when it begins with "v1:", else absolute. An answer of 400 and more becomes an
  // Error with the server's message, code and request id.
  Result<json::object> Call(const std::string& method, const std::string& path,
                            const std::optional<json::object>& body = {});
  // The same with the answer's headers.
  struct Answer {
    json::object body;
    http::Headers headers;
  };
  Result<Answer> Ask(const std::string& method, const std::string& path, const std::optional<json::object>& body = {});
  // A prediction: `content_type` and body as they are; the answer's text.
  Result<std::string> Predict(const std::string& service_id, const std::string& content_type, const std::string& body);
  const Connection& connection() const { return connection_; }

 private:
  Result<http::ClientResponse> Send(const std::string& method, const std::string& target,
                                    const std::string& content_type, const std::string& body);
  Connection connection_;
  http::Client client_;
};

// The S3 API, signed with V4 and UNSIGNED-PAYLOAD. Not thread-safe.
class ObjectClient {
 public:
  explicit ObjectClient(Connection connection);

  struct Item {
    std::string key;  // or a common prefix
    std::uint64_t size = 0;
    std::string last_modified, etag;
    bool is_prefix = false;
  };
  Result<std::vector<Item>> Buckets();
  Result<void> CreateBucket(const std::string& bucket);
  Result<void> DeleteBucket(const std::string& bucket);
  // Every key below a prefix, page by page; with `delimiter` also common prefixes.
  Result<void> List(const std::string& bucket, const std::string& prefix, const std::string& delimiter,
                    const std::function<Result<void>(const Item&)>& each);
  using Progress = std::function<void(std::uint64_t bytes)>;
  Result<void> PutFile(const std::string& bucket, const std::string& key, const std::filesystem::path& file,
                       const Progress& progress);
  Result<void> PutText(const std::string& bucket, const std::string& key, const std::string& text);
  Result<void> Get(const std::string& bucket, const std::string& key,
                   const std::function<Result<void>(std::string_view)>& sink);
  Result<http::Headers> Head(const std::string& bucket, const std::string& key);
  Result<void> Delete(const std::string& bucket, const std::string& key);
  const Connection& connection() const { return connection_; }

 private:
  Result<http::ClientResponse> Send(http::ClientRequest request);
  Result<void> PutMultipart(const std::string& target, const std::filesystem::path& file, std::uint64_t size,
                            const Progress& progress);
  Connection connection_;
  http::Client client_;
};

// "/bucket/key with space" as a request target.
std::string ObjectTarget(const std::string& bucket, const std::string& key);

}  // namespace atelier::cli
