// The inputs and outputs of a version, whichever script contract it follows: where each lies on the host, inside the
// workload, and in the object store.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "training/obs_path.h"
#include "training/run_layout.h"
#include "training/types.h"

namespace atelier::training {

struct RunChannel {
  Channel channel;
  std::filesystem::path host;
  std::string inside;  // "/home/ma-user/modelarts/inputs/data_url_0"
};

std::vector<RunChannel> InputsOf(const JobSpec& spec, const RunLayout& layout);
std::vector<RunChannel> OutputsOf(const JobSpec& spec, const RunLayout& layout);
bool HasOutputs(const JobSpec& spec);

// The folder inside in which API v2 shows the input or output of this number: "/home/ma-user/modelarts/inputs/data_0".
std::string InputInside(const Channel& channel, std::size_t index);
std::string OutputInside(const Channel& channel, std::size_t index);

// Everything a version writes as output lies below this folder of the host; stored paths are relative to it.
std::filesystem::path OutputRoot(const JobSpec& spec, const RunLayout& layout);

// Where a file below the output root belongs in the object store. InvalidArgument when it lies in none of the outputs.
Result<ObsPath> OutputTarget(const JobVersion& version, const std::string& path);
// Where it is shown again under V0001/ (README.md, "Version folders"); nullopt for outputs that are not mirrored.
Result<std::optional<ObsPath>> MirrorTarget(const JobVersion& version, const std::string& path);

// Where the code folder's parent, the home folder and the installed packages lie inside.
struct InsidePlaces {
  std::string home, code, site_packages;
};
InsidePlaces PlacesInside(const JobSpec& spec);

}  // namespace atelier::training
