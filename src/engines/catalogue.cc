#include "engines/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/files.h"
#include "base/json.h"
#include "base/strings.h"

namespace atelier::engines {
namespace {

constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

Result<std::string> NeedText(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto text, ReadString(from, key));
  if (!text || text->empty()) return InvalidArgument(fmt::format("\"{}\" is missing: expected a text", key));
  return *text;
}

Result<std::int64_t> NeedNumber(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto number, ReadInt(from, key));
  if (!number || *number <= 0) return InvalidArgument(fmt::format("\"{}\" is missing: expected a number above 0", key));
  return *number;
}

Result<std::vector<std::string>> Texts(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto array, ReadArray(from, key));
  std::vector<std::string> result;
  if (array == nullptr) return result;
  for (const auto& item : *array) {
    if (!item.is_string()) return InvalidArgument(fmt::format("\"{}\" holds something else than texts", key));
    result.emplace_back(item.get_string());
  }
  return result;
}

Result<std::map<std::string, std::string>> TextMap(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto object, ReadObject(from, key));
  std::map<std::string, std::string> result;
  if (object == nullptr) return result;
  for (const auto& [name, value] : *object) {
    if (!value.is_string()) return InvalidArgument(fmt::format("\"{}.{}\" is not a text", key, std::string_view(name)));
    result.emplace(name, value.get_string());
  }
  return result;
}

bool IsPythonVersion(std::string_view text) {
  auto parts = Split(text, '.');
  return parts.size() == 2 && ParseNumber<unsigned>(parts[0]) && ParseNumber<unsigned>(parts[1]);
}

Result<InterpreterNeed> ReadPython(const json::object& from, std::string_view where) {
  InterpreterNeed need;
  ATELIER_TRY(need.python, NeedText(from, "python"));
  if (!IsPythonVersion(need.python))
    return InvalidArgument(fmt::format("\"{}python\" is \"{}\": expected major.minor, like 3.11", where, need.python));
  ATELIER_TRY(auto unicode, ReadString(from, "unicode"));
  if (unicode && *unicode != "ucs4")
    return InvalidArgument(fmt::format("\"{}unicode\" is \"{}\": expected ucs4, or nothing", where, *unicode));
  need.ucs4 = unicode.has_value();
  return need;
}

Result<Hook> ReadHook(const json::object& from) {
  ATELIER_TRY(auto text, NeedText(from, "hook"));
  for (auto hook : {Hook::kNone, Hook::kTf1, Hook::kOptional})
    if (text == ToString(hook)) return hook;
  return InvalidArgument(fmt::format("\"hook\" is \"{}\": expected none, tf1 or optional", text));
}

Result<std::string> ReadLock(const json::object& from, const fs::path& folder) {
  ATELIER_TRY(auto name, NeedText(from, "lock"));
  ATELIER_TRY(auto text, ReadFile(folder / name, 1 << 20));
  for (auto line : Split(text, '\n')) {
    auto requirement = Trim(line);
    if (!requirement.empty() && !requirement.starts_with('#') && requirement.find("==") == std::string_view::npos)
      return InvalidArgument(
          fmt::format("{} holds \"{}\": expected exact versions (name==version)", name, requirement));
  }
  return text;
}

Result<std::optional<ServingLibraries>> ReadServing(const json::object& from) {
  ATELIER_TRY(auto object, ReadObject(from, "serving"));
  if (object == nullptr) return std::nullopt;
  ATELIER_TRY(auto cc, NeedText(*object, "tensorflow_cc"));
  ATELIER_TRY(auto framework, NeedText(*object, "tensorflow_framework"));
  return ServingLibraries{cc, framework};
}

Result<Engine> ReadEngine(const json::object& from, const fs::path& folder) {
  Engine engine;
  ATELIER_TRY(engine.name, NeedText(from, "name"));
  if (engine.name.find_first_not_of(kNameCharacters) != std::string::npos || engine.name.starts_with('.'))
    return InvalidArgument("\"name\" may hold letters, digits, '.', '-' and '_': it names a folder");
  ATELIER_TRY(auto id, NeedNumber(from, "engine_id"));
  ATELIER_TRY(auto type, NeedNumber(from, "engine_type"));
  engine.id = static_cast<int>(id);
  engine.type = static_cast<int>(type);
  ATELIER_TRY(engine.type_name, NeedText(from, "engine_name"));
  ATELIER_TRY(engine.framework, NeedText(from, "framework"));
  ATELIER_TRY(engine.framework_version, NeedText(from, "framework_version"));
  ATELIER_TRY(auto interpreter, ReadObject(from, "interpreter"));
  if (interpreter == nullptr) return InvalidArgument("\"interpreter\" is missing: expected {\"python\": \"3.11\"}");
  ATELIER_TRY(engine.interpreter, ReadPython(*interpreter, "interpreter."));
  ATELIER_TRY(engine.packages, ReadLock(from, folder));
  ATELIER_TRY(engine.bootstrap, Texts(from, "bootstrap"));
  ATELIER_TRY(engine.pip_arguments, Texts(from, "pip_arguments"));
  ATELIER_TRY(auto disk, NeedNumber(from, "disk_mib"));
  engine.disk_bytes = static_cast<std::uint64_t>(disk) << 20;
  ATELIER_TRY(engine.hook, ReadHook(from));
  ATELIER_TRY(engine.environment, TextMap(from, "environment"));
  ATELIER_TRY(engine.probe, NeedText(from, "probe"));
  ATELIER_TRY(engine.serves_with, NeedText(from, "serves_with"));
  ATELIER_TRY(auto stand_in, ReadString(from, "stand_in"));
  engine.stand_in = stand_in.value_or("");
  ATELIER_TRY(engine.serving, ReadServing(from));
  return engine;
}

// What no entry shows by itself: ids and names are single, and other engines are named as they are.
Result<void> CheckTogether(const Catalogue& catalogue) {
  std::set<int> ids;
  std::set<std::string> names;
  for (const auto& engine : catalogue.engines()) {
    if (!names.insert(ToLower(engine.name)).second)
      return InvalidArgument(fmt::format("two engines are named {}", engine.name));
    if (!ids.insert(engine.id).second)
      return InvalidArgument(fmt::format("two engines have the engine_id {}", engine.id));
  }
  for (const auto& engine : catalogue.engines()) {
    const auto* server = catalogue.FindByName(engine.serves_with);
    if (server == nullptr || !server->serving) {
      return InvalidArgument(fmt::format("{}: \"serves_with\" names {}, which is no engine with a \"serving\" entry",
                                         engine.name, engine.serves_with));
    }
    if (engine.stand_in.empty()) continue;
    const auto* other = catalogue.FindByName(engine.stand_in);
    if (other == nullptr || other == &engine || !other->stand_in.empty()) {
      return InvalidArgument(fmt::format("{}: \"stand_in\" names {}, which is no other engine without a stand-in",
                                         engine.name, engine.stand_in));
    }
  }
  return {};
}

}  // namespace

Result<Catalogue> Catalogue::Load(const fs::path& file) {
  auto load = [&]() -> Result<Catalogue> {
    ATELIER_TRY(auto text, ReadFile(file, 1 << 20));
    ATELIER_TRY(auto root, ParseJsonObject(text));
    Catalogue catalogue;
    ATELIER_TRY(auto virtualenv, ReadObject(root, "virtualenv"));
    if (virtualenv != nullptr) {
      ATELIER_TRY(catalogue.virtualenv_.interpreter, ReadPython(*virtualenv, "virtualenv."));
      ATELIER_TRY(catalogue.virtualenv_.packages, ReadLock(*virtualenv, file.parent_path()));
    }
    ATELIER_TRY(auto entries, ReadArray(root, "engines"));
    if (entries == nullptr || entries->empty()) return InvalidArgument("\"engines\" is missing or empty");
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const auto& entry = (*entries)[i];
      if (!entry.is_object()) return InvalidArgument(fmt::format("engines[{}] is not an object", i));
      auto engine = ReadEngine(entry.get_object(), file.parent_path());
      if (!engine) return std::unexpected(std::move(engine).error().Within(fmt::format("engines[{}]", i)));
      catalogue.engines_.push_back(*std::move(engine));
    }
    ATELIER_CHECK(CheckTogether(catalogue));
    return catalogue;
  };
  auto catalogue = load();
  if (!catalogue) return std::unexpected(std::move(catalogue).error().Within(file.string()));
  return catalogue;
}

const Engine* Catalogue::FindById(int id) const {
  auto found = std::ranges::find(engines_, id, &Engine::id);
  return found == engines_.end() ? nullptr : &*found;
}

const Engine* Catalogue::FindByName(std::string_view name) const {
  auto found =
      std::ranges::find_if(engines_, [&](const Engine& engine) { return EqualsIgnoreCase(engine.name, name); });
  return found == engines_.end() ? nullptr : &*found;
}

const Engine* Catalogue::Find(std::string_view type_name, std::string_view name) const {
  const auto* engine = FindByName(name);
  return engine != nullptr && EqualsIgnoreCase(engine->type_name, type_name) ? engine : nullptr;
}

Result<const Engine*> Catalogue::Get(std::string_view name_or_id) const {
  if (const auto* engine = FindByName(name_or_id)) return engine;
  if (auto id = ParseNumber<int>(name_or_id)) {
    if (const auto* engine = FindById(*id)) return engine;
  }
  std::vector<std::string> known;
  for (const auto& engine : engines_) known.push_back(fmt::format("{} (id {})", engine.name, engine.id));
  return NotFound(fmt::format("there is no engine \"{}\"; known are: {}", name_or_id, fmt::join(known, ", ")), {},
                  std::string(name_or_id));
}

}  // namespace atelier::engines
