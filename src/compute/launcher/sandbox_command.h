// What the sandbox tool (bubblewrap) is told for a workload.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "compute/internal/run_folder.h"

namespace atelier::compute {

// A small file whose contents are made for the workload; the tool reads them from an unnamed file.
struct MadeFile {
  fs::path target;
  std::string contents;
};

// The name, uid and gid of the workload inside its user namespace; outside they are those of the server.
inline constexpr int kInsideUid = 1000;
inline constexpr int kInsideGid = 1000;

// Where atelier-init is seen inside.
inline constexpr std::string_view kInitInside = "/.atelier-init";

// /etc/passwd, /etc/group and /etc/hosts as the workload sees them.
std::vector<MadeFile> MakeFiles(const LaunchSpec& spec);

// The options up to the command. `made_fds[i]` is the descriptor of the i-th file of MakeFiles.
std::vector<std::string> SandboxOptions(const LaunchSpec& spec, const fs::path& scratch, const fs::path& init,
                                        const std::vector<int>& made_fds);

}  // namespace atelier::compute
