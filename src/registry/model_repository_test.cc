#include <gtest/gtest.h>

#include "registry/testing/memory_model_repository.h"
#include "registry/testing/model_repository_contract.h"

namespace atelier::registry {
namespace {

TEST(MemoryModelRepository, KeepsTheContract) {
  MemoryModelRepository repository;
  CheckModelRepositoryContract(repository);
}

}  // namespace
}  // namespace atelier::registry
