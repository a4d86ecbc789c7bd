// What a job made from an algorithm gets: the algorithm's declarations with the job's own values. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "training/algorithm.h"
#include "training/types.h"

namespace atelier::training {

// The declared parameters in their order, with the job's value or the default, then what the job adds. Left out: those
// without either that are not required. InvalidArgument with ModelArts.2788: a value that is missing, of another type
// or out of range, one for a parameter that is not editable, or for one that is not declared where the algorithm does
// not let jobs add their own; ModelArts.2767: given twice.
Result<std::vector<Parameter>> ResolveParameters(const AlgorithmSpec& algorithm, const std::vector<Parameter>& given);

// What a job gives for an input or output: its name, and where the data lies ("obs" or "dataset").
struct GivenChannel {
  std::string name;
  std::string data_type = "obs";
};
// Each declared input and output has to be given, from a place that its constraints allow; more may be added.
Result<void> CheckGivenInputs(const AlgorithmSpec& algorithm, const std::vector<GivenChannel>& given);
Result<void> CheckGivenOutputs(const AlgorithmSpec& algorithm, const std::vector<GivenChannel>& given);

// What a job asks to run on: "CPU", "GPU" or "Ascend"; accelerators of a node; nodes.
struct GivenResources {
  std::string_view flavor_type = "CPU";
  int devices = 1;
  int nodes = 1;
};
Result<void> CheckGivenResources(const AlgorithmSpec& algorithm, const GivenResources& given);

}  // namespace atelier::training
