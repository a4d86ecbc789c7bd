#include "predictor/check.h"

#include <fcntl.h>
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

// What a user should know although the model can be served.
json::array Warnings(const std::map<std::string, Signature>& signatures) {
  json::array warnings;
  auto warn = [&](const std::string& text) { warnings.push_back(json::string(text)); };
  for (const auto& [name, signature] : signatures) {
    for (const auto& [input, info] : signature.inputs)
      if (info.unknown_rank)
        warn(
            fmt::format("signature {}: the input '{}' has no declared shape: a request of the wrong shape is refused "
                        "by the model only, and the first request is slow",
                        name, input));
    for (const auto* infos : {&signature.inputs, &signature.outputs})
      for (const auto& [tensor, info] : *infos)
        if (info.type != DataType::kString && DataTypeSize(info.type) == 0)
          warn(fmt::format("signature {}: '{}' is of {}, which is not served", name, tensor, DataTypeName(info.type)));
  }
  return warnings;
}

json::object Describe(const LoadedModel& loaded) {
  json::array signatures;
  for (const auto& [name, signature] : loaded.model().signatures())
    signatures.push_back(json::object{{"name", name},
                                      {"method", signature.method},
                                      {"inputs", Tensors(signature.inputs)},
                                      {"outputs", Tensors(signature.outputs)}});
  json::object report{{"ok", true},
                      {"tensorflow", loaded.model().api().Version()},
                      {"signatures", signatures},
                      {"warnings", Warnings(loaded.model().signatures())}};
  if (loaded.service() != nullptr)
    report["service_class"] = loaded.service()->class_name();
  else
    report["service_class"] = nullptr;
  return report;
}

int Write(const PredictorOptions& options, const json::object& report) {
  auto text = CompactJson(report);
  auto written = options.report.empty() ? WriteAll(STDOUT_FILENO, text + "\n") : WriteFileDurably(options.report, text);
  if (!written) fmt::print(stderr, "{}\n", written.error().message);
  return written && report.at("ok").as_bool() ? 0 : 1;
}

json::object Failure(const std::string& error) { return {{"ok", false}, {"error", error}}; }

json::object Open(const TensorFlowApi& api, const PredictorOptions& options) {
  try {
    if (options.has_user_code()) AfterFork();
    auto loaded = LoadedModel::Load(api, options);
    return loaded ? Describe(**loaded) : Failure(loaded.error().message);
  } catch (const std::exception& problem) {
    return Failure(std::string("opening the model: ") + problem.what());
  }
}

// One line; nothing when it was cut off.
std::string ReadLine(int fd) {
  std::string text;
  char buffer[4096];
  for (;;) {
    ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {};
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.ends_with('\n')) return text;
  }
}

}  // namespace

int ReportFailure(const PredictorOptions& options, const std::string& error) { return Write(options, Failure(error)); }

int RunCheck(const TensorFlowApi& api, const PredictorOptions& options) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return ReportFailure(options, std::string("pipe: ") + strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  std::fflush(nullptr);
  pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);  // what user code prints is no report
    auto told = WriteAll(writing.get(), CompactJson(Open(api, options)) + "\n");
    std::fflush(nullptr);
    ::_exit(told ? 0 : 1);
  }
  writing.Reset();
  if (pid < 0) return ReportFailure(options, std::string("fork: ") + strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  auto line = ReadLine(reading.get());
  int wait_status = 0;
  while (::waitpid(pid, &wait_status, 0) < 0 && errno == EINTR) continue;
  auto report = ParseJsonObject(line);
  if (report && report->contains("ok")) return Write(options, *report);
  return ReportFailure(options,
                       fmt::format("opening the model {}: {}", WIFSIGNALED(wait_status) ? "crashed" : "ended early",
                                   DescribeExit(wait_status)));
}

}  // namespace atelier::predictor
