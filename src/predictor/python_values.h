// Between Python objects and tensors. Needs the GIL.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "predictor/saved_model.h"

namespace atelier::predictor {

// Owns a reference.
class PyRef {
 public:
  PyRef() = default;
  explicit PyRef(PyObject* owned) : object_(owned) {}
  ~PyRef() { Py_XDECREF(object_); }
  PyRef(PyRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PyRef& operator=(PyRef&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  PyObject* get() const { return object_; }
  PyObject* Release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

// Any C-contiguous buffer of numbers, cast to the signature's type; object arrays of bytes for strings. InvalidArgument
// otherwise.
Result<Tensor> TensorFromPython(const TensorFlowApi& api, const std::string& name, const TensorInfo& info,
                                PyObject* array);
// Nested lists; strings as bytes. nullptr with a Python error set when memory is out.
PyObject* TensorToPython(const Tensor& tensor);

}  // namespace atelier::predictor
