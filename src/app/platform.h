// The composition root: the only place that makes concrete objects and hands them to each other.
#pragma once

#include <memory>
#include <string>

#include "app/settings.h"
#include "base/error.h"

namespace atelier::app {

// What a route of the platform's listener is, for the test that holds the tables to the specification.
struct ServedRoute {
  std::string method, pattern, action;
  bool open = false;        // needs nobody
  bool administer = false;  // needs an administrator
};

// Everything that runs inside `atelier serve`. Open recovers what a crash left; Start listens; Stop drains. Jobs and
// services go on without the server and are picked up by the next one.
class Platform {
 public:
  static Result<std::unique_ptr<Platform>> Open(const Settings& settings);
  ~Platform();

  Result<void> Start();
  void Stop();
  const std::string& platform_address() const;
  const std::string& object_store_address() const;
  bool first_start() const;
  const std::vector<ServedRoute>& routes() const;

 private:
  Platform();
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Where the Python that ships lies: the setting, or beside the program (source tree or installation).
Result<std::filesystem::path> PythonDirectory(const std::string& setting);
std::filesystem::path ProgramDirectory();

}  // namespace atelier::app
