// What projects own, said by the test.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "iam/project_usage.h"

namespace atelier::iam {

// Not thread-safe.
class FakeProjectUsage final : public ProjectUsage {
 public:
  Result<std::vector<std::string>> Of(const std::string& project_id) override {
    ++asked;
    if (asked == owns_from) return std::vector<std::string>{"1 bucket"};
    auto found = owned.find(project_id);
    return found == owned.end() ? std::vector<std::string>() : found->second;
  }
  std::map<std::string, std::vector<std::string>> owned;
  int asked = 0;
  int owns_from = 0;  // this question is answered with a bucket that has just been made
};

}  // namespace atelier::iam
