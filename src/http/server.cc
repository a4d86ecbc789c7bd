#include "http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <vector>

#include "base/log.h"
#include "http/internal/connection_gate.h"
#include "http/internal/event_loop.h"
#include "http/internal/session.h"

namespace atelier::http {
namespace {

constexpr std::chrono::milliseconds kStopReportInterval{5'000};

struct Listener {
  SessionContext context;
  std::vector<std::unique_ptr<EventLoop>> loops;
};

}  // namespace

struct Server::State {
  State(ServerLimits limits_in, WorkerPool& pool_in, std::function<void(const AccessRecord&)> on_access_in)
      : limits(limits_in), pool(pool_in), on_access(std::move(on_access_in)), gate(limits.connections) {}

  const ServerLimits limits;
  WorkerPool& pool;
  const std::function<void(const AccessRecord&)> on_access;
  ConnectionGate gate;
  std::deque<Listener> listeners;  // a deque: loops keep references to the contexts
  bool started = false;

  template <class Action>
  void ForEachLoop(Action action) {
    for (auto& listener : listeners)
      for (auto& loop : listener.loops) action(*loop);
  }
};

Server::Server(ServerLimits limits, WorkerPool& pool, std::function<void(const AccessRecord&)> on_access)
    : state_(std::make_unique<State>(limits, pool, std::move(on_access))) {}

Server::~Server() { Stop(std::chrono::milliseconds(0)); }

Result<std::string> Server::AddListener(ListenerOptions options) {
  ATELIER_TRY(auto endpoint, ResolveListenAddress(options.address));
  auto port = options.loops > 1 ? EventLoop::Port::kSharedFirst : EventLoop::Port::kOwn;
  Listener listener{.context = {.limits = state_->limits,
                                .pool = state_->pool,
                                .on_access = state_->on_access,
                                .listener = std::move(options.name),
                                .spin = options.spin,
                                .handler = std::move(options.handler)},
                    .loops = {}};
  auto& kept = state_->listeners.emplace_back(std::move(listener));
  for (std::size_t i = 0; i < std::max<std::size_t>(options.loops, 1); ++i) {
    auto loop = std::make_unique<EventLoop>(kept.context, state_->gate);
    auto bound = loop->Listen(endpoint, port);
    if (!bound) {
      state_->listeners.pop_back();
      return std::unexpected(std::move(bound).error());
    }
    endpoint = *bound;  // with the port that the system chose
    port = EventLoop::Port::kSharedNext;
    kept.loops.push_back(std::move(loop));
  }
  return EndpointText(endpoint);
}

void Server::Start() {
  state_->started = true;
  state_->ForEachLoop([](EventLoop& loop) { loop.Start(); });
}

void Server::Stop(std::chrono::milliseconds grace) {
  if (state_->started) {
    state_->ForEachLoop([](EventLoop& loop) { loop.BeginStop(); });
    if (!state_->gate.WaitEmpty(grace)) {
      LogWarning("cutting the requests that outlived the grace of the stop", {{"connections", state_->gate.count()}});
      state_->ForEachLoop([](EventLoop& loop) { loop.CutAll(); });
      // A handler may be in the middle of blocking work that uses its frame: that must end before the frame goes.
      while (!state_->gate.WaitEmpty(kStopReportInterval))
        LogWarning("still waiting for requests to end", {{"connections", state_->gate.count()}});
    }
    state_->started = false;
  }
  state_->ForEachLoop([](EventLoop& loop) { loop.Join(); });
}

boost::asio::io_context& Server::Loop(const std::string& listener_name) {
  for (auto& listener : state_->listeners)
    if (listener.context.listener == listener_name) return listener.loops.front()->io();
  throw std::invalid_argument(fmt::format("the server has no listener named \"{}\"", listener_name));
}

}  // namespace atelier::http
