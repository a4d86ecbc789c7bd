// Readers of request bodies that are loose about what clients are loose about, with the code of the surface.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace atelier::api {

// Reads the members of one object. Every error has the code, and names the member below `path` ("job_config.engine").
class FieldReader {
 public:
  FieldReader(const json::object& from, std::string path, std::string_view code)
      : from_(from), path_(std::move(path)), code_(code) {}

  // Absent or null leaves `into` as it is.
  Result<void> Text(std::string_view key, std::string& into) const;
  Result<void> Flag(std::string_view key, bool& into) const;
  // A text, or a number or boolean as text.
  Result<void> Scalar(std::string_view key, std::string& into) const;
  Result<void> Scalars(std::string_view key, std::vector<std::string>& into) const;
  // JSON text of a member that is an object or array, kept as it came.
  Result<void> Document(std::string_view key, std::string& into) const;

  // A member that is an object; an empty reader when it is absent.
  Result<FieldReader> Object(std::string_view key) const;
  // A member that is an array of objects: each of them, in order.
  Result<std::vector<FieldReader>> Objects(std::string_view key) const;
  bool Has(std::string_view key) const;

 private:
  std::string PathOf(std::string_view key) const;
  std::unexpected<Error> Refuse(std::string_view key, std::string_view expected, const json::value& got) const;
  const json::value* Find(std::string_view key) const;  // nullptr when absent or null

  json::object from_;
  std::string path_;
  std::string_view code_;
};

// A whole body. `malformed`: the code of a body that is no JSON object; `code`: of its fields.
Result<FieldReader> ReadBody(std::string_view body, std::string_view malformed, std::string_view code);

}  // namespace atelier::api
