#include "registry/import_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/strings.h"

namespace atelier::registry {
namespace {

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// "D.D.D", each part 0..99 without a leading zero (the reference's samples use 0.0.1).
bool IsVersion(std::string_view text) {
  auto parts = Split(text, '.');
  return parts.size() == 3 && std::ranges::all_of(parts, [](std::string_view part) {
           return !part.empty() && part.size() <= 2 && (part.size() == 1 || part[0] != '0') &&
                  ParseNumber<unsigned>(part).has_value();
         });
}

std::unexpected<Error> Wrong(std::string_view field, const std::string& what) {
  return InvalidArgument(fmt::format("{}: {}", field, what), "ModelArts.3037", std::string(field));
}

bool IsAlgorithm(std::string_view text) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return text.size() <= 36 && letter(text.front()) && text.find_first_of("&!'\"<>=") == std::string_view::npos;
}

// An array of objects, as text; empty is fine.
Result<json::array> ReadObjects(std::string_view field, const std::string& text) {
  if (text.empty()) return json::array{};
  auto value = ParseJson(text);
  if (!value || !value->is_array()) return Wrong(field, "expected an array of objects");
  for (const auto& item : value->get_array())
    if (!item.is_object()) return Wrong(field, "expected an array of objects");
  return std::move(value->get_array());
}

Result<void> ValidateDocs(const std::string& text) {
  ATELIER_TRY(auto docs, ReadObjects("model_docs", text));
  if (docs.size() > 3) return Wrong("model_docs", "at most 3 are allowed");
  for (const auto& doc : docs) {
    ATELIER_TRY(auto name, ReadString(doc.get_object(), "doc_name"));
    ATELIER_TRY(auto url, ReadString(doc.get_object(), "doc_url"));
    if (!name || name->empty() || name->size() > 48 || !url)
      return Wrong("model_docs", "each needs a 'doc_name' of 1 to 48 characters and a 'doc_url'");
  }
  return {};
}

Result<void> ValidateParameters(std::string_view field, const std::string& text) {
  ATELIER_TRY(auto parameters, ReadObjects(field, text));
  for (const auto& parameter : parameters)
    for (const char* key : {"url", "param_name", "param_type"}) {
      ATELIER_TRY(auto value, ReadString(parameter.get_object(), key));
      if (!value || value->empty()) return Wrong(field, fmt::format("each needs a '{}'", key));
    }
  return {};
}

Result<void> ValidateExtras(const ImportRequest& request) {
  if (!request.model_algorithm.empty() && !IsAlgorithm(request.model_algorithm))
    return Wrong("model_algorithm", "expected at most 36 characters that begin with a letter, without &!'\"<>=");
  if (!request.source_type.empty() && request.source_type != "auto")
    return Wrong("source_type", fmt::format("expected auto or nothing, got '{}'", request.source_type));
  if (!request.metrics.empty() && !ParseJsonObject(request.metrics))
    return Wrong("model_metrics", "expected a text that holds a JSON object");
  ATELIER_CHECK(ValidateDocs(request.docs));
  ATELIER_CHECK(ValidateParameters("input_params", request.input_params));
  return ValidateParameters("output_params", request.output_params);
}

}  // namespace

Result<void> ValidateImportRequest(const ImportRequest& request) {
  if (request.name.empty()) return InvalidArgument("model_name is missing", "ModelArts.3036", "model_name");
  if (!IsName(request.name))
    return InvalidArgument(
        fmt::format("model_name: expected 1 to 64 letters, digits, '-' or '_', got '{}'", request.name),
        "ModelArts.3037", "model_name");
  if (request.version.empty()) return InvalidArgument("model_version is missing", "ModelArts.3036", "model_version");
  if (!IsVersion(request.version))
    return InvalidArgument(
        fmt::format("model_version: expected three numbers such as 1.0.0, each at most 99, got '{}'", request.version),
        "ModelArts.3037", "model_version");
  if (request.description.size() > 100)
    return InvalidArgument("description: at most 100 characters are allowed", "ModelArts.3037", "description");
  if (request.source_location.empty())
    return InvalidArgument(
        "source_location is missing: name an OBS folder such as /bucket/mnist-model/, or a training job",
        "ModelArts.3036", "source_location");
  return ValidateExtras(request);
}

}  // namespace atelier::registry
