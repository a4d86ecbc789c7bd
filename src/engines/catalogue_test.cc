#include "engines/catalogue.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"

namespace atelier::engines {
namespace {

const fs::path kShipped = fs::path(ATELIER_SOURCE_DIR) / "python" / "engines" / "catalogue.json";

class CatalogueTest : public testing::Test {
 protected:
  CatalogueTest() {
    entry_ = json::object{{"engine_id", 7},
                          {"engine_type", 1},
                          {"engine_name", "TensorFlow"},
                          {"name", "TF-9.9-python3.11"},
                          {"framework", "tensorflow"},
                          {"framework_version", "9.9"},
                          {"interpreter", {{"python", "3.11"}}},
                          {"lock", "lock.txt"},
                          {"disk_mib", 1},
                          {"hook", "none"},
                          {"probe", "print('x 1')"},
                          {"serves_with", "TF-9.9-python3.11"},
                          {"serving", {{"tensorflow_cc", "a.so"}, {"tensorflow_framework", "b.so"}}}};
    EXPECT_TRUE(WriteFileDurably(directory_.path() / "lock.txt", "# all\none==1\n\ntwo==2 \n"));
  }

  Result<Catalogue> Load(const json::array& entries) {
    auto file = directory_.path() / "catalogue.json";
    EXPECT_TRUE(WriteFileDurably(file, PrettyJson(json::object{{"engines", entries}})));
    return Catalogue::Load(file);
  }

  std::string MessageFor(const json::array& entries) {
    auto catalogue = Load(entries);
    return catalogue ? "" : catalogue.error().message;
  }

  TemporaryDirectory directory_;
  json::object entry_;
};

TEST_F(CatalogueTest, TheShippedOneIsGood) {
  auto catalogue = Catalogue::Load(kShipped);
  ASSERT_TRUE(catalogue) << catalogue.error().message;
  const auto* genuine = catalogue->FindById(3);
  ASSERT_NE(genuine, nullptr);
  EXPECT_EQ(genuine->name, "TF-1.8.0-python2.7");
  EXPECT_TRUE(genuine->interpreter.ucs4);
  EXPECT_EQ(genuine->stand_in, "TF-2.15.1-python3.11");
  EXPECT_EQ(catalogue->FindByName("tf-1.8.0-PYTHON3.6")->id, 4);
  EXPECT_EQ(catalogue->Find("TensorFlow", "TF-2.15.1-python3.11")->hook, Hook::kTf1);
  EXPECT_EQ(catalogue->Find("PyTorch", "TF-2.15.1-python3.11"), nullptr);
  for (const auto& engine : catalogue->engines()) EXPECT_GT(engine.PackageCount(), 15U) << engine.name;
}

TEST_F(CatalogueTest, ReadsAnEntry) {
  auto catalogue = Load({entry_});
  ASSERT_TRUE(catalogue) << catalogue.error().message;
  const auto& engine = catalogue->engines()[0];
  EXPECT_EQ(engine.PackageCount(), 2U);
  EXPECT_EQ(engine.disk_bytes, 1U << 20);
  EXPECT_EQ(engine.serving->tensorflow_cc, "a.so");
  EXPECT_EQ(catalogue->Get("7").value(), &engine);
  auto missing = catalogue->Get("TF-3");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(missing.error().message, "there is no engine \"TF-3\"; known are: TF-9.9-python3.11 (id 7)");
}

TEST_F(CatalogueTest, SaysWhatIsWrong) {
  struct Case {
    const char* key;
    json::value value;
    const char* message;
  };
  const Case cases[] = {
      {"name", "a/b", "engines[0]: \"name\" may hold letters"},
      {"name", nullptr, "engines[0]: \"name\" is missing"},
      {"engine_id", 0, "engines[0]: \"engine_id\" is missing: expected a number above 0"},
      {"interpreter", nullptr, "engines[0]: \"interpreter\" is missing"},
      {"interpreter", {{"python", "3"}}, "\"interpreter.python\" is \"3\": expected major.minor"},
      {"interpreter", {{"python", "2.7"}, {"unicode", "wide"}}, "\"interpreter.unicode\" is \"wide\": expected ucs4"},
      {"lock", "absent.txt", "absent.txt"},
      {"lock", "loose.txt", "loose.txt holds \"numpy>=1\": expected exact versions"},
      {"hook", "always", "\"hook\" is \"always\": expected none, tf1 or optional"},
      {"environment", {{"A", 1}}, "\"environment.A\" is not a text"},
      {"pip_arguments", {1}, "\"pip_arguments\" holds something else than texts"},
      {"serves_with", "TF-1", "\"serves_with\" names TF-1, which is no engine with a \"serving\" entry"},
      {"stand_in", "TF-9.9-python3.11", "\"stand_in\" names TF-9.9-python3.11, which is no other engine"},
      {"serving", {{"tensorflow_cc", "a.so"}}, "\"tensorflow_framework\" is missing"},
  };
  ASSERT_TRUE(WriteFileDurably(directory_.path() / "loose.txt", "numpy>=1\n"));
  for (const auto& wrong : cases) {
    auto entry = entry_;
    entry[wrong.key] = wrong.value;
    auto message = MessageFor({entry});
    EXPECT_NE(message.find(wrong.message), std::string::npos) << wrong.key << ": " << message;
  }
  EXPECT_NE(MessageFor({entry_, entry_}).find("two engines are named"), std::string::npos);
  auto other = entry_;
  other["name"] = "other";
  EXPECT_NE(MessageFor({entry_, other}).find("two engines have the engine_id 7"), std::string::npos);
  EXPECT_NE(MessageFor({}).find("\"engines\" is missing or empty"), std::string::npos);
  EXPECT_FALSE(Catalogue::Load(directory_.path() / "absent.json"));
}

}  // namespace
}  // namespace atelier::engines
