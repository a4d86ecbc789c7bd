#include "predictor/python_values.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "predictor/element_types.h"

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

// What the elements of a buffer are, in C++. The size decides, not the letter: "l" has 4 or 8 bytes depending on what
// stands before it. False for other byte orders, structures and objects.
template <class Use>
bool WithBufferType(const Py_buffer& view, Use&& use) {
  const char* format = view.format == nullptr ? "B" : view.format;
  if (*format == '@' || *format == '=' || *format == '<') ++format;
  if (*format == '\0' || format[1] != '\0') return false;
  bool is_signed = std::strchr("bhilq", *format) != nullptr;
  if (!is_signed && std::strchr("BHILQ", *format) == nullptr) {
    if (*format == '?') return use(std::type_identity<bool>());
    if (*format == 'e') return use(std::type_identity<_Float16>());
    if (*format == 'f') return use(std::type_identity<float>());
    return *format == 'd' && use(std::type_identity<double>());
  }
  switch (view.itemsize) {
    case 1:
      return is_signed ? use(std::type_identity<std::int8_t>()) : use(std::type_identity<std::uint8_t>());
    case 2:
      return is_signed ? use(std::type_identity<std::int16_t>()) : use(std::type_identity<std::uint16_t>());
    case 4:
      return is_signed ? use(std::type_identity<std::int32_t>()) : use(std::type_identity<std::uint32_t>());
    case 8:
      return is_signed ? use(std::type_identity<std::int64_t>()) : use(std::type_identity<std::uint64_t>());
    default:
      return false;
  }
}

// The first element that the other type cannot hold, if any.
template <class From, class To>
std::optional<std::size_t> ConvertAll(const void* from, void* to, std::size_t count) {
  if constexpr (std::is_same_v<From, To>) {
    std::memcpy(to, from, count * sizeof(To));
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      From element;
      To converted{};
      std::memcpy(&element, static_cast<const char*>(from) + i * sizeof(From), sizeof(From));
      if (!Convert(element, converted)) return i;
      std::memcpy(static_cast<char*>(to) + i * sizeof(To), &converted, sizeof(To));
    }
  }
  return std::nullopt;
}

// False when the buffer has no numbers. `misfit`: the first element that the tensor's type cannot hold.
bool FillNumbers(Tensor& tensor, const Py_buffer& view, std::size_t count, std::optional<std::size_t>& misfit) {
  return WithBufferType(view, [&]<class From>(std::type_identity<From>) {
    return WithElementType(tensor.type(), [&]<class To>(std::type_identity<To>) {
      misfit = ConvertAll<From, To>(view.buf, tensor.data(), count);
      return true;
    });
  });
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

PyObject* Element(const Tensor& tensor, DataType type, std::size_t index) {
  if (type == DataType::kString) {
    auto text = tensor.GetString(index);
    return PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
  }
  PyObject* made = nullptr;
  bool served = WithElementType(type, [&]<class T>(std::type_identity<T>) {
    T value = tensor.Get<T>(index);
    if constexpr (std::is_same_v<T, bool>)
      made = PyBool_FromLong(value ? 1 : 0);
    else if constexpr (SmallFloat<T>)
      made = PyFloat_FromDouble(static_cast<double>(static_cast<float>(value)));
    else if constexpr (std::is_floating_point_v<T>)
      made = PyFloat_FromDouble(static_cast<double>(value));
    else if constexpr (std::is_signed_v<T>)
      made = PyLong_FromLongLong(value);
    else
      made = PyLong_FromUnsignedLongLong(value);
    return true;
  });
  if (!served)
    PyErr_Format(PyExc_TypeError, "the model answers with %s, which is not served", DataTypeName(type).c_str());
  return made;
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
  std::string format = view.format == nullptr ? "B" : view.format;
  std::optional<std::size_t> misfit;
  bool filled = info.type == DataType::kString ? format == "O" && FillStrings(tensor, view, count)
                                               : FillNumbers(tensor, view, count, misfit);
  if (!filled)
    return InvalidArgument(fmt::format("input '{}': the model takes {}, the array's elements are of the kind '{}'",
                                       name, DataTypeName(info.type), format));
  if (misfit)
    return InvalidArgument(fmt::format("input '{}': the model takes {}, which cannot hold element {} of the array",
                                       name, DataTypeName(info.type), *misfit));
  return tensor;
}

PyObject* TensorToPython(const Tensor& tensor) {
  std::size_t next = 0;
  return Nested(tensor, tensor.type(), tensor.shape(), 0, next);
}

}  // namespace atelier::predictor
