// Whether a value is of a declared parameter's type and within its range. Pure.
#pragma once

#include <string_view>

#include "base/error.h"
#include "training/algorithm.h"

namespace atelier::training {

// InvalidArgument, ModelArts.2788, that names the parameter, what was expected and what came.
Result<void> CheckParameterValue(const DeclaredParameter& parameter, std::string_view value);

// Whether the declaration itself makes sense: a range has two ends of the type, in order; a choice has values.
Result<void> CheckParameterConstraint(const DeclaredParameter& parameter);

}  // namespace atelier::training
