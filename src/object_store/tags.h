// Tags of buckets and objects: names with values, and the rules they obey.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::object_store {

using Tags = std::map<std::string, std::string>;  // unique keys, always shown in the same order

enum class Tagged { kObject, kBucket };

inline constexpr std::size_t kMaxObjectTags = 10;
inline constexpr std::size_t kMaxBucketTags = 50;
// In UTF-16 units, as S3 counts: a character beyond the basic plane counts twice.
inline constexpr std::size_t kMaxTagKey = 128;
inline constexpr std::size_t kMaxTagValue = 256;

// Letters, digits, spaces and + - = . _ : / @; every character beyond ASCII that is no control character is taken
// for a letter. A key has at least one character and does not begin with "aws:". InvalidTag.
Result<void> CheckTag(std::string_view key, std::string_view value);
// Each tag, and how many there are. InvalidTag.
Result<void> CheckTags(const Tags& tags, Tagged tagged);

// The header x-amz-tagging of an object: "a=1&b=&c", percent-encoded as a query is. InvalidArgument when it is no such
// text or names a key twice; InvalidTag by the rules above.
Result<Tags> ParseTagHeader(std::string_view text);

}  // namespace atelier::object_store
