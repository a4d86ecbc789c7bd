#include "spec/request_validator.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::spec {
namespace {

std::unexpected<Error> Refuse(const Violation& violation, const std::string& code) {
  return InvalidArgument(fmt::format("{}: expected {}, got {}", violation.path, violation.expected, violation.got),
                         violation.code.empty() ? code : violation.code, violation.path);
}

// A query parameter as the kind of value that its schema asks for; text that is none stays text.
json::value ReadParameter(std::string_view text, const Schemas::Node& schema) {
  if (WantsNumber(schema)) {
    if (auto whole = ParseNumber<std::int64_t>(text)) return *whole;
    if (auto real = ParseNumber<double>(text)) return *real;
    if (text == "true" || text == "false") return text == "true";
  }
  return json::value(text);
}

}  // namespace

RequestValidator::RequestValidator(Specification specification)
    : specification_(std::move(specification)), schemas_(std::make_unique<Schemas>(specification_.document())) {}

Result<RequestValidator> RequestValidator::Make(Specification specification) {
  RequestValidator validator(std::move(specification));
  auto compile = [&](const Operation& operation, const json::value& schema) -> Result<const Schemas::Node*> {
    auto node = validator.schemas_->Compile(schema);
    if (!node) return std::unexpected(std::move(node).error().Within(operation.id));
    return *node;
  };
  for (const auto& operation : validator.specification_.operations()) {
    if (!operation.not_served.empty()) continue;
    Rules rules;
    rules.code = operation.invalid_code;
    for (const auto& parameter : operation.parameters) {
      if (parameter.in != "query") continue;
      ATELIER_TRY(const auto* schema, compile(operation, *parameter.schema));
      rules.query.push_back({parameter.name, parameter.required, schema});
    }
    if (operation.body_schema != nullptr) {
      ATELIER_TRY(rules.body, compile(operation, *operation.body_schema));
    }
    rules.body_required = operation.body_required;
    validator.rules_.emplace(operation.id, std::move(rules));
  }
  return validator;
}

Result<void> RequestValidator::Check(std::string_view operation_id, const http::Query& query,
                                     std::string_view body) const {
  auto found = rules_.find(operation_id);
  if (found == rules_.end()) return {};
  ATELIER_CHECK(CheckQuery(found->second, query));
  return CheckBody(found->second, body);
}

Result<void> RequestValidator::CheckQuery(const Rules& rules, const http::Query& query) {
  for (const auto& rule : rules.query) {
    auto text = query.Get(rule.name);
    if (!text || text->empty()) {
      if (rule.required) return Refuse({rule.name, Expected(*rule.schema), "nothing", {}}, rules.code);
      continue;
    }
    auto violation = spec::Check(*rule.schema, ReadParameter(*text, *rule.schema), rule.name);
    if (violation) return Refuse(*violation, rules.code);
  }
  return {};
}

Result<void> RequestValidator::CheckBody(const Rules& rules, std::string_view body) {
  if (rules.body == nullptr || (body.empty() && !rules.body_required)) return {};
  auto value = ParseJson(body);
  if (!value) return {};
  auto violation = spec::Check(*rules.body, *value, "");
  if (violation) return Refuse(*violation, rules.code);
  return {};
}

}  // namespace atelier::spec
