// `atelier-predictor check`: opens a package as a worker would and reports what it found.
#pragma once

#include "predictor/worker.h"

namespace atelier::predictor {

// Writes {"ok":true,"signatures":[...],"service_class":...,"tensorflow":...,"warnings":[...]} or
// {"ok":false,"error":...} to options.report (renamed into place), or to standard output when that is empty. The work
// is done in a forked child, so that a crash is reported as well; what user code prints goes to standard error. 0 when
// ok, else 1.
int RunCheck(const TensorFlowApi& api, const PredictorOptions& options);
// The same report for a failure before there was anything to fork.
int ReportFailure(const PredictorOptions& options, const std::string& error);

}  // namespace atelier::predictor
