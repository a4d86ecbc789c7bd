// The embedded interpreter that runs a model's customize_service.py. One per process, for ever.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/multipart.h"
#include "predictor/answer.h"
#include "predictor/saved_model.h"

namespace atelier::predictor {

// Starts CPython as the environment's own interpreter and imports what every service needs (numpy, PIL where it is
// installed, model_service from `python_dir`). Call in the zygote, before forking: the children share the pages.
Result<void> StartPython(const std::filesystem::path& environment, const std::filesystem::path& python_dir);
// In a forked child, once, before anything else of Python.
void AfterFork();

// One loaded service class. Not thread-safe: one request at a time.
class UserService {
 public:
  // Imports `file`, finds its service class, and builds it. `model` runs the TensorFlow part; it must outlive the
  // service. InvalidArgument with the user's error, its place and the traceback's last line.
  static Result<std::unique_ptr<UserService>> Load(const std::filesystem::path& file, const std::string& model_name,
                                                   const std::filesystem::path& model_path, SavedModel& model);
  ~UserService();

  const std::string& class_name() const { return class_name_; }
  Answer HandleForm(const std::vector<http::FormPart>& parts);
  Answer HandleJson(std::string_view body);

 public:
  struct State;  // what the function behind `run` needs

 private:
  UserService() = default;
  std::unique_ptr<State> state_;
  std::string class_name_;
};

}  // namespace atelier::predictor
