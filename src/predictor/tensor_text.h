// Tensors written as JSON text.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"
#include "predictor/saved_model.h"

namespace atelier::predictor {

// Appends nested lists, a scalar as itself. Numbers have the fewest digits that give the same value of the tensor's own
// type back; NaN and infinities, which JSON has not, are null; strings that are no UTF-8 become {"b64": ...}.
// Unimplemented for elements that are not served.
Result<void> AppendTensor(std::string& out, const Tensor& tensor);
// The same of one entry of the first dimension, which must be there.
Result<void> AppendTensorRow(std::string& out, const Tensor& tensor, std::size_t row);

}  // namespace atelier::predictor
