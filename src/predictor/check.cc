#include "predictor/check.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "base/json.h"
#include "predictor/zygote.h"

namespace atelier::predictor {
namespace {

json::array Tensors(const std::map<std::string, TensorInfo>& infos) {
  json::array array;
  for (const auto& [name, info] : infos) {
    json::object tensor{{"name", name}, {"tensor", info.tensor}, {"dtype", DataTypeName(info.type)}};
    json::array shape;
    for (auto size : info.shape) shape.emplace_back(size);
    if (info.unknown_rank)
      tensor["shape"] = nullptr;
    else
      tensor["shape"] = shape;
    array.push_back(tensor);
  }
  return array;
}

json::object Describe(const LoadedModel& loaded) {
  json::array signatures;
  for (const auto& [name, signature] : loaded.model().signatures())
    signatures.push_back(json::object{{"name", name},
                                      {"method", signature.method},
                                      {"inputs", Tensors(signature.inputs)},
                                      {"outputs", Tensors(signature.outputs)}});
  json::object report{{"ok", true}, {"tensorflow", loaded.model().api().Version()}, {"signatures", signatures}};
  if (loaded.service() != nullptr)
    report["service_class"] = loaded.service()->class_name();
  else
    report["service_class"] = nullptr;
  return report;
}

int Write(const PredictorOptions& options, const json::object& report) {
  auto written = WriteFileDurably(options.report, CompactJson(report));
  if (!written) fmt::print(stderr, "{}\n", written.error().message);
  return written && report.at("ok").as_bool() ? 0 : 1;
}

int CheckInChild(const TensorFlowApi& api, const PredictorOptions& options) {
  if (options.has_user_code()) AfterFork();
  auto loaded = LoadedModel::Load(api, options);
  if (!loaded) return ReportFailure(options, loaded.error().message);
  return Write(options, Describe(**loaded));
}

}  // namespace

int ReportFailure(const PredictorOptions& options, const std::string& error) {
  Write(options, {{"ok", false}, {"error", error}});
  return 1;
}

int RunCheck(const TensorFlowApi& api, const PredictorOptions& options) {
  std::fflush(nullptr);
  pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    int code = CheckInChild(api, options);
    std::fflush(nullptr);
    ::_exit(code);
  }
  if (pid < 0) return ReportFailure(options, std::string("fork: ") + strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  int wait_status = 0;
  while (::waitpid(pid, &wait_status, 0) < 0 && errno == EINTR) continue;
  std::error_code error;
  if (!std::filesystem::exists(options.report, error))
    return ReportFailure(options,
                         fmt::format("opening the model {}: {}", WIFSIGNALED(wait_status) ? "crashed" : "ended early",
                                     DescribeExit(wait_status)));
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 1;
}

}  // namespace atelier::predictor
