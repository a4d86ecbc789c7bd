#include "observe/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <tuple>
#include <vector>

namespace atelier::observe {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                          0.1,    0.25,  0.5,    1,     2.5,  5,     10};

struct Series {
  prometheus::Counter* requests;
  prometheus::Counter* bytes_in;
  prometheus::Counter* bytes_out;
  prometheus::Histogram* seconds;
};

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>* requests;
  prometheus::Family<prometheus::Counter>* bytes_in;
  prometheus::Family<prometheus::Counter>* bytes_out;
  prometheus::Family<prometheus::Histogram>* seconds;
  std::mutex mutex;  // guards:
  std::map<std::tuple<std::string, std::string, int>, Series, std::less<>> series;
  std::vector<std::pair<prometheus::Gauge*, std::function<double()>>> gauges;
  std::mutex counters_mutex;  // held while counters are brought up to date; guards:
  std::vector<std::pair<prometheus::Counter*, std::function<double()>>> counters;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {
  auto& registry = state_->registry;
  state_->requests =
      &prometheus::BuildCounter().Name("atelier_requests_total").Help("Requests answered.").Register(registry);
  state_->bytes_in = &prometheus::BuildCounter()
                          .Name("atelier_request_bytes_total")
                          .Help("Bytes of request bodies.")
                          .Register(registry);
  state_->bytes_out = &prometheus::BuildCounter()
                           .Name("atelier_response_bytes_total")
                           .Help("Bytes of response bodies.")
                           .Register(registry);
  state_->seconds = &prometheus::BuildHistogram()
                         .Name("atelier_request_seconds")
                         .Help("Time from header to last byte.")
                         .Register(registry);
}

Metrics::~Metrics() = default;

void Metrics::CountRequest(const RequestSample& sample) {
  // One look-up per request: the library's own label hashing is slower than the rest of a small request's accounting.
  std::tuple<std::string, std::string, int> key(sample.listener, sample.action, sample.status / 100);
  Series series{};
  {
    std::lock_guard lock(state_->mutex);
    auto found = state_->series.find(key);
    if (found == state_->series.end()) {
      std::map<std::string, std::string> labels = {{"listener", std::string(sample.listener)},
                                                   {"action", std::string(sample.action)},
                                                   {"status", std::to_string(sample.status / 100) + "xx"}};
      found = state_->series
                  .emplace(key, Series{&state_->requests->Add(labels), &state_->bytes_in->Add(labels),
                                       &state_->bytes_out->Add(labels), &state_->seconds->Add(labels, kSeconds)})
                  .first;
    }
    series = found->second;
  }
  series.requests->Increment();
  series.bytes_in->Increment(static_cast<double>(sample.bytes_in));
  series.bytes_out->Increment(static_cast<double>(sample.bytes_out));
  series.seconds->Observe(sample.seconds);
}

void Metrics::AddGauge(const std::string& name, const std::string& help, std::function<double()> read) {
  auto& gauge = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry).Add({});
  std::lock_guard lock(state_->mutex);
  state_->gauges.emplace_back(&gauge, std::move(read));
}

void Metrics::AddCounter(const std::string& name, const std::string& help, std::function<double()> read) {
  auto& counter = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry).Add({});
  std::lock_guard lock(state_->counters_mutex);
  state_->counters.emplace_back(&counter, std::move(read));
}

std::string Metrics::Render() {
  std::vector<std::pair<prometheus::Gauge*, std::function<double()>>> gauges;
  {
    std::lock_guard lock(state_->mutex);
    gauges = state_->gauges;
  }
  for (auto& [gauge, read] : gauges) gauge->Set(read());
  {
    std::lock_guard lock(state_->counters_mutex);
    for (auto& [counter, read] : state_->counters) counter->Increment(read() - counter->Value());
  }
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace atelier::observe
