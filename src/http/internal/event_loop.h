// One thread of a listener: an io_context, its acceptor and the connections that live on it.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>

#include "base/error.h"
#include "http/internal/connection_gate.h"
#include "http/internal/session.h"

namespace atelier::http {

// "127.0.0.1:80", "[::1]:80", "localhost:80" -> endpoint.
Result<boost::asio::ip::tcp::endpoint> ResolveListenAddress(std::string_view address);
std::string EndpointText(const boost::asio::ip::tcp::endpoint& endpoint);

// Connections never leave their loop. Thread-safe where said; the rest runs on the loop's thread.
class EventLoop {
 public:
  // `context` and `gate` outlive it.
  EventLoop(const SessionContext& context, ConnectionGate& gate);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Before Start. With a shared port the kernel spreads new connections over the loops that listen on it.
  enum class Port { kOwn, kSharedFirst, kSharedNext };
  Result<boost::asio::ip::tcp::endpoint> Listen(const boost::asio::ip::tcp::endpoint& endpoint, Port port);
  void Start();
  // Any thread: no new connections, idle ones end, active ones end after their request.
  void BeginStop();
  // Any thread: every connection ends now.
  void CutAll();
  // Ends the thread. Call it when no connection is left.
  void Join();

  boost::asio::io_context& io() { return io_; }

 private:
  void Run();
  Task<void> AcceptLoop();
  Task<bool> WaitForRoom();
  void Adopt(boost::asio::ip::tcp::socket socket);
  void Release(const std::shared_ptr<Connection>& connection, const std::exception_ptr& failure);
  void ScheduleSweep();

  const SessionContext& context_;
  ConnectionGate& gate_;
  const std::chrono::milliseconds sweep_interval_;
  std::size_t active_ = 0;  // requests under way; the coroutines count it
  // Declared before what runs on it: destroyed last, with the coroutines that still wait in it.
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer room_;  // waits for a place at the gate
  boost::asio::steady_timer sweep_;
  bool sweeping_ = false;
  bool stopping_ = false;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace atelier::http
