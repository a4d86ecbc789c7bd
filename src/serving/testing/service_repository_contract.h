// What every ServiceRepository must do. Include in a test and call with a fresh, empty repository.
#pragma once

#include <gtest/gtest.h>

#include "serving/service_repository.h"

namespace atelier::serving {

inline Service SampleService(const std::string& id, const std::string& name, std::int64_t created) {
  Service service;
  service.id = id;
  service.project_id = "p1";
  service.owner = "admin";
  service.name = name;
  service.deployments.push_back({"m1", "mnist", "1.0.0", 70, "modelarts.vm.cpu.2u", 2, {{"A", "b"}}, {0, 3}});
  service.deployments.push_back({"m2", "mnist", "1.0.1", 30, "modelarts.vm.cpu.2u", 1, {}, {1}});
  service.created = service.updated = service.transition = FromUnixMillis(created);
  service.events.push_back({FromUnixMillis(created), false, "it \"happened\""});
  service.invocations = 7;
  return service;
}

inline void CheckServiceRepositoryContract(ServiceRepository& repository) {
  ASSERT_TRUE(repository.Insert(SampleService("s1", "digits", 100)));
  ASSERT_TRUE(repository.Insert(SampleService("s2", "letters", 200)));
  EXPECT_EQ(repository.Insert(SampleService("s3", "digits", 300)).error().kind, ErrorKind::kAlreadyExists);

  auto found = repository.Find("s1");
  ASSERT_TRUE(found && found->has_value());
  EXPECT_EQ((*found)->deployments.at(0).attempts.at(1), 3);
  EXPECT_EQ((*found)->deployments.at(0).environment.at("A"), "b");
  EXPECT_EQ((*found)->events.at(0).text, "it \"happened\"");
  EXPECT_FALSE((*found)->events.at(0).normal);
  EXPECT_EQ((*found)->invocations, 7U);

  auto changed = **found;
  changed.status = ServiceStatus::kRunning;
  changed.desired = DesiredState::kStopped;
  changed.reason = "because";
  ASSERT_TRUE(repository.Update(changed));
  auto again = repository.Find("s1");
  EXPECT_EQ((*again)->status, ServiceStatus::kRunning);
  EXPECT_EQ((*again)->desired, DesiredState::kStopped);
  EXPECT_EQ((*again)->reason, "because");

  EXPECT_EQ(repository.All()->size(), 2U);
  ServiceFilter filter;
  auto page = repository.List("p1", filter);
  EXPECT_EQ(page->total, 2U);
  EXPECT_EQ(page->services.at(0).id, "s2") << "newest first";
  filter.name = "git";
  EXPECT_EQ(repository.List("p1", filter)->total, 1U);
  ServiceFilter by_model;
  by_model.model_id = "m2";
  EXPECT_EQ(repository.List("p1", by_model)->total, 2U);
  ServiceFilter by_status;
  by_status.status = "running";
  EXPECT_EQ(repository.List("p1", by_status)->total, 1U);
  EXPECT_EQ(repository.List("p2", ServiceFilter{})->total, 0U);
  ServiceFilter in_workspace;
  in_workspace.workspace_id = "w";
  EXPECT_EQ(repository.List("p1", in_workspace)->total, 0U);
  changed.workspace_id = "w";
  ASSERT_TRUE(repository.Update(changed));
  EXPECT_EQ(repository.List("p1", in_workspace)->total, 1U);
  in_workspace.workspace_id = "0";
  EXPECT_EQ(repository.List("p1", in_workspace)->total, 1U);
  EXPECT_EQ(repository.Using("m1")->size(), 2U);
  EXPECT_TRUE(repository.Using("m9")->empty());

  ASSERT_TRUE(repository.Remove("s1"));
  EXPECT_FALSE(repository.Find("s1")->has_value());
  EXPECT_EQ(repository.Update(changed).error().kind, ErrorKind::kNotFound);
}

}  // namespace atelier::serving
