// What ModelService does when an import and a deletion meet, and when a package cannot be fetched.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

#include "object_store/testing/service_fixture.h"
#include "registry/model_service.h"
#include "registry/testing/memory_model_repository.h"

namespace atelier::registry {
namespace {

// Does something of the test's in the middle of a pass, on the loop's thread.
class InterruptingChecker final : public ModelChecker {
 public:
  Result<void> Start(const Model&, const std::filesystem::path&) override { return {}; }
  Result<std::optional<Outcome>> Poll(const std::string&) override {
    if (auto act = std::exchange(during_poll, nullptr)) act();
    return Outcome{true, "{}", ""};
  }
  Result<void> Forget(const std::string&) override { return {}; }

  std::function<void()> during_poll;
};

// Rows that keep every status which was written.
class RecordingRepository final : public ModelRepository {
 public:
  Result<void> Insert(const Model& model) override { return rows_.Insert(model); }
  Result<void> Update(const Model& model) override {
    auto updated = rows_.Update(model);
    std::lock_guard lock(mutex_);
    written_.push_back(model.status);
    changed_.notify_all();
    return updated;
  }
  Result<void> Remove(const std::string& id) override {
    auto removed = rows_.Remove(id);
    std::lock_guard lock(mutex_);
    removed_ = true;
    changed_.notify_all();
    return removed;
  }
  Result<std::optional<Model>> Find(const std::string& id) override { return rows_.Find(id); }
  Result<ModelPage> List(const std::string& project_id, const ModelFilter& filter) override {
    return rows_.List(project_id, filter);
  }
  Result<std::vector<Model>> Unsettled() override { return rows_.Unsettled(); }

  bool WaitForRemoval() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [this] { return removed_; });
  }
  bool WaitForUpdate() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [this] { return !written_.empty(); });
  }
  std::vector<ModelStatus> written() {
    std::lock_guard lock(mutex_);
    return written_;
  }

 private:
  MemoryModelRepository rows_;
  std::mutex mutex_;                  // guards:
  std::vector<ModelStatus> written_;  // in order
  bool removed_ = false;
  std::condition_variable changed_;
};

class ModelSettleTest : public object_store::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    ASSERT_TRUE(Put("m/model/saved_model.pb", "pb"));
    ASSERT_TRUE(Put("m/model/config.json", R"({"model_type": "TensorFlow"})"));
    models_ = std::make_unique<ModelService>(rows_, *service_, checker_, clock_,
                                             ModelServiceOptions{folder_.path() / "models", true});
    ImportRequest request;
    request.name = "mnist";
    request.version = "1.0.0";
    request.source_location = "/bucket/m/";
    auto model = models_->Import(caller_, request);
    ASSERT_TRUE(model) << model.error().message;
    id_ = model->id;
  }
  void TearDown() override { models_.reset(); }

  const Caller caller_{"project", "admin"};
  RecordingRepository rows_;
  InterruptingChecker checker_;
  std::unique_ptr<ModelService> models_;
  std::string id_;
};

// The pass has read the row as `publishing` when the deletion is written: the outcome must not be written over it.
TEST_F(ModelSettleTest, ADeletionDuringTheCheckWins) {
  checker_.during_poll = [this] { EXPECT_TRUE(models_->Delete(caller_, id_)); };
  models_->Start();
  ASSERT_TRUE(rows_.WaitForRemoval());
  models_->Stop();
  EXPECT_THAT(rows_.written(), testing::ElementsAre(ModelStatus::kDeleting));
  EXPECT_FALSE(fs::exists(models_->PackageDirectory(id_)));
}

TEST_F(ModelSettleTest, APackageThatCannotBeFetchedLeavesNoHalf) {
  // "clash" is wanted as a file and as a folder, which only the fetch can see.
  ASSERT_TRUE(Put("m/model/clash", "x"));
  ASSERT_TRUE(Put("m/model/clash/inside", "x"));
  models_->Start();
  ASSERT_TRUE(rows_.WaitForUpdate());
  models_->Stop();
  auto model = models_->Find(caller_, id_);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->status, ModelStatus::kFailed);
  EXPECT_THAT(model->reason, testing::HasSubstr("could not be fetched"));
  EXPECT_FALSE(fs::exists(folder_.path() / "models" / (id_ + ".partial")));
  EXPECT_FALSE(fs::exists(models_->PackageDirectory(id_)));
}

}  // namespace
}  // namespace atelier::registry
