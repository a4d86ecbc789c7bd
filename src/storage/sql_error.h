// SOCI's exceptions as Errors.
#pragma once

#include <exception>

#include "base/error.h"

namespace atelier::storage {

// ResourceExhausted for a full disk, AlreadyExists for a broken UNIQUE or PRIMARY KEY constraint, Unavailable for a
// database that another process keeps locked or that cannot be written to, else Internal. The message is the
// database's.
std::unexpected<Error> SqlError(const std::exception& error);

}  // namespace atelier::storage
