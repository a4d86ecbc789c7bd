// Settings made by chance that obey every rule: what is written of them must come back the same.
#pragma once

#include <random>

#include "object_store/cors.h"
#include "object_store/lifecycle.h"
#include "object_store/tags.h"

namespace atelier::object_store {

using Chance = std::mt19937;

Tags RandomTags(Chance& chance, std::size_t most);
CorsRules RandomCors(Chance& chance);
LifecycleRules RandomLifecycle(Chance& chance);

}  // namespace atelier::object_store
