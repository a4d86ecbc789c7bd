// atelier-predictor: one replica of one model version. Started by the server; see src/predictor/README.md.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "predictor/check.h"
#include "predictor/zygote.h"

namespace {

using atelier::predictor::PredictorOptions;

constexpr const char* kUsage =
    "usage: atelier-predictor serve --model-dir DIR --run-dir DIR --engine-dir DIR --python-dir DIR [--workers N]\n"
    "                               [--memory-limit BYTES] [--backoff-max-ms N] [--service-name NAME] [--model-name "
    "NAME]\n"
    "       atelier-predictor check --model-dir DIR --engine-dir DIR --python-dir DIR [--report FILE] [--model-name "
    "NAME]\n";

bool ReadOptions(int argc, char** argv, PredictorOptions& options) {
  std::map<std::string, std::string> given;
  static constexpr std::string_view kKnown[] = {"--model-dir",    "--run-dir",   "--report",       "--engine-dir",
                                                "--python-dir",   "--workers",   "--memory-limit", "--backoff-max-ms",
                                                "--service-name", "--model-name"};
  for (int i = 2; i + 1 < argc; i += 2) {
    if (std::ranges::find(kKnown, std::string_view(argv[i])) == std::end(kKnown)) {
      fmt::print(stderr, "unknown option {}\n", argv[i]);
      return false;
    }
    given[argv[i]] = argv[i + 1];
  }
  if (argc % 2 != 0) return false;
  auto number = [&](const std::string& name, auto& into) {
    if (!given.contains(name)) return true;
    auto value = atelier::ParseNumber<std::uint64_t>(given[name]);
    if (value) into = *value;
    return value.has_value();
  };
  options.model_dir = given["--model-dir"];
  options.run_dir = given["--run-dir"];
  options.report = given["--report"];
  options.environment = given["--engine-dir"];
  options.python_dir = given["--python-dir"];
  options.service_name = given["--service-name"];
  if (given.contains("--model-name")) options.model_name = given["--model-name"];
  bool numbers = number("--workers", options.workers) && number("--memory-limit", options.memory_limit) &&
                 number("--backoff-max-ms", options.backoff_max_ms);
  return numbers && options.workers > 0 && !options.model_dir.empty() && !options.environment.empty() &&
         !options.python_dir.empty();
}

}  // namespace

int main(int argc, char** argv) {
  PredictorOptions options;
  std::string verb = argc > 1 ? argv[1] : "";
  bool serve = verb == "serve";
  if ((!serve && verb != "check") || !ReadOptions(argc, argv, options) || (serve && options.run_dir.empty())) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  // The pools of threads that numpy's libraries start on import: a worker answers one request at a time, and the zygote
  // must have one thread when it forks. A user's own setting stays.
  for (const char* pool : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"})
    ::setenv(pool, "1", 0);  // NOLINT(concurrency-mt-unsafe): there is one thread yet
  auto fail = [&](const std::string& error) {
    fmt::print(stderr, "{}\n", error);
    if (!serve) return atelier::predictor::ReportFailure(options, error);
    atelier::predictor::ReportServeFailure(options, error);
    return 1;
  };
  auto api = atelier::predictor::LoadTensorFlow(options.environment);
  if (!api) return fail(api.error().message);
  if (options.has_user_code())
    if (auto started = atelier::predictor::StartPython(options.environment, options.python_dir); !started)
      return fail(started.error().message);
  if (!serve) return atelier::predictor::RunCheck(**api, options);
  return atelier::predictor::Zygote(**api, options).Run();
}
