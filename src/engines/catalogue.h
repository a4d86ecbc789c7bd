// The list of engines, read from catalogue.json and the lock files beside it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engines/engine.h"

namespace atelier::engines {

// The tool that makes environments for Python 2.7, itself run by a Python 3.
struct VirtualenvTool {
  InterpreterNeed interpreter;
  std::string packages;  // the lock file's text
};

// Immutable after loading; pointers into it live as long as it does.
class Catalogue {
 public:
  // InvalidArgument says which entry and which key of the file is wrong.
  static Result<Catalogue> Load(const std::filesystem::path& file);

  const std::vector<Engine>& engines() const { return engines_; }
  const VirtualenvTool& virtualenv() const { return virtualenv_; }

  const Engine* FindById(int id) const;                   // nullptr: none
  const Engine* FindByName(std::string_view name) const;  // the whole name, any case: "tf-1.8.0-PYTHON2.7"
  // By framework type and version name, as modelarts API v2 asks: ("TensorFlow", "TF-1.8.0-python2.7").
  const Engine* Find(std::string_view type_name, std::string_view name) const;
  // A name, or an id in digits; NotFound lists what there is.
  Result<const Engine*> Get(std::string_view name_or_id) const;

 private:
  std::vector<Engine> engines_;
  VirtualenvTool virtualenv_;
};

}  // namespace atelier::engines
