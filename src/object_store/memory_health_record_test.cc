#include "object_store/testing/memory_health_record.h"

#include "object_store/testing/health_record_contract.h"

namespace atelier::object_store {
namespace {

struct MemoryHealthFixture final : HealthFixture {
  HealthRecord& record() override { return memory; }
  MemoryHealthRecord memory;
};

INSTANTIATE_TEST_SUITE_P(Memory, HealthRecordContract, testing::Values([]() -> std::unique_ptr<HealthFixture> {
                           return std::make_unique<MemoryHealthFixture>();
                         }));

}  // namespace
}  // namespace atelier::object_store
