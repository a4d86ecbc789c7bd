#include "iam/testing/memory_identity_repository.h"

#include "iam/testing/group_repository_contract.h"
#include "iam/testing/identity_repository_contract.h"

namespace atelier::iam {
namespace {

struct MemoryFixture final : IdentityFixture {
  IdentityRepository& repository() override { return memory; }
  MemoryIdentityRepository memory;
};

std::unique_ptr<IdentityFixture> MakeMemoryIdentities() { return std::make_unique<MemoryFixture>(); }

INSTANTIATE_TEST_SUITE_P(Memory, IdentityRepositoryContract, testing::Values(MakeMemoryIdentities));
INSTANTIATE_TEST_SUITE_P(Memory, GroupRepositoryContract, testing::Values(MakeMemoryIdentities));

}  // namespace
}  // namespace atelier::iam
