// What the conditions of a policy may ask about a request of this surface (access/condition_context.h has the list).
#pragma once

#include <optional>
#include <string>

#include "access/condition_context.h"
#include "api/object_store/call.h"
#include "object_store/tags.h"

namespace atelier::api::s3 {

struct ContextParts {
  const std::optional<object_store::ObjectRecord>& object;  // that the request is about, when it exists and was read
  const object_store::Tags* tags = nullptr;                 // of the body; null: those of the headers
};
access::ConditionContext ContextOf(const Call& call, const ContextParts& parts);

// Whether a policy's text (null: none) asks for the tags of objects, so that they must be read.
bool AsksForObjectTags(const std::string* policy);
// The same of the tags that a request sends.
bool AsksForRequestTags(const std::string* policy);

}  // namespace atelier::api::s3
