// What a worker answers to one request.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace atelier::predictor {

struct Answer {
  std::uint16_t status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string warning;  // shown to the caller beside the answer, and logged
};

// {"error_code":...,"error_msg":...} with the status that the error's kind asks for.
Answer RefuseWith(const Error& error);

}  // namespace atelier::predictor
