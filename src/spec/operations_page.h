// docs/api-operations.md.
#pragma once

#include <string>

#include "spec/specification.h"

namespace atelier::spec {

std::string OperationsPage(const Specification& specification);

}  // namespace atelier::spec
