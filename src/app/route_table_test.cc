// The routes that the server serves are the operations of the specification, both ways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "app/platform.h"
#include "base/files.h"
#include "spec/document.h"
#include "spec/specification.h"

namespace atelier::app {
namespace {

// "{rest...}" takes the whole remainder, for which OpenAPI has no word.
std::string PathOf(std::string pattern) {
  auto rest = pattern.find("...}");
  if (rest != std::string::npos) pattern.erase(rest, 3);
  return pattern;
}

std::string Line(const std::string& method, const std::string& path, const std::string& id, bool open,
                 bool administer) {
  return method + " " + path + " " + id + (open ? " open" : "") + (administer ? " administer" : "");
}

TEST(RouteTable, IsTheSpecifications) {
  TemporaryDirectory folder;
  Settings settings;
  settings.data_dir = folder.path() / "data";
  settings.listen = settings.obs_listen = "127.0.0.1:0";
  settings.sandbox = "none";
  auto platform = Platform::Open(settings);
  ASSERT_TRUE(platform) << platform.error().message;
  std::set<std::string> served;
  for (const auto& route : (*platform)->routes())
    served.insert(Line(route.method, PathOf(route.pattern), route.action, route.open, route.administer));
  auto specification = spec::Specification::Parse(spec::DocumentText());
  ASSERT_TRUE(specification) << specification.error().message;
  std::set<std::string> specified;
  for (const auto& operation : specification->operations())
    specified.insert(Line(operation.method, operation.path, operation.id, operation.open, operation.administer));
  EXPECT_GT(served.size(), 50U);
  std::vector<std::string> only_served, only_specified;
  std::ranges::set_difference(served, specified, std::back_inserter(only_served));
  std::ranges::set_difference(specified, served, std::back_inserter(only_specified));
  EXPECT_THAT(only_served, testing::IsEmpty()) << "routes that spec/*.yaml does not have, or has otherwise";
  EXPECT_THAT(only_specified, testing::IsEmpty()) << "operations of spec/*.yaml that no table of routes has";
}

}  // namespace
}  // namespace atelier::app
