#include "object_store/testing/memory_index.h"

#include "object_store/testing/metadata_index_contract.h"
#include "object_store/testing/version_contract.h"

namespace atelier::object_store {
namespace {

struct MemoryFixture final : IndexFixture {
  MetadataIndex& index() override { return memory; }
  MemoryIndex memory;
};

const IndexFactory kMake = []() -> std::unique_ptr<IndexFixture> { return std::make_unique<MemoryFixture>(); };

INSTANTIATE_TEST_SUITE_P(Memory, MetadataIndexContract, testing::Values(kMake));
INSTANTIATE_TEST_SUITE_P(Memory, VersionContract, testing::Values(kMake));

}  // namespace
}  // namespace atelier::object_store
