#include "compute/internal/spec_json.h"

#include <string>

namespace atelier::compute {

namespace {

json::object ToJson(const Limits& limits) {
  return {{"cores", limits.cores},
          {"memory_bytes", limits.memory_bytes},
          {"processes", limits.processes},
          {"file_bytes", limits.file_bytes}};
}

json::object ToJson(const Workload& workload) {
  json::object object{{"id", workload.id},
                      {"working_directory", workload.working_directory.string()},
                      {"limits", ToJson(workload.limits)},
                      {"network", workload.network == NetworkAccess::kNone ? "none" : "host"},
                      {"stop_grace_ms", workload.stop_grace.count()},
                      {"log_file", workload.log_file.string()},
                      {"log_limit_bytes", workload.log_limit_bytes}};
  json::array command;
  for (const std::string& argument : workload.command) command.emplace_back(argument);
  json::object environment;
  for (const auto& [name, value] : workload.environment) environment[name] = value;
  json::array mounts;
  for (const Mount& mount : workload.mounts) {
    mounts.push_back(json::object{
        {"source", mount.source.string()}, {"target", mount.target.string()}, {"writable", mount.writable}});
  }
  object["command"] = std::move(command);
  object["environment"] = std::move(environment);
  object["mounts"] = std::move(mounts);
  return object;
}

// What this room wrote itself: a missing member is a broken file.
Result<std::string> Text(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto value, ReadString(from, key));
  if (!value) return InvalidArgument("'" + std::string(key) + "' is missing");
  return *std::move(value);
}

Result<std::uint64_t> Count(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  if (value != nullptr && value->is_uint64()) return value->get_uint64();
  ATELIER_TRY(auto number, ReadInt(from, key));
  if (!number || *number < 0) return InvalidArgument("'" + std::string(key) + "' is missing or negative");
  return static_cast<std::uint64_t>(*number);
}

Result<Limits> LimitsFromJson(const json::object& object) {
  Limits limits;
  ATELIER_TRY(auto cores, ReadDouble(object, "cores"));
  limits.cores = cores.value_or(0);
  ATELIER_TRY(limits.memory_bytes, Count(object, "memory_bytes"));
  ATELIER_TRY(limits.processes, Count(object, "processes"));
  ATELIER_TRY(limits.file_bytes, Count(object, "file_bytes"));
  return limits;
}

Result<Mount> MountFromJson(const json::value& value) {
  if (!value.is_object()) return InvalidArgument("a mount is not an object");
  Mount mount;
  ATELIER_TRY(mount.source, Text(value.get_object(), "source"));
  ATELIER_TRY(mount.target, Text(value.get_object(), "target"));
  ATELIER_TRY(auto writable, ReadBool(value.get_object(), "writable"));
  mount.writable = writable.value_or(false);
  return mount;
}

Result<void> ReadLists(const json::object& object, Workload& workload) {
  ATELIER_TRY(const json::array* command, ReadArray(object, "command"));
  ATELIER_TRY(const json::object* environment, ReadObject(object, "environment"));
  ATELIER_TRY(const json::array* mounts, ReadArray(object, "mounts"));
  if (command == nullptr || environment == nullptr || mounts == nullptr)
    return InvalidArgument("'command', 'environment' or 'mounts' is missing");
  for (const json::value& argument : *command) {
    if (!argument.is_string()) return InvalidArgument("'command' holds something that is no string");
    workload.command.emplace_back(argument.get_string());
  }
  for (const auto& member : *environment) {
    ATELIER_TRY(workload.environment[member.key()], Text(*environment, member.key()));
  }
  for (const json::value& value : *mounts) {
    ATELIER_TRY(Mount mount, MountFromJson(value));
    workload.mounts.push_back(std::move(mount));
  }
  return {};
}

Result<Workload> WorkloadFromJson(const json::object& object) {
  Workload workload;
  ATELIER_TRY(workload.id, Text(object, "id"));
  ATELIER_TRY(workload.working_directory, Text(object, "working_directory"));
  ATELIER_TRY(workload.log_file, Text(object, "log_file"));
  ATELIER_TRY(workload.log_limit_bytes, Count(object, "log_limit_bytes"));
  ATELIER_TRY(std::string network, Text(object, "network"));
  workload.network = network == "none" ? NetworkAccess::kNone : NetworkAccess::kHost;
  // Absent from specs of versions that did not have it; their workloads may run still.
  ATELIER_TRY(auto stop_grace, ReadInt(object, "stop_grace_ms"));
  if (stop_grace) workload.stop_grace = Milliseconds(*stop_grace);
  ATELIER_TRY(const json::object* limits, ReadObject(object, "limits"));
  if (limits == nullptr) return InvalidArgument("'limits' is missing");
  ATELIER_TRY(workload.limits, LimitsFromJson(*limits));
  ATELIER_CHECK(ReadLists(object, workload));
  ATELIER_CHECK(CheckWorkload(workload));
  return workload;
}

Result<SandboxLevel> LevelFromText(std::string_view text) {
  for (SandboxLevel level : {SandboxLevel::kFull, SandboxLevel::kLimits, SandboxLevel::kNone}) {
    if (ToString(level) == text) return level;
  }
  return InvalidArgument("unknown sandbox level '" + std::string(text) + "'");
}

}  // namespace

json::object ToJson(const LaunchSpec& spec) {
  json::object groups;
  for (const auto& [role, path] : spec.cgroups.paths) groups[role] = path.string();
  return {{"workload", ToJson(spec.workload)},
          {"level", ToString(spec.level)},
          {"deny_user_namespaces", spec.deny_user_namespaces},
          {"bwrap", spec.bwrap.string()},
          {"cgroups", std::move(groups)},
          {"cgroup_limits_unified", spec.cgroups.unified_limits}};
}

Result<LaunchSpec> SpecFromJson(const json::object& object) {
  LaunchSpec spec;
  ATELIER_TRY(const json::object* workload, ReadObject(object, "workload"));
  ATELIER_TRY(const json::object* groups, ReadObject(object, "cgroups"));
  if (workload == nullptr || groups == nullptr) return InvalidArgument("'workload' or 'cgroups' is missing");
  ATELIER_TRY(spec.workload, WorkloadFromJson(*workload));
  ATELIER_TRY(std::string level, Text(object, "level"));
  ATELIER_TRY(spec.level, LevelFromText(level));
  ATELIER_TRY(spec.bwrap, Text(object, "bwrap"));
  ATELIER_TRY(auto deny, ReadBool(object, "deny_user_namespaces"));
  spec.deny_user_namespaces = deny.value_or(false);
  for (const auto& member : *groups) {
    ATELIER_TRY(spec.cgroups.paths[member.key()], Text(*groups, member.key()));
  }
  ATELIER_TRY(auto unified, ReadBool(object, "cgroup_limits_unified"));
  spec.cgroups.unified_limits = unified.value_or(false);
  return spec;
}

json::object ToJson(const ExitRecord& record) {
  const Exit& exit = record.exit;
  return {{"code", exit.code},
          {"signal", exit.signal},
          {"out_of_memory", exit.out_of_memory},
          {"lost", exit.lost},
          {"message", exit.message},
          {"cpu_seconds", exit.cpu_seconds},
          {"peak_memory_bytes", exit.peak_memory_bytes},
          {"started_ms", ToUnixMillis(record.started)},
          {"ended_ms", ToUnixMillis(record.ended)}};
}

Result<ExitRecord> ExitFromJson(const json::object& object) {
  ExitRecord record;
  ATELIER_TRY(auto code, ReadInt(object, "code"));
  ATELIER_TRY(auto signal, ReadInt(object, "signal"));
  ATELIER_TRY(auto out_of_memory, ReadBool(object, "out_of_memory"));
  ATELIER_TRY(auto lost, ReadBool(object, "lost"));
  ATELIER_TRY(auto message, ReadString(object, "message"));
  ATELIER_TRY(auto cpu_seconds, ReadDouble(object, "cpu_seconds"));
  ATELIER_TRY(auto started, ReadInt(object, "started_ms"));
  ATELIER_TRY(auto ended, ReadInt(object, "ended_ms"));
  ATELIER_TRY(record.exit.peak_memory_bytes, Count(object, "peak_memory_bytes"));
  record.exit.code = static_cast<int>(code.value_or(0));
  record.exit.signal = static_cast<int>(signal.value_or(0));
  record.exit.out_of_memory = out_of_memory.value_or(false);
  record.exit.lost = lost.value_or(false);
  record.exit.message = message.value_or("");
  record.exit.cpu_seconds = cpu_seconds.value_or(0);
  record.started = FromUnixMillis(started.value_or(0));
  record.ended = FromUnixMillis(ended.value_or(0));
  return record;
}

}  // namespace atelier::compute
