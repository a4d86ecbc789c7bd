// POST /v1/infers/{service_id}: prediction through the platform listener (modelarts-api section 4.8).
#pragma once

#include <cstdint>
#include <vector>

#include "api/platform/platform_surface.h"
#include "auth/app_authenticator.h"
#include "auth/platform_authenticator.h"
#include "serving/predict_router.h"

namespace atelier::api {

struct InferOptions {
  std::uint64_t body_limit = 12ULL << 20;
};

// All must outlive the routes. The handlers run on the platform's loop from start to end: no hand-over to the pool.
std::vector<DirectRoute> InferRoutes(serving::PredictRouter& router, const auth::PlatformAuthenticator& authenticator,
                                     const auth::AppAuthenticator& apps, InferOptions options);

}  // namespace atelier::api
