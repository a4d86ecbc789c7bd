#include "training/container_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::string_view kHome = "/home/ma-user/modelarts/";

bool Means(const EngineListing& engine, const ContainerRequest& request) {
  if (!request.engine_id.empty()) {
    auto number = ParseNumber<int>(request.engine_id);
    return EqualsIgnoreCase(engine.name, request.engine_id) || (number && *number == engine.id);
  }
  bool framework = request.engine_name.empty() || EqualsIgnoreCase(engine.type_name, request.engine_name) ||
                   EqualsIgnoreCase(engine.name, request.engine_name);
  return framework && (request.engine_version.empty() || EqualsIgnoreCase(engine.name, request.engine_version));
}

}  // namespace

bool IsVariableName(std::string_view name) {
  auto fits = [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '_'); };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 && std::ranges::all_of(name, fits);
}

bool IsPlainFolder(const std::string& folder, std::string_view root) {
  constexpr std::size_t kMost = 1024;
  if (folder.size() > kMost || !folder.starts_with(root) || !IsValidUtf8(folder)) return false;
  if (folder.find('\0') != std::string::npos) return false;
  auto names = Split(folder, '/');
  if (names.back().empty()) names.pop_back();
  bool plain = names.size() > 1 && std::ranges::all_of(names.begin() + 1, names.end(), [](std::string_view name) {
                 return !name.empty() && name != "." && name != "..";
               });
  std::string closed = folder.ends_with('/') ? folder : folder + "/";
  return plain && closed != root && (root == "/" || !kHome.starts_with(closed));
}

Result<std::string> FindEngineName(EngineSource& engines, const ContainerRequest& request) {
  if (request.engine_id.empty() && request.engine_name.empty() && request.engine_version.empty())
    return InvalidArgument(
        "algorithm.engine: expected engine_id, or engine_name and engine_version, got nothing; the "
        "list of engines shows them",
        request.command.empty() ? "ModelArts.2780" : "ModelArts.2806", "algorithm.engine");
  ATELIER_TRY(auto listed, engines.List());
  auto found = std::ranges::find_if(listed, [&](const EngineListing& engine) { return Means(engine, request); });
  if (found != listed.end()) return found->name;
  // Refused by the choice of the engine, which lists what there is.
  for (const auto* name : {&request.engine_id, &request.engine_version})
    if (!name->empty()) return *name;
  return request.engine_name;
}

}  // namespace atelier::training
