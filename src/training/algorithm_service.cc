#include "training/algorithm_service.h"

#include <fmt/format.h>

#include "base/ids.h"
#include "training/algorithm_checker.h"

namespace atelier::training {
namespace {

std::unexpected<Error> NoSuchAlgorithm(const std::string& id) {
  return NotFound(
      fmt::format("algorithm not found. There is none with the id '{}'; the list of algorithms shows the ids", id),
      "ModelArts.2755", id);
}

// The port knows what is wrong; which algorithm it was is known here.
Result<void> Explained(Result<void> written, const Algorithm& algorithm) {
  if (written) return written;
  if (written.error().kind == ErrorKind::kNotFound) return NoSuchAlgorithm(algorithm.id);
  if (written.error().kind != ErrorKind::kAlreadyExists) return written;
  return AlreadyExists(
      fmt::format("Duplicate algorithm (name {}): choose another name, or delete that one first", algorithm.spec.name),
      "ModelArts.2751", algorithm.spec.name);
}

}  // namespace

Result<Algorithm> AlgorithmService::Create(const AlgorithmOwner& owner, AlgorithmSpec spec) {
  ATELIER_CHECK(CheckAlgorithm(spec));
  Algorithm algorithm;
  algorithm.id = NewUuid();
  algorithm.project_id = owner.project_id;
  algorithm.domain_id = owner.domain_id;
  algorithm.owner = owner.user_name;
  algorithm.spec = std::move(spec);
  algorithm.created = algorithm.updated = clock_.Now();
  ATELIER_CHECK(Explained(repository_.Insert(algorithm), algorithm));
  return algorithm;
}

Result<Algorithm> AlgorithmService::Find(const std::string& project_id, const std::string& id) {
  ATELIER_TRY(auto found, repository_.Find(project_id, id));
  if (!found) return NoSuchAlgorithm(id);
  return *std::move(found);
}

Result<Algorithm> AlgorithmService::Replace(const std::string& project_id, const std::string& id, AlgorithmSpec spec) {
  ATELIER_TRY(auto algorithm, Find(project_id, id));
  ATELIER_CHECK(CheckAlgorithm(spec));
  spec.workspace_id = algorithm.spec.workspace_id;
  algorithm.spec = std::move(spec);
  algorithm.updated = clock_.Now();
  ATELIER_CHECK(Explained(repository_.Update(algorithm), algorithm));
  return algorithm;
}

Result<void> AlgorithmService::Delete(const std::string& project_id, const std::string& id) {
  ATELIER_TRY(bool removed, repository_.Remove(project_id, id));
  if (!removed) return NoSuchAlgorithm(id);
  return {};
}

Result<AlgorithmPage> AlgorithmService::List(const std::string& project_id, const AlgorithmQuery& query) {
  return repository_.List(project_id, query);
}

}  // namespace atelier::training
