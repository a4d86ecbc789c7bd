// The document as a list of operations.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace atelier::spec {

// Points into the document of its Specification.
struct Parameter {
  std::string name, in;  // in: "path", "query", "header"
  bool required = false;
  const json::value* schema = nullptr;  // never null
};

struct Operation {
  std::string id;      // operationId: the action of the route
  std::string method;  // "GET"
  std::string path;    // "/v1/{project_id}/models"
  std::string area;    // its first tag
  std::string summary;
  bool open = false;        // security: [] - needs nobody
  bool administer = false;  // x-needs: administer
  std::string who_may;      // x-who-may, where the method does not say it
  std::string not_served;   // x-not-served: what answers 501
  std::vector<Parameter> parameters;
  const json::value* body_schema = nullptr;  // of application/json; null when there is none
  bool body_required = false;
  std::string invalid_code;  // x-invalid-code of its area's tag: what a wrong field is answered with
};

// Immutable; thread-safe.
class Specification {
 public:
  // InvalidArgument names the operation that lacks something.
  static Result<Specification> Parse(std::string_view document);
  const std::vector<Operation>& operations() const { return operations_; }
  const json::object& document() const { return *document_; }

 private:
  std::shared_ptr<const json::object> document_;
  std::vector<Operation> operations_;  // by area in the order of the tags, then as written
};

}  // namespace atelier::spec
