// Several requests in one run of the model.
#pragma once

#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "predictor/answer.h"
#include "predictor/saved_model.h"
#include "predictor/tensor_json.h"

namespace atelier::predictor {

// Requests are put together by rows: their tensors are joined at the first dimension, and the outputs cut apart again.
// That is right only where rows do not influence each other, which no signature says: it is tried out.
class MicroBatches {
 public:
  // Runs each signature whose inputs and outputs have an open first dimension on a few rows, alone and together. Those
  // that give the same answers are batched.
  static MicroBatches Probe(SavedModel& model);

  bool any() const { return !signatures_.empty(); }
  // One answer for each body, in their order. A request that cannot be put together with others, or is at fault, is
  // answered by itself.
  std::vector<Answer> Predict(SavedModel& model, std::span<const std::string_view> bodies) const;

 private:
  std::set<const Signature*> signatures_;
};

}  // namespace atelier::predictor
