// Routes and what they need are two tables: neither may have an operation that the other does not know.
#include <gtest/gtest.h>

#include <algorithm>

#include "access/actions.h"
#include "api/object_store/routes.h"

namespace atelier::api::s3 {
namespace {

TEST(RoutesAndAccess, EveryOperationHasItsNeed) {
  for (const Route& route : Routes()) {
    bool nobody_is_asked = route.action == "PreflightCors";
    EXPECT_NE(access::NeedOf(route.action, false).has_value(), nobody_is_asked) << route.action;
  }
}

TEST(RoutesAndAccess, EveryNeedHasItsOperation) {
  for (const access::Operation& operation : access::Operations()) {
    bool served = std::ranges::any_of(Routes(), [&](const Route& route) { return route.action == operation.name; });
    EXPECT_TRUE(served) << operation.name;
  }
}

}  // namespace
}  // namespace atelier::api::s3
