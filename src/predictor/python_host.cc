#include "predictor/python_host.h"

#include <fmt/format.h>

#include "base/json.h"
#include "predictor/image_size.h"
#include "predictor/python_values.h"

namespace atelier::predictor {
namespace {

// The functions of model_service.host (python/model_service/README.md). Filled by StartPython.
struct Host {
  PyRef load_service, handle_form, handle_json, set_runner, user_code_error, bad_request;
};
Host& TheHost() {
  static Host* host = new Host();  // never destroyed: the interpreter is not finalised either
  return *host;
}

std::string TextOf(PyObject* object) {
  if (object == nullptr) return {};
  PyRef text(PyObject_Str(object));
  const char* utf8 = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
  if (utf8 == nullptr) PyErr_Clear();
  return utf8 == nullptr ? "" : utf8;
}

std::string Attribute(PyObject* object, const char* name) {
  PyRef value(PyObject_GetAttrString(object, name));
  if (!value) PyErr_Clear();
  return TextOf(value.get());
}

// The error that Python has set, taken away from it.
struct Raised {
  bool user_code = false, bad_request = false;
  std::string message, where, stage, trace;
};
Raised TakeError() {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  PyRef owned_type(type), owned_value(value), owned_traceback(traceback);
  Raised raised;
  const auto& host = TheHost();
  raised.user_code = host.user_code_error && PyErr_GivenExceptionMatches(type, host.user_code_error.get()) == 1;
  raised.bad_request = host.bad_request && PyErr_GivenExceptionMatches(type, host.bad_request.get()) == 1;
  if (raised.user_code || raised.bad_request) {
    raised.message = Attribute(value, "message");
    raised.where = raised.user_code ? Attribute(value, "where") : "";
    raised.stage = raised.user_code ? Attribute(value, "stage") : "";
    raised.trace = raised.user_code ? Attribute(value, "trace") : "";
  } else {
    raised.message = fmt::format("{}: {}", type == nullptr ? "error" : reinterpret_cast<PyTypeObject*>(type)->tp_name,
                                 TextOf(value));
  }
  return raised;
}

std::string Describe(const Raised& raised) {
  return raised.where.empty() ? raised.message : raised.message + " (" + raised.where + ")";
}

// modelarts-api section 3.8: the body of a fault in user code; the key really is `erno`.
Answer UserFault(const Raised& raised) {
  fmt::print(stderr, "{}\n", raised.trace.empty() ? Describe(raised) : raised.trace);
  std::fflush(stderr);
  Answer answer;
  answer.status = 500;
  answer.body = CompactJson(json::object{
      {"erno", "MR.0105"}, {"msg", "Recognition failed: " + Describe(raised)}, {"words_result", json::object{}}});
  return answer;
}

Answer AnswerOf(PyRef result) {
  if (!result) {
    auto raised = TakeError();
    if (raised.bad_request) return RefuseWith({ErrorKind::kInvalidArgument, raised.message, {}, {}});
    if (raised.user_code) return UserFault(raised);
    return RefuseWith({ErrorKind::kInternal, raised.message, {}, {}});
  }
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(result.get(), &bytes, &size) != 0)
    return RefuseWith({ErrorKind::kInternal, Describe(TakeError()), {}, {}});
  Answer answer;
  answer.body.assign(bytes, static_cast<std::size_t>(size));
  return answer;
}

Result<void> Import(const char* module) {
  PyRef imported(PyImport_ImportModule(module));
  if (imported) return {};
  return InvalidArgument(fmt::format("cannot import {}: {}", module, Describe(TakeError())));
}

Result<void> FindHost() {
  PyRef module(PyImport_ImportModule("model_service.host"));
  if (!module) return Internal("cannot import model_service: " + Describe(TakeError()));
  auto& host = TheHost();
  for (auto [name, slot] : {std::pair{"load_service", &host.load_service},
                            {"handle_form", &host.handle_form},
                            {"handle_json", &host.handle_json},
                            {"set_runner", &host.set_runner},
                            {"UserCodeError", &host.user_code_error},
                            {"BadRequest", &host.bad_request}}) {
    *slot = PyRef(PyObject_GetAttrString(module.get(), name));
    if (!*slot) return Internal("model_service.host: " + Describe(TakeError()));
  }
  return {};
}

}  // namespace

struct UserService::State {
  SavedModel* model = nullptr;
  PyRef service, runner;
  std::size_t fed_elements = 0;  // of the last run, per row of the batch

  PyObject* Run(PyObject* signature_name, PyObject* arrays);
};

namespace {

// The C function behind `run`: self is a capsule with the service's state.
PyObject* RunModel(PyObject* self, PyObject* arguments) {
  auto* state = static_cast<UserService::State*>(PyCapsule_GetPointer(self, nullptr));
  PyObject *name = nullptr, *arrays = nullptr;
  if (state == nullptr || PyArg_ParseTuple(arguments, "OO!", &name, &PyDict_Type, &arrays) == 0) return nullptr;
  return state->Run(name, arrays);
}

PyMethodDef kRunModel = {"run", RunModel, METH_VARARGS,
                         "run(signature_name or None, {input: array}) -> {output: nested lists}"};

}  // namespace

PyObject* UserService::State::Run(PyObject* signature_name, PyObject* arrays) {
  auto refuse = [](const Error& error) -> PyObject* {
    PyErr_SetString(error.kind == ErrorKind::kResourceExhausted ? PyExc_MemoryError : PyExc_ValueError,
                    error.message.c_str());
    return nullptr;
  };
  auto signature = ChooseSignature(model->signatures(), signature_name == Py_None ? "" : TextOf(signature_name));
  if (!signature) return refuse(signature.error());
  NamedTensors inputs;
  PyObject *key = nullptr, *array = nullptr;
  Py_ssize_t at = 0;
  while (PyDict_Next(arrays, &at, &key, &array) != 0) {
    auto name = TextOf(key);
    auto info = (*signature)->inputs.find(name);
    if (info == (*signature)->inputs.end()) {
      std::string known;
      for (const auto& [input, ignored] : (*signature)->inputs) known += (known.empty() ? "" : ", ") + input;
      return refuse({ErrorKind::kInvalidArgument,
                     fmt::format("_preprocess gave '{}', but the model's inputs are {}", name, known),
                     {},
                     {}});
    }
    auto tensor = TensorFromPython(model->api(), name, info->second, array);
    if (!tensor) return refuse(tensor.error());
    auto shape = tensor->shape();
    fed_elements =
        tensor->elements() / static_cast<std::size_t>(shape.empty() ? 1 : std::max<std::int64_t>(1, shape[0]));
    inputs.emplace(name, *std::move(tensor));
  }
  PyThreadState* released = PyEval_SaveThread();
  auto outputs = model->Run(**signature, inputs);
  PyEval_RestoreThread(released);
  if (!outputs) return refuse(outputs.error());
  PyRef result(PyDict_New());
  for (const auto& [name, tensor] : *outputs) {
    PyRef nested(TensorToPython(tensor));
    if (!nested || PyDict_SetItemString(result.get(), name.c_str(), nested.get()) != 0) return nullptr;
  }
  return result.Release();
}

Result<void> StartPython(const std::filesystem::path& environment, const std::filesystem::path& python_dir) {
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;
  config.parse_argv = 0;
  config.write_bytecode = 0;
  config.buffered_stdio = 0;
  auto python = (environment / "bin/python").string();
  PyStatus status = PyConfig_SetBytesString(&config, &config.executable, python.c_str());
  if (PyStatus_Exception(status) == 0) status = PyConfig_SetBytesString(&config, &config.program_name, python.c_str());
  if (PyStatus_Exception(status) == 0) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status) != 0)
    return MakeError(ErrorKind::kFailedPrecondition,
                     fmt::format("Python of {} does not start: {}", environment.string(),
                                 status.err_msg == nullptr ? "" : status.err_msg));
  PyObject* path = PySys_GetObject("path");  // borrowed
  PyRef folder(PyUnicode_FromString(python_dir.c_str()));
  if (path == nullptr || !folder || PyList_Insert(path, 0, folder.get()) != 0)
    return Internal("sys.path: " + Describe(TakeError()));
  ATELIER_CHECK(Import("numpy"));
  for (const char* optional : {"PIL.Image", "PIL.PngImagePlugin", "PIL.JpegImagePlugin"})
    if (auto imported = Import(optional); !imported) break;  // an engine without Pillow serves models that need none
  return FindHost();
}

void AfterFork() {
  PyOS_AfterFork_Child();
  // Python's own `random` is seeded anew by the line above, numpy's is not: every worker would draw the same numbers.
  PyRef random(PyImport_ImportModule("numpy.random"));
  PyRef seeded(random ? PyObject_CallMethod(random.get(), "seed", nullptr) : nullptr);
  if (!seeded) fmt::print(stderr, "numpy.random is not seeded anew: {}\n", Describe(TakeError()));
}

Result<std::unique_ptr<UserService>> UserService::Load(const std::filesystem::path& file, const std::string& model_name,
                                                       const std::filesystem::path& model_path, SavedModel& model) {
  std::unique_ptr<UserService> service(new UserService());
  service->state_ = std::make_unique<State>();
  auto& state = *service->state_;
  state.model = &model;
  const auto& host = TheHost();
  PyRef capsule(PyCapsule_New(&state, nullptr, nullptr));
  state.runner = PyRef(capsule ? PyCFunction_New(&kRunModel, capsule.get()) : nullptr);
  PyRef set(state.runner ? PyObject_CallOneArg(host.set_runner.get(), state.runner.get()) : nullptr);
  if (!set) return Internal("set_runner: " + Describe(TakeError()));
  PyRef loaded(
      PyObject_CallFunction(host.load_service.get(), "sss", file.c_str(), model_name.c_str(), model_path.c_str()));
  if (!loaded) {
    auto raised = TakeError();
    if (!raised.trace.empty()) fmt::print(stderr, "{}\n", raised.trace);
    return InvalidArgument("customize_service.py: " + Describe(raised));
  }
  state.service = PyRef(PySequence_GetItem(loaded.get(), 0));
  PyRef info(PySequence_GetItem(loaded.get(), 1));
  PyObject* name = info ? PyDict_GetItemString(info.get(), "class") : nullptr;  // borrowed
  service->class_name_ = TextOf(name);
  if (!state.service) return Internal("load_service: " + Describe(TakeError()));
  return service;
}

UserService::~UserService() = default;

Answer UserService::HandleForm(const std::vector<http::FormPart>& parts) {
  PyRef fields(PyList_New(0));
  for (const auto& part : parts) {
    PyRef file_name(part.header.file_name
                        ? PyUnicode_DecodeUTF8(part.header.file_name->data(),
                                               static_cast<Py_ssize_t>(part.header.file_name->size()), "replace")
                        : Py_NewRef(Py_None));
    PyRef field(Py_BuildValue("(s#Os#y#)", part.header.name.data(), static_cast<Py_ssize_t>(part.header.name.size()),
                              file_name.get(), part.header.content_type.data(),
                              static_cast<Py_ssize_t>(part.header.content_type.size()), part.data.data(),
                              static_cast<Py_ssize_t>(part.data.size())));
    if (!fields || !file_name || !field || PyList_Append(fields.get(), field.get()) != 0)
      return RefuseWith(
          {ErrorKind::kInvalidArgument, "a form field's name is no UTF-8: " + Describe(TakeError()), {}, {}});
  }
  state_->fed_elements = 0;
  auto answer = AnswerOf(
      PyRef(PyObject_CallFunctionObjArgs(TheHost().handle_form.get(), state_->service.get(), fields.get(), nullptr)));
  if (answer.status == 200 && state_->fed_elements > 0) answer.warning = ImageSizeWarning(parts, state_->fed_elements);
  return answer;
}

Answer UserService::HandleJson(std::string_view body) {
  PyRef bytes(PyBytes_FromStringAndSize(body.data(), static_cast<Py_ssize_t>(body.size())));
  return AnswerOf(
      PyRef(PyObject_CallFunctionObjArgs(TheHost().handle_json.get(), state_->service.get(), bytes.get(), nullptr)));
}

}  // namespace atelier::predictor
