// What was asked of a service over time: its events and its configurations, both bounded.
#pragma once

#include <string>

#include "serving/types.h"

namespace atelier::serving {

void AddEvent(Service& service, TimePoint time, bool normal, std::string text);  // keeps the newest 200

// The configuration `config` was asked for; an earlier record that is still open ends as failed.
void BeginRecord(Service& service, TimePoint time, const std::vector<ModelDeployment>& config);
// Ends the newest record, if it is open.
void EndRecord(Service& service, UpdateResult result, std::string reason = {});

}  // namespace atelier::serving
