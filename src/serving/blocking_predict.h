// A prediction for a thread that can wait: what a batch task asks.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <stop_token>
#include <string>

#include "serving/predict_router.h"

namespace atelier::serving {

// Not on the router's executor. Cancelled as soon as `stop` is requested; the prediction itself then goes on unheard.
// Else what PredictRouter::Predict says.
Result<PredictReply> BlockingPredict(PredictRouter& router, const boost::asio::any_io_executor& executor,
                                     const std::string& service_id, PredictRequest request,
                                     const std::stop_token& stop);

}  // namespace atelier::serving
