// Port: the services and training jobs that tags hang on. Implemented by app/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "tenancy/tag.h"

namespace atelier::tenancy {

struct NamedResource {
  std::string id;        // as tags are kept under
  std::string shown_id;  // as clients of the tag calls know it
  std::string name;
  std::string workspace_id = "0";
};

// Thread-safe.
class TaggedResources {
 public:
  virtual ~TaggedResources() = default;
  // By any id that a client may use for it.
  virtual Result<std::optional<NamedResource>> Find(const std::string& project_id, TaggedKind kind,
                                                    const std::string& id) = 0;
  virtual Result<std::vector<NamedResource>> List(const std::string& project_id, TaggedKind kind) = 0;
};

}  // namespace atelier::tenancy
