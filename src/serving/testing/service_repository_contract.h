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

// Everything that an update, a schedule and the counting put into a row.
inline Service FullService(const std::string& id, const std::string& name, std::int64_t created) {
  auto service = SampleService(id, name, created);
  service.workspace_id = "w";
  service.deployments[1].generation = 3;
  service.deployments[1].slot = 1;
  service.update = ServiceUpdate{{service.deployments[0]}, FromUnixMillis(7), 60, "trouble"};
  service.update->deployments[0].model_id = "m3";
  service.leaving = {service.deployments[1]};
  service.leaving[0].model_id = "m4";
  service.last_generation = 4;
  service.update_error = "no";
  service.history = {{FromUnixMillis(1), UpdateResult::kFail, service.deployments, "why"},
                     {FromUnixMillis(2), UpdateResult::kRunning, {}, ""}};
  service.schedule = Schedule{"HOURS", 3};
  service.stop_at = FromUnixMillis(99);
  service.additional_properties = R"({"a":1})";
  service.model_calls["m1"] = {5, 1};
  service.batch = BatchTask{{"/b/in/", "/b/out/", "/p", "csv", R"({"type":"object"})"},
                            3,
                            FromUnixMillis(5),
                            FromUnixMillis(6),
                            BatchOutcome::kFailed,
                            {"in/k\xc3\xbc", 9, 8, true, 7, 6}};
  return service;
}

inline void CheckBatchTask(const Service& service) {
  ASSERT_TRUE(service.batch);
  const auto& batch = *service.batch;
  EXPECT_EQ(batch.spec.src_path + batch.spec.dest_path + batch.spec.req_uri, "/b/in//b/out//p");
  EXPECT_EQ(batch.spec.mapping_type + batch.spec.mapping_rule, R"(csv{"type":"object"})");
  EXPECT_EQ(batch.run, 3);
  EXPECT_EQ(ToUnixMillis(batch.started), 5);
  ASSERT_TRUE(batch.finished);
  EXPECT_EQ(ToUnixMillis(*batch.finished), 6);
  EXPECT_EQ(batch.outcome, BatchOutcome::kFailed);
  EXPECT_EQ(batch.progress.after, "in/k\xc3\xbc");
  EXPECT_EQ(batch.progress.objects_total, 9U);
  EXPECT_EQ(batch.progress.objects, 8U);
  EXPECT_TRUE(batch.progress.counted);
  EXPECT_EQ(batch.progress.requests, 7U);
  EXPECT_EQ(batch.progress.failures, 6U);
}

inline void CheckFullService(const Service& service) {
  CheckBatchTask(service);
  EXPECT_EQ(service.deployments.at(1).generation, 3);
  EXPECT_EQ(service.deployments.at(1).slot, 1);
  ASSERT_TRUE(service.update);
  EXPECT_EQ(service.update->deployments.at(0).model_id, "m3");
  EXPECT_EQ(ToUnixMillis(service.update->started), 7);
  EXPECT_EQ(service.update->timeout_seconds, 60);
  EXPECT_EQ(service.update->trouble, "trouble");
  EXPECT_EQ(service.leaving.at(0).model_id, "m4");
  EXPECT_EQ(service.last_generation, 4);
  EXPECT_EQ(service.update_error, "no");
  ASSERT_EQ(service.history.size(), 2U);
  EXPECT_EQ(service.history[0].result, UpdateResult::kFail);
  EXPECT_EQ(service.history[0].config.size(), 2U);
  EXPECT_EQ(service.history[0].reason, "why");
  EXPECT_EQ(service.history[1].result, UpdateResult::kRunning);
  EXPECT_EQ(service.schedule->time_unit, "HOURS");
  EXPECT_EQ(service.schedule->duration, 3);
  EXPECT_EQ(ToUnixMillis(*service.stop_at), 99);
  EXPECT_EQ(service.additional_properties, R"({"a":1})");
  EXPECT_EQ(service.model_calls.at("m1").invocations, 5U);
}

// Filters, orders and pages of lists (modelarts-api section 4.4).
inline void CheckServiceLists(ServiceRepository& repository) {
  for (int i = 0; i < 25; ++i) {
    auto service = SampleService("l" + std::to_string(i), "Name_" + std::string(1, static_cast<char>('a' + i)), i / 2);
    service.project_id = "lists";
    service.transition = FromUnixMillis(1000 - i);
    service.status = i % 5 == 0 ? ServiceStatus::kStopped : ServiceStatus::kRunning;
    if (i % 2 == 0) service.workspace_id = "w";
    ASSERT_TRUE(repository.Insert(service));
  }
  auto names = [&](const ServiceFilter& filter) {
    auto page = repository.List("lists", filter);
    std::string text;
    for (const auto& service : page->services) text += service.name.substr(5);
    return text + "/" + std::to_string(page->total);
  };
  ServiceFilter filter;
  filter.limit = 4;
  EXPECT_EQ(names(filter), "yxwv/25") << "newest first; of one time by id, downwards";
  filter.offset = 6;
  EXPECT_EQ(names(filter), "a/25") << "the last page";
  filter = {};
  filter.sort_by = "service_name";
  filter.ascending = true;
  filter.limit = 3;
  EXPECT_EQ(names(filter), "abc/25");
  filter.sort_by = "transition_at";
  EXPECT_EQ(names(filter), "yxw/25");
  filter = {};
  filter.status = "stopped";
  EXPECT_EQ(names(filter), "upkfa/5");
  filter.workspace_id = "w";
  EXPECT_EQ(names(filter), "uka/3");
  filter = {};
  filter.name = "NAME_B";
  EXPECT_EQ(names(filter), "b/1") << "in any case";
  filter.name = "name%";
  EXPECT_EQ(names(filter), "/0") << "a per cent sign is one";
  filter = {};
  filter.infer_type = "batch";
  EXPECT_EQ(names(filter), "/0");
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

  auto full = FullService("s5", "full", 500);
  ASSERT_TRUE(repository.Insert(full));
  CheckFullService(**repository.Find("s5"));
  EXPECT_EQ(repository.Using("m3")->size(), 1U) << "on its way";
  EXPECT_EQ(repository.Using("m4")->size(), 1U) << "leaving";
  ServiceFilter deploying;
  deploying.status = "deploying";
  deploying.workspace_id = "w";
  EXPECT_EQ(repository.List("p1", deploying)->total, 1U) << "an update is under way";
  full.update.reset();
  full.schedule.reset();
  full.stop_at.reset();
  ASSERT_TRUE(repository.Update(full));
  EXPECT_FALSE((*repository.Find("s5"))->update || (*repository.Find("s5"))->schedule);
  EXPECT_TRUE(repository.Using("m3")->empty());
  CheckServiceLists(repository);
}

}  // namespace atelier::serving
