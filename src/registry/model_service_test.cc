#include "registry/model_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>

#include "object_store/testing/service_fixture.h"
#include "registry/testing/fake_model_checker.h"
#include "registry/testing/memory_model_repository.h"

namespace atelier::registry {
namespace {

using object_store::CodeOf;
using testing::HasSubstr;

constexpr const char* kConfig = R"({"model_type": "TensorFlow", "model_algorithm": "digits", "apis": []})";
constexpr const char* kFiles[] = {"m/model/saved_model.pb", "m/model/config.json", "m/model/variables/variables.index"};

// Rows whose changes can be waited for.
class WatchedRepository final : public ModelRepository {
 public:
  Result<void> Insert(const Model& model) override { return Changed(rows_.Insert(model)); }
  Result<void> Update(const Model& model) override { return Changed(rows_.Update(model)); }
  Result<void> Remove(const std::string& id) override { return Changed(rows_.Remove(id)); }
  Result<std::optional<Model>> Find(const std::string& id) override { return rows_.Find(id); }
  Result<ModelPage> List(const std::string& project_id, const ModelFilter& filter) override {
    return rows_.List(project_id, filter);
  }
  Result<std::vector<Model>> Unsettled() override { return rows_.Unsettled(); }

  void WaitUntil(const std::function<bool()>& reached) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(30), reached));
  }

 private:
  Result<void> Changed(Result<void> result) {
    std::lock_guard lock(mutex_);
    changed_.notify_all();
    return result;
  }
  MemoryModelRepository rows_;
  std::mutex mutex_;
  std::condition_variable changed_;
};

class ModelServiceTest : public object_store::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    for (const char* key : kFiles) ASSERT_TRUE(Put(key, std::string_view(key).ends_with("json") ? kConfig : "bytes"));
    Restart();
  }
  void TearDown() override { models_.reset(); }

  // A new server: rows, packages and running checks are what they were.
  void Restart() {
    models_.reset();
    models_ = std::make_unique<ModelService>(rows_, *service_, checker_, clock_,
                                             ModelServiceOptions{folder_.path() / "models", true});
    models_->SetServicesUsing([this](const std::string& id) -> Result<std::vector<std::string>> { return using_[id]; });
  }

  static ImportRequest Request(const std::string& version = "1.0.0") {
    ImportRequest request;
    request.name = "mnist";
    request.version = version;
    request.source_location = "/bucket/m/";
    return request;
  }
  std::string Imported(const std::string& version = "1.0.0") {
    auto model = models_->Import(caller_, Request(version));
    EXPECT_TRUE(model) << model.error().message;
    return model ? model->id : "";
  }
  // Runs the loop until the model has the status.
  void RunUntil(const std::string& id, ModelStatus status) {
    models_->Start();
    rows_.WaitUntil([&] { return (*rows_.Find(id))->status == status; });
    models_->Stop();
  }
  void RunUntilGone(const std::string& id) {
    models_->Start();
    rows_.WaitUntil([&] { return !rows_.Find(id)->has_value(); });
    models_->Stop();
  }
  void EmptyTheFolder() {
    for (const char* key : kFiles) ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = key}));
  }

  const Caller caller_{"project", "admin"};
  WatchedRepository rows_;
  FakeModelChecker checker_;
  std::map<std::string, std::vector<std::string>> using_;
  std::unique_ptr<ModelService> models_;
};

TEST_F(ModelServiceTest, AnImportIsCheckedAndPublished) {
  auto id = Imported();
  EXPECT_EQ(models_->Find(caller_, id)->status, ModelStatus::kPublishing);
  EXPECT_EQ(models_->Find(caller_, id)->config.model_algorithm, "digits");
  checker_.Say({true, R"({"ok":true})", ""});
  RunUntil(id, ModelStatus::kPublished);
  EXPECT_EQ(models_->Find(caller_, id)->check_report, R"({"ok":true})");
  EXPECT_EQ(ReadFile(models_->PackageDirectory(id) / "variables/variables.index").value_or(""), "bytes");
  EXPECT_EQ(checker_.starts(), 1);
  EXPECT_EQ(checker_.running(), 0U);
}

TEST_F(ModelServiceTest, AFailedCheckIsTheReason) {
  auto id = Imported();
  checker_.Say({false, "", "ImportError: no module named x (customize_service.py:1)"});
  RunUntil(id, ModelStatus::kFailed);
  EXPECT_THAT(models_->Find(caller_, id)->reason, HasSubstr("customize_service.py:1"));
}

TEST_F(ModelServiceTest, WhatAModelWaitsForIsShownUntilItIsChecked) {
  checker_.Say({true, "{}", ""});
  checker_.Refuse(Error{ErrorKind::kUnavailable, "the engine is being installed", {}, {}});
  auto id = Imported();
  models_->Start();
  rows_.WaitUntil([&] { return (*rows_.Find(id))->reason == "the engine is being installed"; });
  EXPECT_EQ(models_->Find(caller_, id)->status, ModelStatus::kPublishing);
  checker_.Refuse(std::nullopt);
  rows_.WaitUntil([&] { return (*rows_.Find(id))->status == ModelStatus::kPublished; });
  models_->Stop();
  EXPECT_EQ(models_->Find(caller_, id)->reason, "");
}

TEST_F(ModelServiceTest, WhatCanNeverBeCheckedHasFailed) {
  checker_.Refuse(Error{ErrorKind::kFailedPrecondition, "no Python 3.11 on this machine", {}, {}});
  auto id = Imported();
  RunUntil(id, ModelStatus::kFailed);
  EXPECT_EQ(models_->Find(caller_, id)->reason, "no Python 3.11 on this machine");
}

TEST_F(ModelServiceTest, RefusalsHaveTheCloudsCodes) {
  struct Case {
    std::function<void(ImportRequest&)> spoil;
    std::string code, says;
  };
  for (const auto& [spoil, code, says] : std::vector<Case>{
           {[](auto& r) { r.name.clear(); }, "ModelArts.3036", "model_name"},
           {[](auto& r) { r.name = "a b"; }, "ModelArts.3037", "model_name"},
           {[](auto& r) { r.version.clear(); }, "ModelArts.3036", "model_version"},
           {[](auto& r) { r.version = "1.0"; }, "ModelArts.3037", "three numbers"},
           {[](auto& r) { r.version = "01.0.0"; }, "ModelArts.3037", "three numbers"},
           {[](auto& r) { r.version = "1.0.100"; }, "ModelArts.3037", "at most 99"},
           {[](auto& r) { r.version = "1.-1.0"; }, "ModelArts.3037", "three numbers"},
           {[](auto& r) { r.description = std::string(101, 'x'); }, "ModelArts.3037", "100"},
           {[](auto& r) { r.source_location.clear(); }, "ModelArts.3036", "source_location"},
           {[](auto& r) { r.source_location = "/bucket/nothing/"; }, "ModelArts.3017", "/bucket/nothing/"},
           {[](auto& r) { r.model_type = "PyTorch"; }, "ModelArts.3037", "'PyTorch' in the call but 'TensorFlow'"},
           {[](auto& r) { r.apis = "{}"; }, "ModelArts.3015", "apis: expected an array"},
           {[](auto& r) { r.dependencies = "["; }, "ModelArts.3015", "dependencies"},
       }) {
    auto request = Request();
    spoil(request);
    auto refused = models_->Import(caller_, request);
    ASSERT_FALSE(refused) << says;
    EXPECT_EQ(refused.error().code, code) << says;
    EXPECT_THAT(refused.error().message, HasSubstr(says));
  }
  EXPECT_EQ(models_->List(caller_, {})->total, 0U);
  Imported();
  EXPECT_EQ(CodeOf(models_->Import(caller_, Request())), "ModelArts.3002");
  EXPECT_TRUE(models_->Import(caller_, Request("1.0.1"))) << "another version of the name";
}

TEST_F(ModelServiceTest, ExtrasThatAreWrongAreRefused) {
  for (const auto& [spoil, says] : std::vector<std::pair<std::function<void(ImportRequest&)>, std::string>>{
           {[](auto& r) { r.metrics = "good"; }, "model_metrics"},
           {[](auto& r) { r.metrics = "[1]"; }, "model_metrics"},
           {[](auto& r) { r.docs = "{}"; }, "model_docs"},
           {[](auto& r) { r.docs = R"([{"doc_name": "a"}])"; }, "doc_url"},
           {[](auto& r) { r.docs = R"([{}, {}, {}, {}])"; }, "at most 3"},
           {[](auto& r) { r.input_params = "[3]"; }, "input_params"},
           {[](auto& r) { r.output_params = R"([{"url": "/", "param_name": "a"}])"; }, "param_type"},
           {[](auto& r) { r.model_algorithm = "1st"; }, "model_algorithm"},
           {[](auto& r) { r.model_algorithm = std::string(37, 'a'); }, "model_algorithm"},
           {[](auto& r) { r.source_type = "manual"; }, "source_type"},
       }) {
    auto request = Request();
    spoil(request);
    auto refused = models_->Import(caller_, request);
    ASSERT_FALSE(refused) << says;
    EXPECT_EQ(refused.error().code, "ModelArts.3037") << says;
    EXPECT_NE(refused.error().message.find(says), std::string::npos) << refused.error().message;
  }
}

TEST_F(ModelServiceTest, ExtrasAreKept) {
  auto request = Request();
  request.metrics = R"({"f1": 1})";
  request.docs = R"([{"doc_name": "a", "doc_url": "b"}])";
  request.input_params = R"([{"url": "/", "param_name": "a", "param_type": "file"}])";
  auto model = models_->Import(caller_, request);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->config.metrics, request.metrics);
  EXPECT_EQ(model->docs, request.docs);
  EXPECT_EQ(model->input_params, request.input_params);
}

TEST_F(ModelServiceTest, WhatTheCallSaysWinsOverTheFile) {
  auto request = Request();
  request.apis = R"([{"url": "/predict", "method": "post"}])";
  request.dependencies = R"([{"installer": "pip", "packages": [{"package_name": "numpy"}]}])";
  request.model_algorithm = "mine";
  request.runtime = "python3.6";
  auto model = models_->Import(caller_, request);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->config.apis.at(0).url, "/predict");
  EXPECT_EQ(model->config.dependencies.at(0).packages.at(0).name, "numpy");
  EXPECT_EQ(model->config.model_algorithm, "mine");
  EXPECT_EQ(model->config.runtime, "python3.6");
}

TEST_F(ModelServiceTest, AModelInUseIsNotDeleted) {
  auto id = Imported();
  using_[id] = {"digits", "other"};
  auto refused = models_->Delete(caller_, id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "ModelArts.3009");
  EXPECT_THAT(refused.error().message, HasSubstr("used by services digits, other"));
  using_.clear();
  ASSERT_TRUE(models_->Delete(caller_, id));
  EXPECT_EQ(CodeOf(models_->Find(caller_, id)), "ModelArts.3001");
  EXPECT_EQ(CodeOf(models_->Delete(caller_, id)), "ModelArts.3001");
}

TEST_F(ModelServiceTest, ADeletedModelLeavesNothing) {
  auto id = Imported();
  checker_.Say({true, "{}", ""});
  RunUntil(id, ModelStatus::kPublished);
  Restart();
  ASSERT_TRUE(models_->Delete(caller_, id));
  RunUntilGone(id);
  EXPECT_FALSE(fs::exists(models_->PackageDirectory(id)));
  EXPECT_EQ(Get("m/model/saved_model.pb"), "bytes") << "the user's folder is the user's";
}

// The user deletes the model when its check has just ended well: the outcome must not bring it back.
TEST_F(ModelServiceTest, ADeletionDuringTheCheckIsNotUndone) {
  auto id = Imported();
  checker_.Say({true, "{}", ""}, [&] { ASSERT_TRUE(models_->Delete(caller_, id)); });
  RunUntilGone(id);
  EXPECT_FALSE(fs::exists(models_->PackageDirectory(id)));
}

TEST_F(ModelServiceTest, AllVersionsOfANameGoAtOnce) {
  auto first = Imported("1.0.0");
  auto second = Imported("1.0.1");
  auto other = Request();
  other.name = "mnist2";
  auto kept = models_->Import(caller_, other)->id;
  using_[second] = {"digits"};
  auto report = models_->DeleteAllVersions(caller_, first);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->deleted, testing::ElementsAre(first));
  ASSERT_EQ(report->refused.size(), 1U);
  EXPECT_EQ(report->refused[0].first, second);
  EXPECT_EQ(report->refused[0].second.code, "ModelArts.3009");
  EXPECT_TRUE(models_->Find(caller_, kept));
}

TEST_F(ModelServiceTest, OtherProjectsSeeNothing) {
  auto id = Imported();
  const Caller stranger{"other", "eve"};
  EXPECT_EQ(CodeOf(models_->Find(stranger, id)), "ModelArts.3001");
  EXPECT_EQ(CodeOf(models_->Delete(stranger, id)), "ModelArts.3001");
  EXPECT_EQ(models_->List(stranger, {})->total, 0U);
  EXPECT_EQ(models_->Import(stranger, Request()).error().kind, ErrorKind::kPermissionDenied);
}

TEST_F(ModelServiceTest, APublishedPackageSurvivesItsBucket) {
  auto id = Imported();
  checker_.Say({true, "{}", ""});
  RunUntil(id, ModelStatus::kPublished);
  EmptyTheFolder();
  ASSERT_TRUE(service_->DeleteBucket(me_, "bucket"));
  EXPECT_EQ(ReadFile(models_->PackageDirectory(id) / "saved_model.pb").value_or(""), "bytes");
}

TEST_F(ModelServiceTest, APackageThatIsGoneMeanwhileFails) {
  auto id = Imported();
  EmptyTheFolder();
  RunUntil(id, ModelStatus::kFailed);
  EXPECT_THAT(models_->Find(caller_, id)->reason, HasSubstr("could not be fetched"));
}

// The server dies while the check runs and over a half-fetched folder: the next one goes on, and checks once.
TEST_F(ModelServiceTest, ANewServerGoesOnWhereTheOldOneDied) {
  auto id = Imported();
  auto partial = folder_.path() / "models" / (id + ".partial");
  ASSERT_TRUE(MakeDirectories(partial));
  ASSERT_TRUE(WriteFileDurably(partial / "saved_model.pb", "half"));
  models_->Start();
  while (checker_.starts() == 0) std::this_thread::yield();
  Restart();
  EXPECT_EQ(models_->Find(caller_, id)->status, ModelStatus::kPublishing);
  checker_.Say({true, "{}", ""});
  RunUntil(id, ModelStatus::kPublished);
  EXPECT_EQ(ReadFile(models_->PackageDirectory(id) / "saved_model.pb").value_or(""), "bytes");
  EXPECT_EQ(checker_.starts(), 1);
  EXPECT_FALSE(fs::exists(partial));
}

}  // namespace
}  // namespace atelier::registry
