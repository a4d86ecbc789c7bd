#include "predictor/python_values.h"

#include <fmt/format.h>

#include <cstring>

namespace atelier::predictor {
namespace {

// Holds a buffer view; released at the end.
class BufferView {
 public:
  explicit BufferView(PyObject* object)
      : held_(PyObject_GetBuffer(object, &view_, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) == 0) {}
  ~BufferView() {
    if (held_) PyBuffer_Release(&view_);
  }
  BufferView(const BufferView&) = delete;
  BufferView& operator=(const BufferView&) = delete;
  bool held() const { return held_; }
  const Py_buffer& get() const { return view_; }

 private:
  Py_buffer view_{};
  bool held_;
};

// struct-module codes of native byte order.
char FormatCode(const Py_buffer& view) {
  const char* format = view.format == nullptr ? "B" : view.format;
  if (*format == '@' || *format == '=' || *format == '<') ++format;
  return format[1] == '\0' ? format[0] : '\0';
}

template <class From, class To>
void Cast(const void* from, void* to, std::size_t count) {
  const auto* in = static_cast<const From*>(from);
  auto* out = static_cast<To*>(to);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<To>(in[i]);
}

template <class From>
bool CastTo(DataType type, const void* from, void* to, std::size_t count) {
  switch (type) {
    case DataType::kFloat:
      Cast<From, float>(from, to, count);
      return true;
    case DataType::kDouble:
      Cast<From, double>(from, to, count);
      return true;
    case DataType::kInt32:
      Cast<From, std::int32_t>(from, to, count);
      return true;
    case DataType::kInt64:
      Cast<From, std::int64_t>(from, to, count);
      return true;
    case DataType::kUint8:
      Cast<From, std::uint8_t>(from, to, count);
      return true;
    case DataType::kInt8:
      Cast<From, std::int8_t>(from, to, count);
      return true;
    case DataType::kInt16:
      Cast<From, std::int16_t>(from, to, count);
      return true;
    case DataType::kUint16:
      Cast<From, std::uint16_t>(from, to, count);
      return true;
    case DataType::kUint32:
      Cast<From, std::uint32_t>(from, to, count);
      return true;
    case DataType::kUint64:
      Cast<From, std::uint64_t>(from, to, count);
      return true;
    case DataType::kBool:
      Cast<From, bool>(from, to, count);
      return true;
    default:
      return false;
  }
}

bool Convert(char code, DataType type, const void* from, void* to, std::size_t count) {
  switch (code) {
    case 'f':
      if (type == DataType::kFloat) {
        std::memcpy(to, from, count * sizeof(float));
        return true;
      }
      return CastTo<float>(type, from, to, count);
    case 'd':
      return CastTo<double>(type, from, to, count);
    case 'i':
      return CastTo<int>(type, from, to, count);
    case 'I':
      return CastTo<unsigned>(type, from, to, count);
    case 'l':
    case 'q':
      return CastTo<std::int64_t>(type, from, to, count);
    case 'L':
    case 'Q':
      return CastTo<std::uint64_t>(type, from, to, count);
    case 'h':
      return CastTo<std::int16_t>(type, from, to, count);
    case 'H':
      return CastTo<std::uint16_t>(type, from, to, count);
    case 'b':
      return CastTo<std::int8_t>(type, from, to, count);
    case 'B':
      return CastTo<std::uint8_t>(type, from, to, count);
    case '?':
      return CastTo<bool>(type, from, to, count);
    case 'e':  // half floats only as they are
      if (type != DataType::kHalf) return false;
      std::memcpy(to, from, count * 2);
      return true;
    default:
      return false;
  }
}

bool FillStrings(Tensor& tensor, const Py_buffer& view, std::size_t count) {
  auto* const* objects = static_cast<PyObject* const*>(view.buf);
  for (std::size_t i = 0; i < count; ++i) {
    char* text = nullptr;
    Py_ssize_t length = 0;
    if (PyBytes_Check(objects[i])) {
      if (PyBytes_AsStringAndSize(objects[i], &text, &length) != 0) return false;
      tensor.SetString(i, {text, static_cast<std::size_t>(length)});
    } else if (PyUnicode_Check(objects[i])) {
      const char* utf8 = PyUnicode_AsUTF8AndSize(objects[i], &length);
      if (utf8 == nullptr) return false;
      tensor.SetString(i, {utf8, static_cast<std::size_t>(length)});
    } else {
      return false;
    }
  }
  return true;
}

template <class T>
T Load(const Tensor& tensor, std::size_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(tensor.data()) + index * sizeof(T), sizeof(T));
  return value;
}

PyObject* Element(const Tensor& tensor, DataType type, std::size_t index) {
  switch (type) {
    case DataType::kFloat:
      return PyFloat_FromDouble(Load<float>(tensor, index));
    case DataType::kDouble:
      return PyFloat_FromDouble(Load<double>(tensor, index));
    case DataType::kInt32:
      return PyLong_FromLong(Load<std::int32_t>(tensor, index));
    case DataType::kInt64:
      return PyLong_FromLongLong(Load<std::int64_t>(tensor, index));
    case DataType::kUint8:
      return PyLong_FromLong(Load<std::uint8_t>(tensor, index));
    case DataType::kInt8:
      return PyLong_FromLong(Load<std::int8_t>(tensor, index));
    case DataType::kInt16:
      return PyLong_FromLong(Load<std::int16_t>(tensor, index));
    case DataType::kUint16:
      return PyLong_FromLong(Load<std::uint16_t>(tensor, index));
    case DataType::kUint32:
      return PyLong_FromUnsignedLong(Load<std::uint32_t>(tensor, index));
    case DataType::kUint64:
      return PyLong_FromUnsignedLongLong(Load<std::uint64_t>(tensor, index));
    case DataType::kBool:
      return PyBool_FromLong(Load<bool>(tensor, index) ? 1 : 0);
    case DataType::kString: {
      auto text = tensor.GetString(index);
      return PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
    }
    default:
      PyErr_Format(PyExc_TypeError, "the model answers with %s, which is not served", DataTypeName(type).c_str());
      return nullptr;
  }
}

PyObject* Nested(const Tensor& tensor, DataType type, const std::vector<std::int64_t>& shape, std::size_t depth,
                 std::size_t& next) {
  if (depth == shape.size()) return Element(tensor, type, next++);
  PyRef list(PyList_New(static_cast<Py_ssize_t>(shape[depth])));
  for (std::int64_t i = 0; list && i < shape[depth]; ++i) {
    PyObject* element = Nested(tensor, type, shape, depth + 1, next);
    if (element == nullptr) return nullptr;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), element);
  }
  return list.Release();
}

}  // namespace

Result<Tensor> TensorFromPython(const TensorFlowApi& api, const std::string& name, const TensorInfo& info,
                                PyObject* array) {
  BufferView buffer(array);
  if (!buffer.held()) {
    PyErr_Clear();
    return InvalidArgument(fmt::format("input '{}' is no array of numbers but {}", name, Py_TYPE(array)->tp_name));
  }
  const auto& view = buffer.get();
  std::vector<std::int64_t> shape;
  std::size_t count = 1;
  for (int i = 0; i < view.ndim; ++i) {
    shape.push_back(view.shape[i]);
    count *= static_cast<std::size_t>(view.shape[i]);
  }
  bool agrees = info.unknown_rank || info.shape.size() == shape.size();
  for (std::size_t i = 0; agrees && !info.unknown_rank && i < shape.size(); ++i)
    agrees = info.shape[i] < 0 || info.shape[i] == shape[i];
  if (!agrees)
    return InvalidArgument(fmt::format("input '{}': the model takes {} of shape {}, got shape [{}]", name,
                                       DataTypeName(info.type), ShapeText(info), fmt::join(shape, ", ")));
  ATELIER_TRY(Tensor tensor, Tensor::Make(api, info.type, shape));
  char code = FormatCode(view);
  bool filled = info.type == DataType::kString ? code == 'O' && FillStrings(tensor, view, count)
                                               : Convert(code, info.type, view.buf, tensor.data(), count);
  if (!filled)
    return InvalidArgument(fmt::format("input '{}': the model takes {}, the array's elements are of the kind '{}'",
                                       name, DataTypeName(info.type), view.format == nullptr ? "B" : view.format));
  return tensor;
}

PyObject* TensorToPython(const Tensor& tensor) {
  std::size_t next = 0;
  return Nested(tensor, tensor.type(), tensor.shape(), 0, next);
}

}  // namespace atelier::predictor
