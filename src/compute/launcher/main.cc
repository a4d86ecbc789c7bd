// atelier-launcher <workload folder> [<notify fd>]: started by the server, one per workload; outlives it.
#include <unistd.h>

#include <cstdio>
#include <optional>

#include "base/strings.h"
#include "compute/launcher/launcher.h"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: atelier-launcher <workload folder> [<notify fd>]\n", stderr);
    return 2;
  }
  int notify_fd = argc == 3 ? atelier::ParseNumber<int>(argv[2]).value_or(-1) : -1;
  // Fails when it leads a session already, which is as good.
  ::setsid();
  auto result = atelier::compute::RunLauncher(argv[1], notify_fd);
  if (result) return 0;
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  return 1;
}
