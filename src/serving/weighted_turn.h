// Whose turn it is, by weight: of each hundred turns a weight of 70 gets 70, and they are spread evenly.
#pragma once

#include <cstdint>
#include <vector>

namespace atelier::serving {

// Smooth weighted round robin. Weights below 1 get no turn unless every one that may be chosen is below 1; what may not
// be chosen leaves its share to the others.
class WeightedTurn {
 public:
  struct Choice {
    int weight = 0;
    bool allowed = true;
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // The index of the one whose turn it is; kNone when none is allowed. A list of another length begins anew.
  std::size_t Next(const std::vector<Choice>& choices) {
    credit_.resize(choices.size(), 0);
    std::int64_t total = 0;
    std::size_t best = kNone, fallback = kNone;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (!choices[i].allowed) continue;
      fallback = i;
      if (choices[i].weight < 1) continue;
      total += choices[i].weight;
      credit_[i] += choices[i].weight;
      if (best == kNone || credit_[i] > credit_[best]) best = i;
    }
    if (best == kNone) return fallback;
    credit_[best] -= total;
    return best;
  }
  void Reset() { credit_.clear(); }

 private:
  std::vector<std::int64_t> credit_;
};

}  // namespace atelier::serving
