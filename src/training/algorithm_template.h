// An algorithm as the jobs made from it see it. Pure.
#pragma once

#include "training/algorithm.h"
#include "training/container_request.h"

namespace atelier::training {

// What runs, with the checks of what a job gives: its parameters against the constraints, its inputs, outputs and
// resources against what is declared (algorithm_resolution.h).
AlgorithmTemplate TemplateOf(const Algorithm& algorithm);

}  // namespace atelier::training
