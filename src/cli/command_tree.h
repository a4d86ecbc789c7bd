// The tree of commands below `atelier`, for CLI11.
#pragma once

#include <functional>
#include <optional>

#include "base/error.h"
#include "cli/commands.h"

namespace CLI {
class App;
}

namespace atelier::cli {

// What parsing chose to run; set by the callback of the chosen command.
using Chosen = std::function<Result<int>()>;

// Adds obs, job, model, service, user, project, key, domain, audit, engine and env. `common` and `engines` must outlive
// the parsing and the run.
void AddCommands(CLI::App& root, Common& common, EngineOptions& engines, Chosen& chosen);

}  // namespace atelier::cli
