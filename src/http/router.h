// A table of routes: method and path pattern -> action. The table is data, so that docs, metrics and authorisation read
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.h"

namespace atelier::http {

// Path pieces of a pattern's {names}, percent-decoded.
using PathArguments = std::map<std::string, std::string, std::less<>>;

// Template over what a route carries, so that each surface keeps its own kind of handler.
template <class Target>
struct Route {
  std::string method;   // "GET"
  std::string pattern;  // "/v1/{project_id}/models/{model_id}"; a last piece "{rest...}" takes the whole remainder
  std::string action;   // "ShowModel": unique in its surface
  Target target;
};

// Splits and matches. Literal pieces win over {names}, so "/services/specifications" goes before
// "/services/{service_id}" whatever the order of the table.
std::optional<PathArguments> MatchPattern(std::string_view pattern, std::string_view raw_path);
// Smaller is more specific.
int PatternRank(std::string_view pattern);

template <class Target>
class Router {
 public:
  explicit Router(std::vector<Route<Target>> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route<Target>* route = nullptr;  // null: no such path, or the path exists with other methods
    PathArguments arguments;
    std::vector<std::string> allowed;  // methods that the path has, when only the method was wrong
  };
  Match Find(std::string_view method, std::string_view raw_path) const {
    Match best;
    int best_rank = 0;
    for (const auto& route : routes_) {
      auto arguments = MatchPattern(route.pattern, raw_path);
      if (!arguments) continue;
      if (route.method != method) {
        best.allowed.push_back(route.method);
        continue;
      }
      int rank = PatternRank(route.pattern);
      if (best.route != nullptr && rank >= best_rank) continue;
      best.route = &route;
      best.arguments = *std::move(arguments);
      best_rank = rank;
    }
    return best;
  }
  const std::vector<Route<Target>>& routes() const { return routes_; }

 private:
  std::vector<Route<Target>> routes_;
};

}  // namespace atelier::http
