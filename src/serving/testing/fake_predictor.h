// A predictor for the tests of the prediction path: its sockets, without its program.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/strings.h"
#include "predictor/protocol.h"
#include "predictor/worker.h"

namespace atelier::serving {

// A predictor's sockets, served by threads of the test: a worker that does with each request what it is told, and a
// zygote that notes what it is asked.
class FakePredictor {
 public:
  // What the worker does with a request: answers (returns true) or hangs up (false).
  using Behaviour = std::function<bool(int connection, const predictor::Frame& request)>;

  explicit FakePredictor(Behaviour behaviour, std::size_t workers = 1,
                         predictor::Manner manner = predictor::Manner::kOneByOne)
      : behaviour_(std::move(behaviour)), manner_(manner) {
    std::signal(SIGPIPE, SIG_IGN);  // as the worker does: an answer may come after the dispatcher has hung up
    control_ = *predictor::ListenUnix(folder_.path(), "control.sock");
    zygote_ = std::thread([this] { ServeControl(); });
    for (std::size_t i = 0; i < workers; ++i) {
      workers_.push_back(std::make_unique<Worker>());
      StartWorker(i);
    }
  }
  ~FakePredictor() {
    for (std::size_t i = 0; i < workers_.size(); ++i) StopWorker(i);
    ::shutdown(control_.get(), SHUT_RDWR);
    zygote_.join();
  }

  void StartWorker(std::size_t index = 0) {
    auto& worker = *workers_[index];
    worker.stopping = false;  // no thread reads it now
    worker.socket = *predictor::ListenUnix(folder_.path(), "worker-" + std::to_string(index) + ".sock");
    worker.thread = std::thread([this, &worker] { ServeWorker(worker); });
  }
  void StopWorker(std::size_t index = 0) {
    auto& worker = *workers_[index];
    if (!worker.thread.joinable()) return;
    ::shutdown(worker.socket.get(), SHUT_RDWR);
    {
      std::lock_guard lock(mutex_);
      worker.stopping = true;
      if (worker.connection >= 0) ::shutdown(worker.connection, SHUT_RDWR);
    }
    worker.thread.join();
    worker.socket.Reset();
  }

  const fs::path& folder() const { return folder_.path(); }
  std::vector<std::string> asked() {
    std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  struct Worker {
    UniqueFd socket;
    int connection = -1;    // guarded by mutex_
    bool stopping = false;  // guarded by mutex_ while the thread runs
    std::thread thread;
  };

  void ServeWorker(Worker& worker) {
    for (;;) {
      UniqueFd connection(::accept4(worker.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.valid()) return;
      {
        std::lock_guard lock(mutex_);
        if (worker.stopping) return;  // it came in while the worker was being stopped
        worker.connection = connection.get();
      }
      (void)predictor::WriteFrame(connection.get(), predictor::FrameKind::kHello, 0,
                                  static_cast<std::uint16_t>(manner_), "", "", "4711");
      for (;;) {
        auto request = predictor::ReadFrame(connection.get());
        if (request && request->header.kind == predictor::FrameKind::kRecall) continue;  // too late: it has been run
        if (!request || !behaviour_(connection.get(), *request)) break;
      }
      std::lock_guard lock(mutex_);
      worker.connection = -1;
    }
  }
  void ServeControl() {
    for (;;) {
      UniqueFd connection(::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.valid()) return;
      char buffer[128];
      auto got = ::read(connection.get(), buffer, sizeof buffer);
      std::string line(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
      {
        std::lock_guard lock(mutex_);
        asked_.emplace_back(Trim(line));
      }
      (void)WriteAll(connection.get(),
                     line.starts_with("exit") ? "killed by signal 11 (Segmentation fault)\n" : "ok\n");
    }
  }

  TemporaryDirectory folder_;
  Behaviour behaviour_;
  predictor::Manner manner_;
  UniqueFd control_;
  std::mutex mutex_;
  std::vector<std::string> asked_;  // guarded by mutex_
  std::vector<std::unique_ptr<Worker>> workers_;
  std::thread zygote_;
};

// Answers with the body of the request in angle brackets.
inline bool Echo(int connection, const predictor::Frame& request) {
  return predictor::WriteFrame(connection, predictor::FrameKind::kReply, request.header.id, 200, "text/plain", "",
                               "<" + request.body + ">")
      .has_value();
}

}  // namespace atelier::serving
