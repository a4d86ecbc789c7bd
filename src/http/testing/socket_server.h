// For tests of proxies: a server on a socket file that answers every connection with the same bytes, and remembers what
// it was sent.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"

namespace atelier::http {

class SocketServer {
 public:
  // What happens after the answer.
  enum class Then { kClose, kStay };

  // Listens on <folder>/<name> at once.
  SocketServer(const std::filesystem::path& folder, const std::string& name, std::string answer,
               Then then = Then::kClose);
  ~SocketServer();

  // Waits for `count` requests, then gives the text of all so far: head and announced body.
  std::vector<std::string> WaitForRequests(std::size_t count);
  // Waits until a client of a connection that stays has closed it.
  bool WaitForHangUp();

 private:
  void Run();
  void Serve(int fd);

  const std::string answer_;
  const Then then_;
  UniqueFd listener_, stop_;
  std::mutex mutex_;
  std::condition_variable changed_;    // guards with mutex_:
  std::vector<std::string> requests_;  //   in the order of their ends
  bool hung_up_ = false;
  std::thread thread_;
};

}  // namespace atelier::http
