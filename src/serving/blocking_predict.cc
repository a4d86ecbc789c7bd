#include "serving/blocking_predict.h"

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>

namespace atelier::serving {
namespace {

// Beyond every deadline of the router: only a loop that has ended takes so long.
constexpr std::chrono::minutes kLongest{10};

struct Mailbox {
  std::mutex mutex;
  std::condition_variable_any changed;  // guards with mutex:
  std::optional<Result<PredictReply>> reply;
};

Task<Result<PredictReply>> Ask(PredictRouter& router, std::string service_id, PredictRequest request) {
  co_return co_await router.Predict(service_id, std::move(request));
}

}  // namespace

Result<PredictReply> BlockingPredict(PredictRouter& router, const boost::asio::any_io_executor& executor,
                                     const std::string& service_id, PredictRequest request,
                                     const std::stop_token& stop) {
  auto mailbox = std::make_shared<Mailbox>();
  boost::asio::co_spawn(executor, Ask(router, service_id, std::move(request)),
                        [mailbox](const std::exception_ptr& problem, Result<PredictReply> reply) {
                          std::lock_guard lock(mailbox->mutex);
                          if (problem)
                            mailbox->reply = Internal("a prediction ended with an exception");
                          else
                            mailbox->reply = std::move(reply);
                          mailbox->changed.notify_all();
                        });
  std::unique_lock lock(mailbox->mutex);
  if (mailbox->changed.wait_for(lock, stop, kLongest, [&] { return mailbox->reply.has_value(); }))
    return std::move(*mailbox->reply);
  if (stop.stop_requested()) return MakeError(ErrorKind::kCancelled, "the server stops");
  return MakeError(ErrorKind::kDeadlineExceeded, "no answer from the prediction path", "ModelArts.4503");
}

}  // namespace atelier::serving
