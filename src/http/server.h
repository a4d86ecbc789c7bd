// The HTTP/1.1 server: listeners, connection loops, limits, deadlines, graceful stop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/worker_pool.h"
#include "http/exchange.h"

namespace boost::asio {
class io_context;
}

namespace atelier::http {

struct ServerLimits {
  std::size_t header_bytes = 32 * 1024;              // beyond it: 431
  std::size_t connections = 4096;                    // beyond it: accept pauses
  std::chrono::milliseconds header_timeout{15'000};  // from the first byte to the end of the header
  std::chrono::milliseconds idle_timeout{75'000};    // between requests
  std::chrono::milliseconds body_timeout{30'000};    // without a byte of the body, in either direction
  std::size_t drain_bytes =
      256 * 1024;  // an unread body up to this is read away to keep the connection; else it is closed
};

// What one finished request was, for the access log and the metrics.
struct AccessRecord {
  std::string listener, request_id, remote_address, method, path, action, error;
  int status = 0;                             // 499 when the client was gone, or cut off, before it was answered
  std::uint64_t bytes_in = 0, bytes_out = 0;  // of the bodies
  std::chrono::microseconds duration{};
};

struct ListenerOptions {
  std::string name{};                   // "platform", "object_store": for logs and metrics
  std::string address = "127.0.0.1:0";  // host:port, [v6]:port; port 0 picks a free one
  std::size_t loops = 1;                // threads, each with its own io_context and SO_REUSEPORT acceptor
  // How long a loop that had work looks for more before its thread sleeps (base/brief_spin.h): for requests that are
  // answered sooner than a sleeping core is woken. Where a request waits for the disk it only takes the core away.
  std::chrono::microseconds spin{0};
  Handler handler{};
};

// Owns its threads. Start order: AddListener..., Start, ..., Stop; no second Start. Thread-safe after Start.
// `on_access` is called on the loop threads, once per request, also for those that are refused before a handler sees
// them.
class Server {
 public:
  Server(ServerLimits limits, WorkerPool& pool, std::function<void(const AccessRecord&)> on_access);
  ~Server();  // stops

  // Binds now, so that the real address is known before Start. Unavailable, naming the address, when it is taken.
  Result<std::string> AddListener(ListenerOptions options);  // -> "127.0.0.1:43210"
  void Start();
  // Stops accepting, closes idle connections, lets active requests run until `grace`, then cuts them: their pending
  // operations are cancelled and their sockets closed. Returns when all have ended. Not from a handler.
  void Stop(std::chrono::milliseconds grace);

  // The first loop of a listener: where objects live that its handlers share without locks (the predict dispatchers).
  // It runs from Start to Stop and is destroyed with the server: destroy what waits on it before.
  boost::asio::io_context& Loop(const std::string& listener_name);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace atelier::http
