// A shell script that answers as a Python interpreter does where the engines room asks one: its version, `-m venv`, `-m
// pip install`, and a probe. It makes installations that take milliseconds and fail on demand.
#pragma once

#include <filesystem>
#include <string>

namespace atelier::engines {

struct FakePython {
  std::string version = "3.11.2";
  bool ucs4 = true;
  bool has_ensurepip = true;
  std::string base_prefix = "/usr";
};

// Writes <folder>/python<major.minor>. Its pip fails for a requirements file that holds the word "unobtainable", and
// waits for ever for one that holds "endless"; its probe fails when the folder of the environment holds a file
// "no-probe".
void WriteFakePython(const std::filesystem::path& folder, const FakePython& python);

}  // namespace atelier::engines
