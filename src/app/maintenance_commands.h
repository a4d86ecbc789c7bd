// `atelier obs verify`, `atelier backup` and `atelier restore`: they ask the running server, or work on the data
// directory of one that does not run.
#pragma once

#include "cli/command_tree.h"
#include "cli/commands.h"

namespace CLI {
class App;
}

namespace atelier::app {

// After cli::AddCommands, whose `obs` gets one more word. `common` must outlive the parsing and the run.
void AddMaintenanceCommands(CLI::App& root, cli::Common& common, cli::Chosen& chosen);

}  // namespace atelier::app
