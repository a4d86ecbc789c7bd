#include "spec/specification.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/strings.h"
#include "spec/fragments.h"

namespace atelier::spec {
namespace {

std::string TextAt(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The object behind a "$ref", or the object itself.
const json::object* Follow(const json::object& document, const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return nullptr;
  auto reference = TextAt(*object, "$ref");
  if (reference.empty()) return object;
  const auto* target = Resolve(document, reference);
  return target == nullptr ? nullptr : target->if_object();
}

class Reader {
 public:
  explicit Reader(const json::object& document) : document_(document) {
    if (const auto* tags = document.if_contains("tags"); tags != nullptr && tags->is_array())
      for (const auto& tag : tags->get_array())
        if (const auto* object = tag.if_object()) {
          areas_.push_back(TextAt(*object, "name"));
          codes_[areas_.back()] = TextAt(*object, "x-invalid-code");
        }
  }

  Result<std::vector<Operation>> Operations() const {
    std::vector<std::vector<Operation>> by_area(areas_.size());
    const auto* paths = document_.if_contains("paths");
    if (paths == nullptr || !paths->is_object()) return InvalidArgument("the specification has no paths");
    for (const auto& [path, members] : paths->get_object())
      for (const auto& [method, operation] : members.as_object()) {
        if (!operation.is_object()) continue;
        ATELIER_TRY(auto read, ReadOperation(path, method, operation.get_object(), members.as_object()));
        by_area[Rank(read.area)].push_back(std::move(read));
      }
    std::vector<Operation> operations;
    for (auto& area : by_area) std::ranges::move(area, std::back_inserter(operations));
    return operations;
  }

 private:
  std::size_t Rank(const std::string& area) const {
    return static_cast<std::size_t>(std::ranges::find(areas_, area) - areas_.begin());
  }

  Result<Operation> ReadOperation(std::string_view path, std::string_view method, const json::object& from,
                                  const json::object& path_members) const {
    Operation operation;
    operation.path = path;
    operation.method = ToUpper(method);
    operation.id = TextAt(from, "operationId");
    operation.summary = TextAt(from, "summary");
    operation.who_may = TextAt(from, "x-who-may");
    operation.not_served = TextAt(from, "x-not-served");
    operation.administer = TextAt(from, "x-needs") == "administer";
    const auto* security = from.if_contains("security");
    operation.open = security != nullptr && security->is_array() && security->get_array().empty();
    if (const auto* tags = from.if_contains("tags"); tags != nullptr && tags->is_array() && !tags->get_array().empty())
      operation.area = json::value_to<std::string>(tags->get_array().front());
    auto code = codes_.find(operation.area);
    if (code == codes_.end())
      return InvalidArgument(fmt::format("{}: its first tag '{}' is not in `tags`", operation.id, operation.area));
    operation.invalid_code = code->second;
    for (const auto* holder : {&path_members, &from}) ATELIER_CHECK(ReadParameters(*holder, operation));
    ReadBody(from, operation);
    return operation;
  }

  Result<void> ReadParameters(const json::object& holder, Operation& operation) const {
    const auto* list = holder.if_contains("parameters");
    if (list == nullptr || !list->is_array()) return {};
    for (const auto& item : list->get_array()) {
      const auto* parameter = Follow(document_, item);
      const auto* schema = parameter == nullptr ? nullptr : parameter->if_contains("schema");
      if (schema == nullptr) return InvalidArgument(operation.id + ": a parameter without a schema");
      const auto* required = parameter->if_contains("required");
      operation.parameters.push_back({TextAt(*parameter, "name"), TextAt(*parameter, "in"),
                                      required != nullptr && required->is_bool() && required->get_bool(), schema});
    }
    return {};
  }

  void ReadBody(const json::object& from, Operation& operation) const {
    const auto* value = from.if_contains("requestBody");
    const auto* body = value == nullptr ? nullptr : Follow(document_, *value);
    if (body == nullptr) return;
    const auto* required = body->if_contains("required");
    operation.body_required = required != nullptr && required->is_bool() && required->get_bool();
    operation.body_schema = FindSchema(*body);
  }

  static const json::value* FindSchema(const json::object& body) {
    const json::object* at = &body;
    for (const char* key : {"content", "application/json"}) {
      const auto* member = at->if_contains(key);
      at = member == nullptr ? nullptr : member->if_object();
      if (at == nullptr) return nullptr;
    }
    return at->if_contains("schema");
  }

  const json::object& document_;
  std::vector<std::string> areas_;
  std::map<std::string, std::string> codes_;
};

}  // namespace

Result<Specification> Specification::Parse(std::string_view document) {
  ATELIER_TRY(auto object, ParseJsonObject(document));
  Specification specification;
  specification.document_ = std::make_shared<const json::object>(std::move(object));
  ATELIER_TRY(specification.operations_, Reader(*specification.document_).Operations());
  return specification;
}

}  // namespace atelier::spec
