#include "iam/app_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/testing/app_repository_contract.h"
#include "iam/testing/memory_app_repository.h"

namespace atelier::iam {
namespace {

TEST(MemoryAppRepository, KeepsTheContract) {
  MemoryAppRepository repository;
  CheckAppRepositoryContract(repository);
}

class AppServiceTest : public testing::Test {
 protected:
  AppServiceTest() { Restart(); }
  void Restart() {
    auto enabled = [this](const std::string&) -> Result<bool> {
      ++asked_;
      return enabled_;
    };
    apps_ = AppService::Open(repository_, clock_, enabled).value();
  }
  AppService::NewApp Bound(const std::string& service) {
    auto made = apps_->Create(caller_, "app-" + service, "").value();
    auto api = apps_->Register(caller_, service).value();
    EXPECT_TRUE(apps_->Grant(caller_, api, made.app.id));
    return made;
  }
  bool MayCall(const std::string& code, const std::string& service) const {
    auto access = apps_->FindCode(code).value();
    return access && access->services.contains(service);
  }

  const AppCaller caller_{"p", "u"}, stranger_{"q", "eve"};
  ManualClock clock_{FromUnixMillis(1'000)};
  MemoryAppRepository repository_;
  bool enabled_ = true;
  int asked_ = 0;
  std::unique_ptr<AppService> apps_;
};

TEST_F(AppServiceTest, ABoundAppIsFoundByItsCodeAndItsKey) {
  auto made = Bound("s1");
  EXPECT_TRUE(MayCall(made.code, "s1"));
  EXPECT_FALSE(MayCall(made.code, "s2"));
  EXPECT_FALSE(MayCall(made.app.codes.at(0).digest, "s1")) << "what is stored cannot be sent";
  EXPECT_FALSE(MayCall("", "s1"));
  auto by_key = apps_->FindKey(made.app.key).value();
  ASSERT_TRUE(by_key);
  EXPECT_EQ(by_key->secret, made.app.secret);
  EXPECT_EQ(apps_->FindKey("nobody").value(), nullptr);
  Restart();
  EXPECT_TRUE(MayCall(made.code, "s1")) << "durable";
}

TEST_F(AppServiceTest, RevocationTakesEffectAtOnce) {
  auto made = Bound("s1");
  auto api = *apps_->ApiOf("s1");
  ASSERT_TRUE(apps_->Revoke(caller_, api, made.app.id));
  EXPECT_FALSE(MayCall(made.code, "s1"));
  EXPECT_EQ(apps_->Revoke(caller_, api, made.app.id).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(apps_->Grant(caller_, api, made.app.id));
  auto code = apps_->AddCode(caller_, made.app.id).value();
  ASSERT_TRUE(apps_->DeleteCode(caller_, made.app.id, made.code));
  EXPECT_FALSE(MayCall(made.code, "s1"));
  auto fresh = apps_->ResetCode(caller_, made.app.id, code.substr(0, 6)).value();
  EXPECT_FALSE(MayCall(code, "s1"));
  EXPECT_TRUE(MayCall(fresh, "s1"));
  auto secret = apps_->ResetSecret(caller_, made.app.id).value();
  EXPECT_NE(secret, made.app.secret);
  EXPECT_EQ(apps_->FindKey(made.app.key).value()->secret, secret);
  ASSERT_TRUE(apps_->DeleteApi(caller_, "s1", api.id));
  EXPECT_FALSE(MayCall(fresh, "s1"));
  ASSERT_TRUE(apps_->Delete(caller_, made.app.id));
  EXPECT_EQ(apps_->FindCode(fresh).value(), nullptr);
}

TEST_F(AppServiceTest, ABoundAppIsNotDeletedAndAGoneServiceUnbinds) {
  auto made = Bound("s1");
  EXPECT_EQ(apps_->Delete(caller_, made.app.id).error().kind, ErrorKind::kFailedPrecondition);
  apps_->ForgetService("s1");
  apps_->ForgetService("s1");
  EXPECT_FALSE(MayCall(made.code, "s1"));
  EXPECT_TRUE(apps_->Delete(caller_, made.app.id));
  Restart();
  EXPECT_FALSE(apps_->ApiOf("s1"));
}

TEST_F(AppServiceTest, OtherProjectsSeeNothing) {
  auto made = Bound("s1");
  auto api = *apps_->ApiOf("s1");
  EXPECT_TRUE(apps_->List(stranger_).empty());
  EXPECT_EQ(apps_->Find(stranger_, made.app.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(apps_->Delete(stranger_, made.app.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(apps_->AddCode(stranger_, made.app.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(apps_->ResetSecret(stranger_, made.app.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(apps_->Grant(stranger_, api, made.app.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(apps_->DeleteApi(stranger_, "s1", api.id).error().kind, ErrorKind::kNotFound);
}

TEST_F(AppServiceTest, NumbersAndNamesAreBounded) {
  EXPECT_EQ(apps_->Create(caller_, "", "").error().kind, ErrorKind::kInvalidArgument);
  EXPECT_EQ(apps_->Create(caller_, "a", std::string(201, 'x')).error().kind, ErrorKind::kInvalidArgument);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(apps_->Create(caller_, std::to_string(i), ""));
  EXPECT_EQ(apps_->Create(caller_, "one more", "").error().kind, ErrorKind::kResourceExhausted);
  EXPECT_TRUE(apps_->Create(stranger_, "0", "")) << "for each project";
  EXPECT_EQ(apps_->Create(stranger_, "0", "").error().kind, ErrorKind::kAlreadyExists);
  auto app = apps_->List(caller_).at(0);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(apps_->AddCode(caller_, app.id));
  EXPECT_EQ(apps_->AddCode(caller_, app.id).error().kind, ErrorKind::kResourceExhausted);
}

TEST_F(AppServiceTest, AppsOfADisabledProjectAreRefusedSoon) {
  auto made = Bound("s1");
  EXPECT_TRUE(MayCall(made.code, "s1"));
  EXPECT_TRUE(MayCall(made.code, "s1"));
  EXPECT_EQ(asked_, 1) << "believed for a while";
  enabled_ = false;
  clock_.Advance(std::chrono::seconds(31));
  EXPECT_FALSE(MayCall(made.code, "s1"));
}

}  // namespace
}  // namespace atelier::iam
