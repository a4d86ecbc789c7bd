#include "registry/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/strings.h"

namespace atelier::registry {
namespace {

constexpr std::string_view kCode = "ModelArts.3015";

// Field names of the reference; anything else is kept out but told.
constexpr std::array<std::string_view, 12> kKnownKeys = {
    "model_type",   "model_algorithm", "runtime", "swr_location",     "metrics",        "apis",
    "dependencies", "health",          "cmd",     "readiness_health", "startup_health", "model_source"};

Error AsConfigError(Error error, std::string_view where) {
  error.code = kCode;
  return std::move(error).Within(where);
}

#define CONFIG_TRY(declaration, where, ...)                                                             \
  auto ATELIER_CONCAT(result_, __LINE__) = (__VA_ARGS__);                                               \
  if (!ATELIER_CONCAT(result_, __LINE__))                                                               \
    return std::unexpected(AsConfigError(std::move(ATELIER_CONCAT(result_, __LINE__)).error(), where)); \
  declaration = *std::move(ATELIER_CONCAT(result_, __LINE__))

// Line comments outside strings become spaces, so that line and column stay true.
std::string BlankComments(std::string_view text, bool& found) {
  std::string result(text);
  bool in_string = false;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (in_string) {
      if (result[i] == '\\')
        ++i;
      else if (result[i] == '"')
        in_string = false;
    } else if (result[i] == '"') {
      in_string = true;
    } else if (result[i] == '/' && i + 1 < result.size() && result[i + 1] == '/') {
      found = true;
      while (i < result.size() && result[i] != '\n') result[i++] = ' ';
    }
  }
  return result;
}

// request.data / response.data: a JSON Schema object, or a string that holds one.
std::string SchemaText(const json::value* data) {
  if (data == nullptr || data->is_null()) return {};
  if (const auto* text = data->if_string()) return std::string(*text);
  return CompactJson(*data);
}

struct Body {
  std::string content_type;
  std::string schema;
};

Result<Body> ParseBody(const json::object& api, std::string_view key, std::string_view where) {
  Body body{"application/json", {}};
  CONFIG_TRY(const json::object* object, where, ReadObject(api, key));
  if (object == nullptr) return body;
  for (const auto& [name, value] : *object) {
    if (EqualsIgnoreCase(name, "content-type") && value.is_string()) body.content_type = std::string(value.as_string());
    if (name == "data") body.schema = SchemaText(&value);
  }
  return body;
}

Result<Api> ParseApi(const json::value& value, const std::string& where, std::vector<std::string>& warnings) {
  const auto* object = value.if_object();
  if (object == nullptr)
    return InvalidArgument(fmt::format("{}: expected an object, got {}", where, json::to_string(value.kind())),
                           std::string(kCode));
  Api api;
  CONFIG_TRY(auto protocol, where, ReadString(*object, "protocol"));
  CONFIG_TRY(auto misspelt, where, ReadString(*object, "procotol"));
  if (misspelt) warnings.push_back(where + ": 'procotol' read as 'protocol'");
  api.protocol = protocol ? *protocol : misspelt.value_or("http");
  if (!EqualsIgnoreCase(api.protocol, "http") && !EqualsIgnoreCase(api.protocol, "https"))
    return InvalidArgument(fmt::format("{}: 'protocol' must be http or https, got '{}'", where, api.protocol),
                           std::string(kCode));
  CONFIG_TRY(auto url, where, ReadString(*object, "url"));
  api.url = url.value_or("/");
  if (!api.url.starts_with('/'))
    return InvalidArgument(fmt::format("{}: 'url' must begin with '/', got '{}'", where, api.url), std::string(kCode));
  CONFIG_TRY(auto method, where, ReadString(*object, "method"));
  api.method = ToUpper(method.value_or("POST"));
  CONFIG_TRY(Body request, where, ParseBody(*object, "request", where));
  CONFIG_TRY(Body response, where, ParseBody(*object, "response", where));
  api.request_content_type = request.content_type;
  api.request_schema = request.schema;
  api.response_content_type = response.content_type;
  api.response_schema = response.schema;
  return api;
}

Result<std::vector<Api>> ApisOf(const json::array& array, std::vector<std::string>& warnings) {
  std::vector<Api> apis;
  for (std::size_t i = 0; i < array.size(); ++i) {
    ATELIER_TRY(Api api, ParseApi(array[i], fmt::format("apis[{}]", i), warnings));
    apis.push_back(std::move(api));
  }
  return apis;
}

Result<Package> ParsePackage(const json::value& value, const std::string& where) {
  const auto* object = value.if_object();
  if (object == nullptr) return InvalidArgument(where + ": expected an object", std::string(kCode));
  Package package;
  CONFIG_TRY(auto name, where, ReadString(*object, "package_name"));
  if (!name || name->empty()) return InvalidArgument(where + ": 'package_name' is missing", std::string(kCode));
  package.name = *name;
  CONFIG_TRY(auto version, where, ReadString(*object, "package_version"));
  package.version = version.value_or("");
  CONFIG_TRY(auto restraint, where, ReadString(*object, "restraint"));
  package.restraint = restraint.value_or("");
  constexpr std::array<std::string_view, 4> kRestraints = {"", "EXACT", "ATLEAST", "ATMOST"};
  if (std::ranges::find(kRestraints, package.restraint) == kRestraints.end())
    return InvalidArgument(
        fmt::format("{}: 'restraint' must be EXACT, ATLEAST or ATMOST, got '{}'", where, package.restraint),
        std::string(kCode));
  if (!package.version.empty() && package.restraint.empty())
    return InvalidArgument(where + ": 'restraint' is needed with 'package_version'", std::string(kCode));
  return package;
}

Result<std::vector<Dependency>> DependenciesOf(const json::array& array) {
  std::vector<Dependency> dependencies;
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto where = fmt::format("dependencies[{}]", i);
    const auto* object = array[i].if_object();
    if (object == nullptr) return InvalidArgument(where + ": expected an object", std::string(kCode));
    Dependency dependency;
    CONFIG_TRY(auto installer, where, ReadString(*object, "installer"));
    dependency.installer = installer.value_or("pip");
    if (dependency.installer != "pip")
      return InvalidArgument(fmt::format("{}: 'installer' must be pip, got '{}'", where, dependency.installer),
                             std::string(kCode));
    CONFIG_TRY(const json::array* packages, where, ReadArray(*object, "packages"));
    for (std::size_t k = 0; packages != nullptr && k < packages->size(); ++k) {
      ATELIER_TRY(Package package, ParsePackage((*packages)[k], fmt::format("{}.packages[{}]", where, k)));
      dependency.packages.push_back(std::move(package));
    }
    dependencies.push_back(std::move(dependency));
  }
  return dependencies;
}

}  // namespace

Result<std::vector<Api>> ParseApis(std::string_view json_text, std::vector<std::string>& warnings) {
  CONFIG_TRY(json::value value, "apis", ParseJson(json_text));
  const auto* array = value.if_array();
  if (array == nullptr) return InvalidArgument("apis: expected an array", std::string(kCode));
  return ApisOf(*array, warnings);
}

Result<std::vector<Dependency>> ParseDependencies(std::string_view json_text) {
  CONFIG_TRY(json::value value, "dependencies", ParseJson(json_text));
  const auto* array = value.if_array();
  if (array == nullptr) return InvalidArgument("dependencies: expected an array", std::string(kCode));
  return DependenciesOf(*array);
}

Result<ModelConfig> ParseModelConfig(std::string_view text) {
  constexpr std::string_view kWhere = "config.json";
  ModelConfig config;
  bool comments = false;
  std::string blanked = BlankComments(text, comments);
  if (comments) config.warnings.emplace_back("comments (//) are no JSON; they were skipped");
  CONFIG_TRY(json::object object, kWhere, ParseJsonObject(blanked));

  CONFIG_TRY(auto type, kWhere, ReadString(object, "model_type"));
  if (!type || type->empty())
    return InvalidArgument("config.json: 'model_type' is missing; for a SavedModel it is \"TensorFlow\"",
                           std::string(kCode));
  config.model_type = *type;
  CONFIG_TRY(auto algorithm, kWhere, ReadString(object, "model_algorithm"));
  config.model_algorithm = algorithm.value_or("");
  if (config.model_algorithm.size() > 36)
    return InvalidArgument("config.json: 'model_algorithm' may have 36 characters at most", std::string(kCode));
  CONFIG_TRY(auto runtime, kWhere, ReadString(object, "runtime"));
  config.runtime = runtime.value_or("");
  CONFIG_TRY(const json::object* metrics, kWhere, ReadObject(object, "metrics"));
  config.metrics = metrics == nullptr ? "{}" : CompactJson(*metrics);
  CONFIG_TRY(const json::array* apis, kWhere, ReadArray(object, "apis"));
  if (apis != nullptr) {
    CONFIG_TRY(config.apis, kWhere, ApisOf(*apis, config.warnings));
  }
  CONFIG_TRY(const json::array* dependencies, kWhere, ReadArray(object, "dependencies"));
  if (dependencies != nullptr) {
    CONFIG_TRY(config.dependencies, kWhere, DependenciesOf(*dependencies));
  }
  for (const auto& [key, value] : object)
    if (std::ranges::find(kKnownKeys, std::string_view(key)) == kKnownKeys.end())
      config.warnings.push_back(fmt::format("unknown key '{}' was ignored", std::string_view(key)));
  return config;
}

}  // namespace atelier::registry
