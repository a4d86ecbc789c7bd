// What the conditions of a policy may ask about a request of this surface (access/condition_context.h has the list).
#pragma once

#include <optional>
#include <string>

#include "access/condition_context.h"
#include "api/object_store/call.h"

namespace atelier::api::s3 {

// `object`: the one that the request is about, when it exists and was read.
access::ConditionContext ContextOf(const Call& call, const std::optional<object_store::ObjectRecord>& object);

// Whether a policy's text (null: none) asks for the tags of objects, so that they must be read.
bool AsksForObjectTags(const std::string* policy);

}  // namespace atelier::api::s3
