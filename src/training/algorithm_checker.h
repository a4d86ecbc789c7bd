// What an algorithm may be. Pure: whether its code exists and its engine is known is found out when a job is made.
#pragma once

#include "base/error.h"
#include "training/algorithm.h"

namespace atelier::training {

// Errors name the field as the client wrote it ("metadata.name"), what was expected and what came. Codes:
// ModelArts.2788 a bad field, 2757 and 2758 code and boot file, 2767 a parameter that is declared twice, 2806 a command
// without an engine. Unimplemented: an image of one's own.
Result<void> CheckAlgorithm(const AlgorithmSpec& spec);

}  // namespace atelier::training
