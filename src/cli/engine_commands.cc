#include <fmt/format.h>

#include <cstdio>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "engines/engine_store.h"

namespace atelier::cli {
Result<int> ListEngines(const Common& common, const EngineOptions& options) {
  ATELIER_TRY(auto catalogue, engines::Catalogue::Load(options.python_dir / "engines/catalogue.json"));
  engines::EngineStore store(std::move(catalogue), options.engines_dir, options.python_dir);
  json::array items;
  Table table({"ENGINE", "ID", "STATUS", "RUNS AS", "NOTE"}, {false, true, false, false, false});
  for (const auto& state : store.List()) {
    const auto& engine = *state.engine;
    table.Add({engine.name, std::to_string(engine.id), std::string(engines::ToString(state.status)), state.runs_as,
               state.reason});
    items.push_back(json::object{{"engine", engine.name},
                                 {"engine_id", engine.id},
                                 {"framework", engine.framework},
                                 {"version", engine.framework_version},
                                 {"status", engines::ToString(state.status)},
                                 {"runs_as", state.runs_as},
                                 {"reason", state.reason}});
  }
  if (common.json)
    fmt::print("{}\n", PrettyJson(items));
  else
    fmt::print("{}", table.Render());
  return 0;
}

Result<int> InstallEngine(const Common&, const EngineOptions& options, const std::string& name) {
  ATELIER_TRY(auto catalogue, engines::Catalogue::Load(options.python_dir / "engines/catalogue.json"));
  engines::EngineStore store(std::move(catalogue), options.engines_dir, options.python_dir);
  ATELIER_TRY(auto before, store.Inspect(name));
  if (before.status == engines::EngineStatus::kAvailable) {
    fmt::print("{} is installed\n", before.engine->name);
    return 0;
  }
  auto installed = [&] {
    StatusLine line;
    return store.Install(name, [&](const engines::InstallProgress& progress) {
      line.Show(fmt::format("{}: {}", name, progress.stage),
                fmt::format("{}  {:3}%  {}: {:.60}", name, progress.percent, progress.stage, progress.line));
    });
  }();
  if (!installed) return std::unexpected(std::move(installed).error());
  fmt::print("installed {}\n", before.engine->name);
  return 0;
}

Result<int> ProbeEngine(const Common& common, const EngineOptions& options, const std::string& name) {
  ATELIER_TRY(auto catalogue, engines::Catalogue::Load(options.python_dir / "engines/catalogue.json"));
  engines::EngineStore store(std::move(catalogue), options.engines_dir, options.python_dir);
  ATELIER_TRY(auto report, store.Probe(name));
  json::object versions;
  Table table({"PACKAGE", "VERSION"});
  for (const auto& [package, version] : report.versions) {
    versions[package] = version;
    table.Add({package, version});
  }
  if (common.json)
    fmt::print("{}\n", PrettyJson(json::object{{"engine", report.engine}, {"versions", versions}}));
  else
    fmt::print("{}\n{}", report.engine, table.Render());
  return 0;
}

}  // namespace atelier::cli
