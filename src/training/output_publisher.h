// Stores what a run writes: while it runs, so that curves are live, and the rest at its end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "training/artifact_store.h"
#include "training/job_repository.h"
#include "training/output_tree.h"

namespace atelier::training {

// What a publisher remembers between two looks at the same version. Losing it (a restart) costs one look, nothing else:
// what has been stored is in the repository.
struct PublishMemory {
  std::map<std::string, TreeFile> last_look;
};

// Stateless; thread-safe as far as its ports are. `output` is the version's OutputRoot (run_channels.h).
class OutputPublisher {
 public:
  OutputPublisher(ArtifactStore& artifacts, JobRepository& repository)
      : artifacts_(artifacts), repository_(repository) {}

  // Stores files that changed. A file is taken when it was there at the last look already (what comes and goes between
  // two looks is a temporary), and a large one only when it did not change since then.
  Result<void> PublishChanged(const std::string& project_id, const JobVersion& version, const fs::path& output,
                              const TreeScan& scan, PublishMemory& memory);

  struct Leftovers {
    std::vector<std::string> not_stored;  // links, pipes, names that are no keys: told in the log
  };
  // Stores everything that differs from what is stored, and takes back what was stored while it ran but was removed
  // since by the script.
  Result<Leftovers> PublishAll(const std::string& project_id, const JobVersion& version, const fs::path& output);

  // Makes the files of a version 1 visible under V0001/ by server-side copies.
  Result<void> MirrorFirst(const std::string& project_id, const JobVersion& first);

 private:
  // Nothing stored and no error for a file that vanished or whose name is no key (then `refused` gets it).
  Result<void> StoreFiles(const std::string& project_id, const JobVersion& version, const fs::path& output,
                          const std::vector<std::pair<std::string, TreeFile>>& files,
                          std::vector<std::string>& refused);

  ArtifactStore& artifacts_;
  JobRepository& repository_;
};

}  // namespace atelier::training
