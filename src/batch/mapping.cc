#include "batch/mapping.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ids.h"
#include "base/json.h"
#include "base/strings.h"

namespace atelier::batch {
namespace {

// The first property of the schema whose type is file.
std::string FileField(const std::string& schema) {
  auto parsed = ParseJsonObject(schema);
  const auto* properties = parsed ? parsed->if_contains("properties") : nullptr;
  if (properties == nullptr || !properties->is_object()) return "images";
  for (const auto& [name, value] : properties->get_object()) {
    const auto* property = value.if_object();
    const auto* type = property == nullptr ? nullptr : property->if_contains("type");
    if (type != nullptr && type->is_string() && type->get_string() == "file") return std::string(name);
  }
  return "images";
}

// A quote or a line break would end the header that the name stands in.
std::string Quotable(std::string_view text) {
  std::string name;
  for (char c : text) name += c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
  return name;
}

}  // namespace

RequestForm FormOf(const registry::ModelConfig& config, std::string_view uri) {
  RequestForm form;
  if (config.apis.empty()) {
    form.takes_json = true;
    return form;
  }
  auto found = std::ranges::find(config.apis, uri, &registry::Api::url);
  const auto& api = found == config.apis.end() ? config.apis.front() : *found;
  form.takes_json = !ToLower(api.request_content_type).starts_with("multipart/");
  form.field = FileField(api.request_schema);
  return form;
}

serving::PredictRequest FileRequest(const RequestForm& form, std::string_view key, std::string bytes) {
  if (form.takes_json && ToLower(key).ends_with(".json")) return {"application/json", std::move(bytes)};
  auto boundary = RandomAlphanumeric(40);
  auto name = Quotable(key.substr(key.rfind('/') + 1));
  auto body = fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: "
      "application/octet-stream\r\n\r\n",
      boundary, Quotable(form.field), name);
  body += bytes;
  body += fmt::format("\r\n--{}--\r\n", boundary);
  return {"multipart/form-data; boundary=" + boundary, std::move(body)};
}

}  // namespace atelier::batch
