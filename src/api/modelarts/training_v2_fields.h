// Reads members of training v2 bodies: absent members are empty, wrong ones are refused under that API's codes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace atelier::api {

// InvalidArgument, ModelArts.2788: "field: expected ..., got ...".
std::unexpected<Error> RefuseV2(std::string_view field, std::string_view expected, std::string_view got);

// The members of an object that may be absent. Cheap to copy; the document must outlive it.
class Fields {
 public:
  // `path`: how errors call the object: "algorithm"; empty for the body itself.
  explicit Fields(const json::object* object, std::string path = {}) : object_(object), path_(std::move(path)) {}

  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  // Texts, and numbers and booleans as texts.
  Result<std::string> Text(std::string_view key) const;
  Result<std::int64_t> Number(std::string_view key, std::int64_t absent) const;
  Result<Fields> Object(std::string_view key) const;
  // At most `most` entries; nullptr when absent.
  Result<const json::array*> Array(std::string_view key, std::size_t most) const;
  // {"name": "value"}, or a list of such.
  Result<std::map<std::string, std::string>> Map(std::string_view key) const;
  bool IsEmpty() const { return object_ == nullptr || object_->empty(); }
  std::string PathOf(std::string_view key) const;

 private:
  const json::value* Find(std::string_view key) const;  // nullptr: absent or null

  const json::object* object_;
  std::string path_;
};

// A whole body. ModelArts.2787 when it is no JSON object.
Result<json::object> ParseBodyV2(std::string_view body);
// The text of a JSON scalar; `field` for the error.
Result<std::string> ScalarTextV2(const json::value& value, std::string_view field);

}  // namespace atelier::api
