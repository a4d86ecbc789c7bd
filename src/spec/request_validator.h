// Requests against the specification, before a handler sees them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"
#include "spec/schema.h"
#include "spec/specification.h"

namespace atelier::spec {

// Immutable once made; thread-safe.
class RequestValidator {
 public:
  // Compiles what every operation asks for. InvalidArgument names the operation whose schema cannot be checked.
  static Result<RequestValidator> Make(Specification specification);

  // Success for an unknown operation, and for a body that is no JSON, which the handler refuses with line and column.
  // Else InvalidArgument "<field>: expected <what>, got <what>" with the area's code (x-invalid-code; none for
  // Keystone's). An empty query parameter counts as absent: some clients send those.
  Result<void> Check(std::string_view operation_id, const http::Query& query, std::string_view body) const;

 private:
  struct QueryRule {
    std::string name;
    bool required = false;
    const Schemas::Node* schema = nullptr;
  };
  struct Rules {
    std::vector<QueryRule> query;
    const Schemas::Node* body = nullptr;
    bool body_required = false;
    std::string code;
  };
  explicit RequestValidator(Specification specification);
  static Result<void> CheckQuery(const Rules& rules, const http::Query& query);
  static Result<void> CheckBody(const Rules& rules, std::string_view body);

  Specification specification_;
  std::unique_ptr<Schemas> schemas_;
  std::map<std::string, Rules, std::less<>> rules_;
};

}  // namespace atelier::spec
