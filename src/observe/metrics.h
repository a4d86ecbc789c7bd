// Counters and histograms in Prometheus text form, and the access log.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace atelier::observe {

// One finished request of any listener; labels stay few: listener, action, status class.
struct RequestSample {
  std::string_view listener, action;
  int status = 0;
  double seconds = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0;
};

// Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  void CountRequest(const RequestSample& sample);
  // A value read at scrape time: jobs running, workers ready, ... Register before serving; `help` is one sentence.
  void AddGauge(const std::string& name, const std::string& help, std::function<double()> read);
  // A total that is kept elsewhere and read at scrape time; it never falls.
  void AddCounter(const std::string& name, const std::string& help, std::function<double()> read);
  // Text exposition format 0.0.4.
  std::string Render();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace atelier::observe
