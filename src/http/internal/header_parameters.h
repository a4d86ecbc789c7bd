// Header values of the shape `value; name=token; name="quoted \" string"` (Content-Type, Content-Disposition).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace atelier::http {

struct ParameterizedValue {
  std::string value;                                            // lower case: "form-data", "multipart/form-data"
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, quotes undone

  std::optional<std::string_view> Get(std::string_view name) const;
};

// InvalidArgument when it is not of that shape or names a parameter twice. In quoted strings `\"` and `\\` are undone
// and other backslashes kept: browsers of old send whole Windows paths.
Result<ParameterizedValue> ParseParameterizedValue(std::string_view text);

// The value of an extended parameter (RFC 5987): UTF-8''na%C3%AFve.txt -> UTF-8 text. nullopt when malformed, or in a
// charset other than UTF-8 and ISO-8859-1.
std::optional<std::string> DecodeExtendedValue(std::string_view text);

}  // namespace atelier::http
