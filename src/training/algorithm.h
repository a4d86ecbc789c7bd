// An algorithm: code, engine, inputs, outputs and declared parameters under a name, so that jobs can be made from it
// (modelarts-api section 2B).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace atelier::training {

enum class ParameterType { kString, kInteger, kFloat, kBoolean };
std::string_view ToString(ParameterType type);                           // "String", "Integer", "Float", "Boolean"
std::optional<ParameterType> ParseParameterType(std::string_view text);  // case does not matter

// What `valid_range` means: nothing, least and most, or the values that may be chosen.
enum class ValidKind { kNone, kRange, kChoice };
std::string_view ToString(ValidKind kind);  // "None", "Range", "Choice"
std::optional<ValidKind> ParseValidKind(std::string_view text);

struct ParameterConstraint {
  ParameterType type = ParameterType::kString;
  bool editable = true;   // whether a job may give another value than the default
  bool required = false;  // whether a job must have a value
  bool sensitive = false;
  ValidKind valid_kind = ValidKind::kNone;
  std::vector<std::string> valid_range = {};
  bool operator==(const ParameterConstraint&) const = default;
};

struct DeclaredParameter {
  std::string name;
  std::string value;  // the default; empty: there is none
  std::string description;
  ParameterConstraint constraint;
  std::string i18n_language, i18n_description;
  bool operator==(const DeclaredParameter&) const = default;
};

// Where the data of an input may come from. `attributes`: JSON text of an array, kept as it came.
struct RemoteConstraint {
  std::string data_type;  // "obs", "dataset"
  std::string attributes = "[]";
  bool operator==(const RemoteConstraint&) const = default;
};

// A named input or output; outputs have no constraints.
struct DeclaredChannel {
  std::string name;
  std::string description;
  std::vector<RemoteConstraint> remote_constraints;
  bool operator==(const DeclaredChannel&) const = default;
};

struct AlgorithmEngine {
  std::string id;             // or
  std::string name, version;  // both
  std::string image_url;
  bool operator==(const AlgorithmEngine&) const = default;
};

// "flavor_type in [CPU, GPU]": what a job's resources must be.
struct ResourceRequirement {
  std::string key;
  std::vector<std::string> values;
  std::string op = "in";
  bool operator==(const ResourceRequirement&) const = default;
};

// What a user says of an algorithm. Texts as they were written.
struct AlgorithmSpec {
  std::string name, description;
  std::string workspace_id = "0";
  std::string code_dir, boot_file, command;
  AlgorithmEngine engine;
  std::vector<DeclaredParameter> parameters;
  std::vector<DeclaredChannel> inputs, outputs;
  bool parameters_customization = true;  // whether a job may have parameters that are not declared
  std::vector<ResourceRequirement> resource_requirements;
  std::string advanced_config = "{}";  // JSON text of an object, kept as it came
  bool operator==(const AlgorithmSpec&) const = default;
};

struct Algorithm {
  std::string id;  // UUID
  std::string project_id, domain_id;
  std::string owner;
  AlgorithmSpec spec;
  TimePoint created, updated;
  bool operator==(const Algorithm&) const = default;
};

}  // namespace atelier::training
