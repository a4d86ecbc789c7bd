#include "http/internal/event_loop.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/brief_spin.h"
#include "base/log.h"
#include "base/strings.h"

namespace atelier::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);
// Out of descriptors or memory: accepting again at once would only spin.
constexpr std::chrono::milliseconds kAcceptBackoff{100};
using SharePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// Often enough that no deadline is overrun by more than a quarter of the shortest one.
std::chrono::milliseconds SweepInterval(const ServerLimits& limits) {
  auto shortest = std::min({limits.header_timeout, limits.idle_timeout, limits.body_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

std::unexpected<Error> CannotListen(const tcp::endpoint& endpoint, const error_code& error) {
  return Unavailable(fmt::format("cannot listen on {}: {}", EndpointText(endpoint), error.message()), {},
                     EndpointText(endpoint));
}

// Two servers may share a port with SO_REUSEPORT without noticing: a bind without it tells whether the port is taken.
error_code ProbePort(asio::io_context& io, const tcp::endpoint& endpoint) {
  error_code error;
  tcp::acceptor probe(io);
  probe.open(endpoint.protocol(), error);
  if (!error) probe.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) probe.bind(endpoint, error);
  return error;
}

}  // namespace

Result<tcp::endpoint> ResolveListenAddress(std::string_view address) {
  auto bad = [&] {
    return InvalidArgument(
        fmt::format("expected a listen address like 127.0.0.1:8080 or [::1]:8080, got \"{}\"", address));
  };
  auto colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad();
  auto host = address.substr(0, colon);
  auto port = ParseNumber<std::uint16_t>(address.substr(colon + 1));
  bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (!port || (!bracketed && host.find(':') != std::string_view::npos)) return bad();
  if (bracketed) host = host.substr(1, host.size() - 2);
  error_code error;
  auto literal = asio::ip::make_address(std::string(host), error);
  if (!error) return tcp::endpoint(literal, *port);
  if (bracketed) return bad();
  asio::io_context io;
  auto found = tcp::resolver(io).resolve(std::string(host), std::to_string(*port), tcp::resolver::passive, error);
  if (error || found.empty())
    return Unavailable(fmt::format("cannot find the listen address {}: {}", address, error.message()));
  return found.begin()->endpoint();
}

std::string EndpointText(const tcp::endpoint& endpoint) {
  auto text = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", text, endpoint.port())
                                    : fmt::format("{}:{}", text, endpoint.port());
}

EventLoop::EventLoop(const SessionContext& context, ConnectionGate& gate)
    : context_(context),
      gate_(gate),
      sweep_interval_(SweepInterval(context.limits)),
      work_(asio::make_work_guard(io_)),
      acceptor_(io_),
      room_(io_),
      sweep_(io_) {}

EventLoop::~EventLoop() { Join(); }

Result<tcp::endpoint> EventLoop::Listen(const tcp::endpoint& endpoint, Port port) {
  error_code error;
  if (port == Port::kSharedFirst && endpoint.port() != 0) error = ProbePort(io_, endpoint);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && port != Port::kOwn) acceptor_.set_option(SharePort(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return CannotListen(endpoint, error);
  return acceptor_.local_endpoint();
}

void EventLoop::Start() {
  asio::co_spawn(io_, AcceptLoop(), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
  thread_ = std::thread([this] {
    for (;;) {
      try {
        Run();
        return;
      } catch (const std::exception& failure) {
        // A handler posted to this loop by another room threw: the connections must not die with it.
        LogError("an event loop caught an exception", {{"listener", context_.listener}, {"error", failure.what()}});
      }
    }
  });
}

// io_context::run, but for the moment before each sleep. With as many requests under way as there are cores, others
// have use for this one.
void EventLoop::Run() {
  const std::size_t cores = std::thread::hardware_concurrency();
  BriefSpin spin(context_.spin);
  while (!io_.stopped()) {
    if (io_.poll() > 0) {
      spin.Reset();
    } else if (!io_.stopped() && (active_ >= cores || !spin.Again())) {
      io_.run_one();
      spin.Reset();
    }
  }
}

void EventLoop::BeginStop() {
  asio::post(io_, [this] {
    stopping_ = true;
    error_code ignored;  // closing is all that is left to do with it
    acceptor_.close(ignored);
    room_.cancel();
    for (const auto& connection : connections_) connection->BeginStop();
  });
}

void EventLoop::CutAll() {
  asio::post(io_, [this] {
    // A copy: a connection that is cut may leave the set at once.
    std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) connection->Cut();
  });
}

void EventLoop::Join() {
  work_.reset();
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

Task<void> EventLoop::AcceptLoop() {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(kAwaitTuple);
    if (stopping_) co_return;
    if (!error) {
      // Held, unserved, until there is a place; meanwhile the others wait in the kernel's queue.
      bool room = co_await WaitForRoom();
      if (room) Adopt(std::move(socket));
      continue;
    }
    if (error == asio::error::connection_aborted) continue;
    LogWarning("cannot accept a connection", {{"listener", context_.listener}, {"error", error.message()}});
    room_.expires_after(kAcceptBackoff);
    co_await room_.async_wait(kAwaitTuple);
  }
}

// Takes a place at the gate, waiting for it if need be. False when the loop stops.
Task<bool> EventLoop::WaitForRoom() {
  while (!stopping_) {
    room_.expires_at(SteadyTime::max());
    std::function<void()> on_room = [this] { asio::post(io_, [this] { room_.cancel(); }); };
    if (gate_.TryEnter(std::move(on_room))) co_return true;
    co_await room_.async_wait(kAwaitTuple);
  }
  co_return false;
}

void EventLoop::Adopt(tcp::socket socket) {
  // Beyond a full head the buffer needs room for one byte, to tell that the head is too long.
  auto connection = std::make_shared<Connection>(std::move(socket), context_.limits.header_bytes + 1);
  connections_.insert(connection);
  if (!sweeping_) ScheduleSweep();
  auto on_end = [this, connection](const std::exception_ptr& failure) { Release(connection, failure); };
  asio::co_spawn(io_, ServeConnection(connection, context_, active_),
                 asio::bind_cancellation_slot(connection->cut_slot(), std::move(on_end)));
}

void EventLoop::Release(const std::shared_ptr<Connection>& connection, const std::exception_ptr& failure) {
  if (failure && !connection->cut()) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      LogError("a connection ended by an exception", {{"listener", context_.listener}, {"error", error.what()}});
    }
  }
  connection->Close();
  connections_.erase(connection);
  gate_.Leave();
}

void EventLoop::ScheduleSweep() {
  sweeping_ = !connections_.empty();
  if (!sweeping_) return;
  sweep_.expires_after(sweep_interval_);
  sweep_.async_wait([this](const error_code& error) {
    if (error) return;
    auto now = std::chrono::steady_clock::now();
    for (const auto& connection : connections_) connection->ExpireIfLate(now);
    ScheduleSweep();
  });
}

}  // namespace atelier::http
