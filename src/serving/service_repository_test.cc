#include <gtest/gtest.h>

#include "serving/testing/memory_service_repository.h"
#include "serving/testing/service_repository_contract.h"

namespace atelier::serving {
namespace {

TEST(MemoryServiceRepository, KeepsTheContract) {
  MemoryServiceRepository repository;
  CheckServiceRepositoryContract(repository);
}

}  // namespace
}  // namespace atelier::serving
