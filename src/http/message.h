// HTTP messages as the rest of the tree sees them. No Beast or socket type leaves this room.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/task.h"

namespace atelier::http {

// Header fields in the order received; names compare without case; repeated names are kept (signatures need them all).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  void Add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void Set(std::string_view name, std::string value);  // replaces every field of that name
  void Remove(std::string_view name);
  // The first value, or nullopt.
  std::optional<std::string_view> Get(std::string_view name) const;
  std::vector<std::string_view> GetAll(std::string_view name) const;
  bool Has(std::string_view name) const { return Get(name).has_value(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

// The query part, decoded as forms encode it: `+` is a space, in a query and nowhere else in a target. In order. A
// parameter without '=' has an empty value and has_equals == false.
struct QueryParameter {
  std::string name;
  std::string value;
  bool has_equals = false;
};
class Query {
 public:
  // `raw` is the text after '?'. Bad escapes are kept as they are.
  static Query Parse(std::string_view raw);
  std::optional<std::string_view> Get(std::string_view name) const;  // the first of that name, case-sensitive
  std::vector<std::string_view> GetAll(std::string_view name) const;
  bool Has(std::string_view name) const { return Get(name).has_value(); }
  auto begin() const { return parameters_.begin(); }
  auto end() const { return parameters_.end(); }
  std::size_t size() const { return parameters_.size(); }

 private:
  std::vector<QueryParameter> parameters_;
};

struct Request {
  std::string method;     // as sent: "GET"
  std::string target;     // raw request target as received
  std::string path;       // raw (still percent-encoded) path part of the target
  std::string raw_query;  // raw text after '?', or empty
  Query query;
  Headers headers;
  std::optional<std::uint64_t> content_length;  // absent when chunked or when there is no body
  bool chunked = false;                         // Transfer-Encoding: chunked
  std::string remote_address;                   // "127.0.0.1"
  std::string request_id;                       // made by the server, 32 hex digits

  std::string_view host() const { return headers.Get("host").value_or(""); }
};

// A range of an open file, sent with sendfile.
struct FileExtent {
  std::shared_ptr<UniqueFd> file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

// Produces a body piece by piece: returns the next bytes, or an empty string at the end. An error closes the connection
// without a proper end, so that the client sees a short body and never mistakes it for a whole one.
using BodyProducer = std::function<Task<Result<std::string>>()>;

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Connection, Date, Server and X-Request-Id are added by the server
  // Whole text; or file extents (total length is their sum); or a producer (sent chunked, flushed per piece).
  std::variant<std::string, std::vector<FileExtent>, BodyProducer> body;
  // For HEAD: the length to announce although no body is sent.
  std::optional<std::uint64_t> announced_length;
  // For the access log: the route's action name ("PutObject") and the error text, when there was one.
  std::string action;
  std::string error;

  static Response Text(int status, std::string text, std::string content_type = "text/plain; charset=utf-8");
  static Response Json(int status, std::string text);
  static Response Empty(int status);
};

// The reason phrase of a status code.
std::string_view ReasonPhrase(int status);

}  // namespace atelier::http
