#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "training/algorithm_checker.h"
#include "training/algorithm_resolution.h"
#include "training/algorithm_service.h"
#include "training/algorithm_template.h"
#include "training/parameter_value.h"
#include "training/testing/algorithm_repository_contract.h"
#include "training/testing/memory_algorithm_repository.h"

namespace atelier::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(MemoryAlgorithmRepository, KeepsTheContract) {
  MemoryAlgorithmRepository changes, lists;
  CheckAlgorithmChanges(changes);
  CheckAlgorithmLists(lists);
}

DeclaredParameter Declared(ParameterType type, ValidKind kind = ValidKind::kNone, std::vector<std::string> range = {}) {
  return {"p", "", "", {type, true, false, false, kind, std::move(range)}, "", ""};
}

TEST(ParameterValue, MustBeOfTheTypeAndInTheRange) {
  struct Row {
    DeclaredParameter parameter;
    const char* value;
    const char* expected;  // nullptr: fits
  };
  const std::vector<Row> rows = {
      {Declared(ParameterType::kString), "any thing", nullptr},
      {Declared(ParameterType::kInteger), "-7", nullptr},
      {Declared(ParameterType::kInteger), "7.0", "a whole number, got '7.0'"},
      {Declared(ParameterType::kInteger), "7 ", "a whole number"},
      {Declared(ParameterType::kInteger), "99999999999999999999", "a whole number"},
      {Declared(ParameterType::kFloat), "1e-3", nullptr},
      {Declared(ParameterType::kFloat), "nan", "a number"},
      {Declared(ParameterType::kFloat), "inf", "a number"},
      {Declared(ParameterType::kBoolean), "True", nullptr},
      {Declared(ParameterType::kBoolean), "1", "true or false"},
      {Declared(ParameterType::kInteger, ValidKind::kRange, {"1", "10"}), "10", nullptr},
      {Declared(ParameterType::kInteger, ValidKind::kRange, {"1", "10"}), "11", "a whole number from 1 to 10"},
      {Declared(ParameterType::kFloat, ValidKind::kRange, {"0", "1"}), "-0.1", "a number from 0 to 1"},
      {Declared(ParameterType::kInteger, ValidKind::kRange, {"0", "9007199254740992"}), "9007199254740993",
       "from 0 to 9007199254740992"},
      {Declared(ParameterType::kString, ValidKind::kChoice, {"sgd", "adam"}), "adam", nullptr},
      {Declared(ParameterType::kString, ValidKind::kChoice, {"sgd", "adam"}), "Adam", "one of sgd, adam"},
      {Declared(ParameterType::kFloat, ValidKind::kChoice, {"0.10", "1"}), "0.1", nullptr},
      {Declared(ParameterType::kBoolean, ValidKind::kChoice, {"true"}), "TRUE", nullptr},
  };
  for (const auto& [parameter, value, expected] : rows) {
    auto checked = CheckParameterValue(parameter, value);
    EXPECT_EQ(checked.has_value(), expected == nullptr) << value;
    if (checked || expected == nullptr) continue;
    EXPECT_THAT(checked.error().message, HasSubstr(expected));
    EXPECT_EQ(checked.error().code, "ModelArts.2788");
  }
}

TEST(ParameterConstraint, MustMakeSense) {
  EXPECT_TRUE(CheckParameterConstraint(Declared(ParameterType::kInteger, ValidKind::kRange, {"1", "1"})));
  for (const auto& bad : {Declared(ParameterType::kInteger, ValidKind::kRange, {"2", "1"}),
                          Declared(ParameterType::kInteger, ValidKind::kRange, {"1"}),
                          Declared(ParameterType::kInteger, ValidKind::kRange, {"a", "b"}),
                          Declared(ParameterType::kString, ValidKind::kRange, {"a", "b"}),
                          Declared(ParameterType::kFloat, ValidKind::kChoice, {})})
    EXPECT_FALSE(CheckParameterConstraint(bad)) << ToString(bad.constraint.valid_kind);
  auto fixed = Declared(ParameterType::kInteger);
  fixed.constraint.editable = false;
  fixed.constraint.required = true;
  EXPECT_THAT(CheckParameterConstraint(fixed).error().message, HasSubstr("a default"));
  fixed.value = "x";
  EXPECT_THAT(CheckParameterConstraint(fixed).error().message, HasSubstr("a whole number"));
  fixed.value = "1";
  EXPECT_TRUE(CheckParameterConstraint(fixed));
}

AlgorithmSpec Sample() { return SampleAlgorithm("a", "mnist", 1).spec; }

TEST(AlgorithmChecker, NamesWhatIsWrong) {
  EXPECT_TRUE(CheckAlgorithm(Sample()));
  struct Row {
    std::function<void(AlgorithmSpec&)> spoil;
    const char* message;
    const char* code;
  };
  const std::vector<Row> rows = {
      {[](auto& a) { a.name = ""; }, "metadata.name", "ModelArts.2788"},
      {[](auto& a) { a.name = "a b"; }, "metadata.name", "ModelArts.2788"},
      {[](auto& a) { a.description.assign(257, 'x'); }, "metadata.description", "ModelArts.2788"},
      {[](auto& a) { a.description = "\xff"; }, "metadata.description", "ModelArts.2788"},
      {[](auto& a) { a.code_dir = a.command = ""; }, "come together", "ModelArts.2788"},
      {[](auto& a) { a.code_dir = a.command = a.boot_file = ""; }, "or a command", "ModelArts.2788"},
      {[](auto& a) { a.code_dir = "b/code"; }, "job_config.code_dir", "ModelArts.2757"},
      {[](auto& a) { a.boot_file = "/b/other/train.py"; }, "expected a .py file in /b/code/", "ModelArts.2758"},
      {[](auto& a) { a.boot_file = "/b/code/../train.py"; }, "job_config.boot_file", "ModelArts.2758"},
      {[](auto& a) { a.engine = {}; }, "job_config.engine", "ModelArts.2806"},
      {[](auto& a) { a.engine = {}, a.command = ""; }, "job_config.engine", "ModelArts.2788"},
      {[](auto& a) { a.engine.image_url = "swr/x"; }, "not served", ""},
      {[](auto& a) { a.parameters.push_back(a.parameters[0]); }, "declared twice", "ModelArts.2767"},
      {[](auto& a) { a.parameters[0].name = "--x!"; }, "parameters.name", "ModelArts.2788"},
      {[](auto& a) { a.parameters.resize(101); }, "at most 100", "ModelArts.2788"},
      {[](auto& a) { a.inputs[0].name = "steps"; }, "another input, output or parameter", "ModelArts.2767"},
      {[](auto& a) { a.outputs[0].name = "data_url"; }, "another input", "ModelArts.2767"},
      {[](auto& a) { a.inputs[0].remote_constraints[0].data_type = "ftp"; }, "obs or dataset", "ModelArts.2788"},
      {[](auto& a) { a.resource_requirements[0].key = "colour"; }, "flavor_type", "ModelArts.2788"},
      {[](auto& a) { a.resource_requirements[0].op = "not"; }, "expected in", "ModelArts.2788"},
      {[](auto& a) { a.resource_requirements[0].values.clear(); }, "expected values", "ModelArts.2788"},
  };
  for (const auto& row : rows) {
    auto spec = Sample();
    row.spoil(spec);
    auto checked = CheckAlgorithm(spec);
    ASSERT_FALSE(checked) << row.message;
    EXPECT_THAT(checked.error().message, HasSubstr(row.message));
    EXPECT_EQ(checked.error().code, row.code) << row.message;
  }
}

TEST(AlgorithmResolution, TakesTheJobsValuesAndFillsInDefaults) {
  auto spec = Sample();
  EXPECT_THAT(ResolveParameters(spec, {}).value(), ElementsAre(Parameter{"steps", "10"}));
  EXPECT_THAT(ResolveParameters(spec, {{"mode", "b"}, {"steps", "10"}}).value(),
              ElementsAre(Parameter{"steps", "10"}, Parameter{"mode", "b"}));
  spec.parameters_customization = true;
  EXPECT_THAT(ResolveParameters(spec, {{"own", ""}, {"mode", "a"}}).value(),
              ElementsAre(Parameter{"steps", "10"}, Parameter{"mode", "a"}, Parameter{"own", ""}));
  spec.parameters[0].constraint = {.required = true};
  spec.parameters[0].value = "";
  EXPECT_THAT(ResolveParameters(spec, {{"steps", "5"}}).value(), ElementsAre(Parameter{"steps", "5"}));
}

TEST(AlgorithmResolution, RefusesWhatIsNotDeclaredSo) {
  auto spec = Sample();
  auto refusal = [&](const std::vector<Parameter>& given) {
    auto resolved = ResolveParameters(spec, given);
    return resolved ? Error{} : resolved.error();
  };
  EXPECT_THAT(refusal({{"steps", "11"}}).message, HasSubstr("Invalid parameter(steps): the algorithm does not let"));
  EXPECT_THAT(refusal({{"mode", "c"}}).message, HasSubstr("one of a, b"));
  EXPECT_THAT(refusal({{"own", "1"}}).message, HasSubstr("does not declare it"));
  EXPECT_EQ(refusal({{"mode", "a"}, {"mode", "b"}}).code, "ModelArts.2767");
  spec.parameters[1].constraint.required = true;
  EXPECT_THAT(refusal({}).message, HasSubstr("Invalid parameter(mode): the algorithm requires it"));
  EXPECT_EQ(refusal({{"mode", ""}}).code, "ModelArts.2788");
}

TEST(AlgorithmResolution, InputsOutputsAndResourcesAreWhatIsDeclared) {
  auto spec = Sample();
  EXPECT_TRUE(CheckGivenInputs(spec, {{"data_url"}, {"more"}}));
  EXPECT_THAT(CheckGivenInputs(spec, {{"more"}}).error().message, HasSubstr("declares the input 'data_url'"));
  EXPECT_THAT(CheckGivenOutputs(spec, {}).error().message, HasSubstr("declares the output 'train_url'"));
  spec.inputs[0].remote_constraints = {{"dataset", "[]"}};
  EXPECT_THAT(CheckGivenInputs(spec, {{"data_url"}}).error().message, HasSubstr("takes dataset, got obs"));
  EXPECT_TRUE(CheckGivenInputs(spec, {{"data_url", "dataset"}}));

  EXPECT_TRUE(CheckGivenResources(spec, {}));
  EXPECT_THAT(CheckGivenResources(spec, {.flavor_type = "Ascend"}).error().message,
              HasSubstr("requires flavor_type in [CPU, GPU], got Ascend"));
  spec.resource_requirements = {{"host_distributed_mode", {"multiple"}, "in"}};
  EXPECT_FALSE(CheckGivenResources(spec, {}));
  EXPECT_TRUE(CheckGivenResources(spec, {.nodes = 2}));
  spec.resource_requirements = {{"device_distributed_mode", {"singular"}, "in"}};
  EXPECT_TRUE(CheckGivenResources(spec, {}));
  EXPECT_FALSE(CheckGivenResources(spec, {.devices = 2}));
}

TEST(AlgorithmTemplate, FillsAJobInAndChecksIt) {
  auto algorithm = SampleAlgorithm("a", "mnist", 1);
  auto made = TemplateOf(algorithm);
  EXPECT_EQ(made.name, "mnist");
  ContainerRequest given;
  given.inputs = {{.name = "data_url", .url = "/b/data/"}};
  given.outputs = {{.name = "train_url", .url = "/b/out/"}};
  given.parameters = {{"mode", "b"}};
  auto whole = LayOver(made, given);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->code_dir, "/b/code/");
  EXPECT_EQ(whole->boot_file, "/b/code/train.py");
  EXPECT_EQ(whole->engine_id, "tf-1");
  EXPECT_THAT(whole->parameters, ElementsAre(Parameter{"steps", "10"}, Parameter{"mode", "b"}));
  EXPECT_EQ(whole->parameter_notes.at("steps"), "how many");
  EXPECT_EQ(whole->inputs.at(0).description, "in");

  given.parameters = {{"mode", "c"}};
  EXPECT_EQ(LayOver(made, given).error().code, "ModelArts.2788");
  given.parameters.clear();
  given.outputs[0].url = "";
  EXPECT_THAT(LayOver(made, given).error().message, HasSubstr("declares the output 'train_url'"));
  given.outputs[0].url = "/b/out/";
  algorithm.spec.resource_requirements = {{"flavor_type", {"GPU"}, "in"}};
  EXPECT_THAT(LayOver(TemplateOf(algorithm), given).error().message, HasSubstr("flavor_type in [GPU], got CPU"));
}

TEST(AlgorithmService, KeepsTheAlgorithmsOfAProject) {
  MemoryAlgorithmRepository repository;
  ManualClock clock(FromUnixMillis(1000));
  AlgorithmService service(repository, clock);
  auto made = service.Create({"p1", "d1", "anna"}, Sample());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(service.Find("p1", made->id)->spec, Sample());
  EXPECT_EQ(service.Find("p2", made->id).error().code, "ModelArts.2755");
  EXPECT_EQ(service.Create({"p1", "d1", "anna"}, Sample()).error().code, "ModelArts.2751");

  clock.Advance(Milliseconds(5));
  auto changed = Sample();
  changed.workspace_id = "other";
  changed.description = "new";
  auto replaced = service.Replace("p1", made->id, changed);
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->spec.description, "new");
  EXPECT_EQ(replaced->spec.workspace_id, "0") << "a workspace is for life";
  EXPECT_EQ(ToUnixMillis(replaced->updated), 1005);
  EXPECT_EQ(ToUnixMillis(replaced->created), 1000);
  EXPECT_EQ(service.Replace("p2", made->id, Sample()).error().code, "ModelArts.2755");
  changed.name = "";
  EXPECT_EQ(service.Replace("p1", made->id, changed).error().code, "ModelArts.2788");

  EXPECT_EQ(service.Delete("p2", made->id).error().code, "ModelArts.2755");
  EXPECT_TRUE(service.Delete("p1", made->id));
  EXPECT_EQ(service.Delete("p1", made->id).error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(service.List("p1", {})->algorithms, IsEmpty());
}

}  // namespace
}  // namespace atelier::training
