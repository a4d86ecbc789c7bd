// For tests of servers: a server with one listener and a record of its requests, and a socket to send it raw bytes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/worker_pool.h"
#include "http/server.h"

namespace atelier::http {

// A blocking TCP connection that hides nothing. Failures of the socket are test failures. Waits end after 20 seconds.
class RawConnection {
 public:
  explicit RawConnection(const std::string& address);  // "127.0.0.1:80", "[::1]:80"

  // Returns false when the peer does not take it any more.
  bool Send(std::string_view bytes);
  // What comes until the peer closes; "<reset>" or "<timeout>" is appended when it ends otherwise.
  std::string ReadAll();
  // Exactly one response with a Content-Length or without a body: head and body.
  std::string ReadResponse(bool has_body = true);
  // Up to and with `end`.
  std::string ReadUntil(std::string_view end);
  void CloseSending();
  void Reset();  // closes so that the peer sees a connection reset
  void Close() { fd_.Reset(); }
  int fd() const { return fd_.get(); }

 private:
  bool ReadMore();

  UniqueFd fd_;
  std::string input_;
  std::string_view ending_;
};

struct TestServerOptions {
  ServerLimits limits{};
  std::size_t pool_threads = 2;
  std::size_t pool_queue = 16;
  std::size_t loops = 1;
  std::string address = "127.0.0.1:0";
};

// Started when made; stopped, with half a second of grace, by the destructor.
class TestServer {
 public:
  explicit TestServer(Handler handler, const TestServerOptions& options = {});
  ~TestServer();

  const std::string& address() const { return address_; }
  Server& server() { return *server_; }
  WorkerPool& pool() { return pool_; }
  // Waits until `count` requests have ended, then gives the records of all so far.
  std::vector<AccessRecord> WaitForRecords(std::size_t count);

 private:
  std::mutex mutex_;
  std::condition_variable recorded_;   // guards with mutex_:
  std::vector<AccessRecord> records_;  //   one per request that has ended
  WorkerPool pool_;
  std::unique_ptr<Server> server_;
  std::string address_;
};

}  // namespace atelier::http
