// Calls of routes without a listener, and golden files of their answers, for the tests of this surface.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "api/platform/platform_route.h"
#include "base/files.h"
#include "base/json.h"

namespace atelier::api {

struct RouteCall {
  std::string method;
  std::string path;  // with the query behind "?", if there is one
  std::string body = {};
  iam::Principal principal = {};
  std::string base_url = "http://localhost";
  std::optional<ErrorShape> shape = {};  // that the route must have
};

// What the handler of the route that fits answers; a test failure where there is none.
inline Result<http::Response> CallRoute(std::vector<PlatformRoute> routes, const RouteCall& call) {
  http::Router<PlatformTarget> router(std::move(routes));
  http::Request request;
  auto mark = call.path.find('?');
  request.method = call.method;
  request.path = call.path.substr(0, mark);
  if (mark != std::string::npos) request.query = http::Query::Parse(call.path.substr(mark + 1));
  auto match = router.Find(request.method, request.path);
  EXPECT_NE(match.route, nullptr) << call.method << " " << call.path;
  if (match.route == nullptr) return Internal("no such route");
  if (call.shape) EXPECT_EQ(match.route->target.error_shape, *call.shape);
  return match.route->target.handler({request, match.arguments, call.body, call.principal, call.base_url});
}

// The object that was answered; a test failure, and an empty one, for an error.
inline json::object ObjectOf(const Result<http::Response>& response, int status = 0) {
  EXPECT_TRUE(response) << response.error().message;
  if (!response) return {};
  if (status != 0) EXPECT_EQ(response->status, status);
  return ParseJsonObject(std::get<std::string>(response->body)).value_or(json::object());
}

// The error that was answered; a test failure, and an empty one, where there is none.
inline Error ErrorOf(const Result<http::Response>& response) {
  EXPECT_FALSE(response);
  return response ? Error{} : response.error();
}

// Compares with a golden file. ATELIER_UPDATE_GOLDEN=1 writes it instead; review shows the change.
inline void ExpectGoldenFile(const fs::path& file, const json::object& body) {
  auto text = PrettyJson(body);
  if (std::getenv("ATELIER_UPDATE_GOLDEN") != nullptr) std::ofstream(file) << text << "\n";
  auto golden = ReadFile(file);
  ASSERT_TRUE(golden) << "no golden file " << file;
  EXPECT_EQ(text + "\n", *golden) << file;
}

}  // namespace atelier::api
