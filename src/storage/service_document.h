// The JSON documents of the service table.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "serving/types.h"

namespace atelier::storage {

std::string ServiceDocument(const serving::Service& service);
Result<serving::Service> ParseServiceDocument(std::string_view text);

}  // namespace atelier::storage
