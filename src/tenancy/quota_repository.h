// Port: the limits that were set for projects. Implemented by storage/ (SQL) and tenancy/testing/ (memory).
#pragma once

#include <string>

#include "base/error.h"
#include "tenancy/quota.h"

namespace atelier::tenancy {

// Thread-safe. Writes are durable when they return.
class QuotaRepository {
 public:
  virtual ~QuotaRepository() = default;
  virtual Result<Limits> Find(const std::string& project_id) = 0;  // only what was set
  // Adds or replaces these; others stay.
  virtual Result<void> Set(const std::string& project_id, const Limits& limits) = 0;
};

}  // namespace atelier::tenancy
