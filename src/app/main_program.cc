#include "app/main_program.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "app/data_directory.h"
#include "app/maintenance_commands.h"
#include "app/platform.h"
#include "app/routes_command.h"
#include "app/settings.h"
#include "base/files.h"
#include "base/log.h"
#include "cli/command_tree.h"

namespace atelier::app {
namespace {

// What the words on the command line gave, by setting name.
struct ServeArguments {
  std::map<std::string, std::string> flags;
  std::string config;
};

LogLevel LevelOf(const std::string& text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "warning") return LogLevel::kWarning;
  return text == "error" ? LogLevel::kError : LogLevel::kInfo;
}

// An object of many parts is read through many descriptors, and connections need theirs: as many as the system allows.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    LogWarning("the limit of open files could not be raised", {{"limit", limit.rlim_cur}});
}

Result<Settings> Load(const ServeArguments& arguments) {
  auto environment = [](const char* name) -> const char* {
    return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  };
  return LoadSettings(arguments.flags, environment, arguments.config);
}

Result<int> Serve(const ServeArguments& arguments) {
  // Blocked before any thread is made, so that every thread leaves these signals to this one.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  ATELIER_TRY(Settings settings, Load(arguments));
  ConfigureLog(LevelOf(settings.log_level), settings.log_file);
  RaiseDescriptorLimit();
  ATELIER_TRY(auto platform, Platform::Open(settings));
  ATELIER_CHECK(platform->Start());
  if (platform->first_start())
    fmt::print("First start: access key and password are in {}/credentials.json\n", settings.data_dir.string());
  fmt::print("Platform      http://{}\nObject store  http://{}\nData          {}\n", platform->platform_address(),
             platform->object_store_address(), settings.data_dir.string());
  std::fflush(stdout);
  int received = 0;
  sigwait(&stop_signals, &received);
  LogInfo("stopping", {{"signal", received}});
  platform->Stop();
  return 0;
}

void AddServe(CLI::App& root, ServeArguments& arguments, cli::Chosen& chosen) {
  auto* serve = root.add_subcommand("serve", "Run the server");
  serve->add_option("--config", arguments.config, "YAML file of settings")->check(CLI::ExistingFile);
  for (const auto& setting : SettingTable()) {
    if (setting.name == "data-dir" || setting.name == "engines-dir" || setting.name == "python-dir")
      continue;  // of every command
    std::string help =
        std::string(setting.help) + (setting.default_text.empty() ? "" : " [" + setting.default_text + "]");
    serve->add_option("--" + std::string(setting.name), arguments.flags[std::string(setting.name)], help);
  }
  serve->callback([&] { chosen = [&] { return Serve(arguments); }; });
}

void AddSettings(CLI::App& root, cli::Chosen& chosen) {
  auto* command = root.add_subcommand("settings", "What can be set, as docs/settings.md has it");
  auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "The docs page itself");
  command->callback([&chosen, markdown] {
    chosen = [markdown]() -> Result<int> {
      if (*markdown)
        fmt::print("{}", SettingsPage());
      else
        for (const auto& setting : SettingTable())
          fmt::print("{:<24} {:<28} {}\n", setting.name, setting.default_text, setting.help);
      return 0;
    };
  });
}

void AddRoutes(CLI::App& root, const ServeArguments& arguments, cli::Chosen& chosen) {
  auto* command = root.add_subcommand("routes", "The operations of the platform listener, and which are not served");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "Print JSON");
  command->callback([&arguments, &chosen, json] {
    chosen = [&arguments, json]() -> Result<int> {
      ATELIER_TRY(Settings settings, Load(arguments));
      ATELIER_TRY(auto routes, RoutesOfThisProgram(std::move(settings)));
      fmt::print("{}", *json ? RoutesJson(routes) : RoutesText(routes));
      return 0;
    };
  });
}

int Report(const Result<int>& outcome) {
  if (outcome) return *outcome;
  const auto& error = outcome.error();
  fmt::print(stderr, "error: {}\n", error.message);
  if (!error.code.empty() && error.message.find(error.code) == std::string::npos)
    fmt::print(stderr, "       code {}\n", error.code);
  return error.kind == ErrorKind::kInvalidArgument && error.code.empty() ? 2 : 1;
}

}  // namespace

int Main(int argc, char** argv) {
  CLI::App root("Atelier: object store, training jobs, models and real-time services behind one server", "atelier");
  root.require_subcommand(1);
  root.fallthrough();
  root.set_version_flag("--version", std::string("atelier ") + kProgramVersion);
  ServeArguments arguments;
  std::string data_dir, engines_dir, python_dir;
  root.add_option("--data-dir", data_dir, "Data directory [~/.local/share/atelier]");
  root.add_option("--engines-dir", engines_dir, "Where engines are installed [<data-dir>/engines]");
  root.add_option("--python-dir", python_dir, "The Python that ships with Atelier");
  cli::Common common;
  cli::EngineOptions engines;
  cli::Chosen chosen;
  AddServe(root, arguments, chosen);
  cli::AddCommands(root, common, engines, chosen);
  AddMaintenanceCommands(root, common, chosen);
  AddSettings(root, chosen);
  AddRoutes(root, arguments, chosen);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return root.exit(problem) == 0 ? 0 : 2;  // help and version are no errors
  }

  std::erase_if(arguments.flags, [](const auto& flag) { return flag.second.empty(); });
  for (const auto& [name, value] :
       {std::pair{"data-dir", data_dir}, {"engines-dir", engines_dir}, {"python-dir", python_dir}})
    if (!value.empty()) arguments.flags[name] = value;
  auto settings = Load(arguments);
  if (!settings) return Report(std::unexpected(settings.error()));
  common.data_dir = settings->data_dir;
  engines.engines_dir =
      settings->engines_dir.empty() ? settings->data_dir / "engines" : fs::absolute(settings->engines_dir);
  if (auto python = PythonDirectory(settings->python_dir)) engines.python_dir = *python;
  try {
    return Report(chosen());
  } catch (const std::exception& problem) {
    fmt::print(stderr, "error: {}\n", problem.what());
    return 1;
  }
}

}  // namespace atelier::app
