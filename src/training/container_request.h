// What a client of API v2 asks for, before it is checked (modelarts-api section 2B.2). Texts are as sent; empty means
// not given.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "training/container_spec.h"
#include "training/types.h"

namespace atelier::training {

// Named so that they can be refused clearly: this product does not serve them.
struct UnservedWishes {
  bool image = false, dataset = false, volumes = false, tasks = false, subscription = false, search = false;
};

struct ContainerRequest {
  std::string code_dir, boot_file;  // boot_file may be relative to code_dir
  std::string command;
  std::string local_code_dir, working_dir;
  std::string engine_id;  // a name of the engine list, or a number of API v1
  std::string engine_name, engine_version;
  std::vector<Parameter> parameters;
  std::map<std::string, std::string> parameter_notes;
  std::vector<Channel> inputs, outputs;
  std::map<std::string, std::string> environment;
  std::string flavor_id, pool_id, log_url;
  std::int64_t node_count = 1;
  std::int64_t auto_stop_hours = 0;
  UnservedWishes wishes;
};

// An algorithm as far as a job made from it is concerned: what runs unless the job says otherwise.
struct AlgorithmTemplate {
  std::string id, name;
  ContainerRequest run;
  // The job's values checked against the algorithm's declarations, with the defaults of those not given. Empty
  // function: the defaults of `run` under the job's values.
  std::function<Result<std::vector<Parameter>>(const std::vector<Parameter>& given)> merge_parameters;
  // Whether the whole request is one that the algorithm allows. Empty function: it is.
  std::function<Result<void>(const ContainerRequest& whole)> check;
};
// The algorithm of a project, or NotFound with ModelArts.2755.
using AlgorithmLookup =
    std::function<Result<AlgorithmTemplate>(const std::string& project_id, const std::string& algorithm_id)>;

struct ContainerJobRequest {
  std::string name, description;
  std::string workspace_id = "0";
  std::map<std::string, std::string> annotations;
  std::string algorithm_id;  // empty: `run` says everything
  std::string algorithm_name;
  ContainerRequest run;
  std::string user_name;  // who asks
};

// `request` laid over the algorithm: what it leaves out comes from there.
Result<ContainerRequest> LayOver(const AlgorithmTemplate& algorithm, ContainerRequest request);

}  // namespace atelier::training
