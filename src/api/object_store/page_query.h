// The paging parameters of listings.
#pragma once

#include <cstddef>

#include "api/object_store/call.h"
#include "base/error.h"

namespace atelier::api::s3 {

inline constexpr std::size_t kMaxPage = 1000;

// max-keys, max-uploads, max-parts: 1000 when absent or empty, larger ones become 1000. InvalidArgument for what is no
// number.
Result<std::size_t> PageLimit(const Call& call, std::string_view parameter);

// A part number of the query (partNumber), 1..10000. InvalidArgument.
Result<int> PartNumberOf(const Call& call);

}  // namespace atelier::api::s3
