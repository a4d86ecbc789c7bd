// The wire shapes of API v2's services (modelarts-api section 4.9).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "compute/workload.h"
#include "http/message.h"
#include "iam/apps.h"
#include "registry/types.h"
#include "serving/types.h"

namespace atelier::api {

// nullopt when there is no such model any more.
using FindModel = std::function<std::optional<registry::Model>(const std::string& model_id)>;

// "RUNNING", ...; "UPGRADING" while a running service takes another configuration.
std::string InferenceStatus(const serving::Service& service);
// What a client's status is in a ServiceFilter: an upgrade is told as deploying there. nullopt for an unknown one.
std::optional<std::string> FilterStatus(std::string_view status);

json::object InferenceListItem(const serving::Service& service);
json::object InferenceDetails(const serving::Service& service, const FindModel& find, const std::string& base_url);

// A deployment is one model of a service; its id is the model's.
json::object DeploymentListItem(const serving::Service& service, const serving::ModelDeployment& deployment);
json::object DeploymentDetails(const serving::Service& service, const serving::ModelDeployment& deployment,
                               const FindModel& find);

json::object InferenceEvent(const serving::Service& service, std::size_t index);
json::object InferenceFlavor(const compute::Flavor& flavor);

// `services`: id and name of those that it may call.
struct NamedService {
  std::string id, name;
};
json::object ApiKeyObject(const iam::App& app, const std::string& domain_id, const std::vector<NamedService>& services);

// Which part of a list: `offset` counts items and is a multiple of `limit` (1 to 500, 10 when absent).
struct Window {
  std::size_t limit = 10, offset = 0;
};
Result<Window> ReadWindow(const http::Query& query);
// true for "asc"; descending when absent.
Result<bool> ReadDirection(const http::Query& query);
// {"data","current","size","pages","total"}; `current` is the page's number, the first is 0.
http::Response PageAnswer(json::array data, const Window& window, std::size_t total);
// Of all items that there are.
http::Response PageOf(const json::array& all, const Window& window);

}  // namespace atelier::api
