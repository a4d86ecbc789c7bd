// A part of a project that jobs, models, services and algorithms lie in. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace atelier::tenancy {

// The workspace that is always there.
constexpr std::string_view kDefaultWorkspace = "0";
constexpr std::string_view kDefaultWorkspaceName = "default";

struct Workspace {
  std::string id;  // 32 hex digits, or "0"
  std::string project_id;
  std::string name;
  std::string description;
  std::string enterprise_project_id = "0";  // kept and shown again
  std::string owner;                        // user name
  TimePoint created, updated;
  bool operator==(const Workspace&) const = default;
};

// 4 to 64 characters: letters of any alphabet, digits, '-', '_'; not "default". InvalidArgument, ModelArts.0104.
Result<void> CheckWorkspaceName(std::string_view name);
Result<void> CheckWorkspaceDescription(std::string_view description);

}  // namespace atelier::tenancy
