// The life of one connection: request after request until one side ends it.
#pragma once

#include <functional>
#include <memory>

#include "base/task.h"
#include "base/worker_pool.h"
#include "http/internal/connection.h"
#include "http/server.h"

namespace atelier::http {

// What all sessions of a listener share. Outlives them.
struct SessionContext {
  ServerLimits limits;
  WorkerPool& pool;
  std::function<void(const AccessRecord&)> on_access;
  std::string listener;
  std::chrono::microseconds spin;
  Handler handler;
};

// Returns when the connection is closed. Throws only when it is cut. `active` counts the loop's requests under way.
Task<void> ServeConnection(std::shared_ptr<Connection> connection, const SessionContext& context, std::size_t& active);

}  // namespace atelier::http
