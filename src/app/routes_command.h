// `atelier routes`: the route table of the platform listener, for people, and as JSON for tests that hold documents to
// it. Needs no server: the table is the program's.
#pragma once

#include <string>
#include <vector>

#include "api/platform/platform_surface.h"
#include "app/settings.h"
#include "base/error.h"

namespace atelier::app {

// Builds all parts once over an empty folder, which goes away again; `settings` says where Python lies.
Result<std::vector<api::RouteLine>> RoutesOfThisProgram(Settings settings);

// [{"method":...,"pattern":...,"action":...,"unserved":why or null}], and the same as columns; both end with a newline.
std::string RoutesJson(const std::vector<api::RouteLine>& routes);
std::string RoutesText(const std::vector<api::RouteLine>& routes);

}  // namespace atelier::app
