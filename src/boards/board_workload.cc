#include "boards/board_workload.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "base/strings.h"

namespace atelier::boards {
namespace {

constexpr std::uint64_t kMostLog = 16ULL << 20;
constexpr std::uint64_t kMostFile = 1ULL << 30;  // it has nothing to write but its socket and temporary files
constexpr std::uint64_t kMostProcesses = 512;
constexpr std::size_t kMostLine = 300;

// The last line with something in it.
std::string LastLine(const fs::path& log) {
  auto text = ReadFile(log, kMostLog * 2);
  if (!text) return {};
  auto lines = Split(*text, '\n');
  for (std::size_t i = lines.size(); i-- > 0;)
    if (auto line = Trim(lines[i]); !line.empty() && IsValidUtf8(line)) return std::string(line.substr(0, kMostLine));
  return {};
}

std::string WhatEndedIt(const compute::Exit& exit) {
  if (exit.out_of_memory) return "it ran out of memory; choose a larger flavor";
  if (exit.lost) return "its launcher vanished";
  if (!exit.message.empty()) return exit.message;
  if (exit.signal != 0) return fmt::format("it was killed by signal {}", exit.signal);
  return fmt::format("it exited with code {}", exit.code);
}

}  // namespace

compute::Workload BuildWorkload(const Board& board, const BoardLayout& layout, const training::EngineRuntime& engine,
                                const fs::path& program_folder, const compute::Backend& backend) {
  compute::Mount events{layout.events, kEventsInside, false};
  compute::Mount run{layout.run, kRunInside, true};
  compute::Workload workload;
  workload.id = board.workload_id();
  workload.mounts = {events, run, {program_folder, program_folder, false}};
  for (const auto& folder : engine.read_only) workload.mounts.push_back({folder, folder, false});
  workload.command = {engine.python,
                      "-u",
                      program_folder / "serve.py",
                      backend.PathInside(events),
                      PagePath(board.id),
                      fmt::format("{} - TensorBoard", board.name)};
  workload.environment = {{"HOME", "/tmp"},
                          {"USER", "board"},
                          {"LOGNAME", "board"},
                          {"LANG", "C.UTF-8"},
                          {"PATH", engine.python.parent_path().string() + ":/usr/local/bin:/usr/bin:/bin"},
                          {"PYTHONDONTWRITEBYTECODE", "1"},
                          {"CUDA_VISIBLE_DEVICES", ""},
                          {"TF_CPP_MIN_LOG_LEVEL", "2"},
                          {"TF_ENABLE_ONEDNN_OPTS", "0"},
                          {"OMP_NUM_THREADS", "1"}};
  workload.working_directory = backend.PathInside(run);
  workload.limits = {.cores = static_cast<double>(board.spec.cores),
                     .memory_bytes = board.spec.memory_bytes,
                     .processes = kMostProcesses,
                     .file_bytes = kMostFile};
  workload.network = compute::NetworkAccess::kNone;
  workload.log_file = layout.log;
  workload.log_limit_bytes = kMostLog;
  return workload;
}

bool Answers(const fs::path& run_folder) {
  // The folder belongs to the workload: a link in the place of the socket is not followed. Through the descriptor the
  // path may also be longer than an address can be.
  auto file = OpenFile(run_folder / kSocketName, O_PATH | O_NOFOLLOW);
  if (!file) return false;
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto path = fmt::format("/proc/self/fd/{}", file->get());
  std::ranges::copy(path, static_cast<char*>(address.sun_path));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the system's own interface
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  return errno == EAGAIN;  // it listens, and many wait
}

std::string DescribeEnd(const compute::Exit& exit, const fs::path& log) {
  auto last = LastLine(log);
  return WhatEndedIt(exit) + (last.empty() ? "" : fmt::format(" (it said last: {})", last));
}

}  // namespace atelier::boards
