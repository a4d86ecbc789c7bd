// What every JobRepository must do; instantiated for the one in memory and for the one over SQL.
#pragma once

#include <gtest/gtest.h>

#include "training/job_repository.h"
#include "training/testing/listing_samples.h"

namespace atelier::training {

// Specialised per implementation: makes a fresh, empty repository.
template <class Implementation>
class RepositoryFixture;

template <class Implementation>
class JobRepositoryContract : public testing::Test {
 protected:
  JobRepository& repository() { return fixture_.repository(); }

  static Job MakeJob(const std::string& name, const std::string& project = "p1") {
    return {.id = 0, .project_id = project, .name = name, .description = "d", .created = FromUnixMillis(1'000)};
  }
  static JobVersion MakeVersion(std::int64_t job_id = 0, const std::string& train_url = "/b/out/") {
    JobVersion version;
    version.job_id = job_id;
    version.created = FromUnixMillis(2'000);
    version.spec.engine_id = 3;
    version.spec.engine_type = 1;
    version.spec.engine_type_name = "TensorFlow";
    version.spec.engine_name = "TF-1.8.0-python2.7";
    version.spec.app_url = "/b/code/";
    version.spec.boot_file_url = "/b/code/train.py";
    version.spec.data_url = "/b/data/";
    version.spec.train_url = train_url;
    version.spec.parameters = {{"max_steps", "10"}, {"quote", R"(a"b,c\)"}};
    version.spec.spec_id = 7;
    version.spec.flavor = "modelarts.vm.cpu.2u";
    version.spec.cores = 2;
    version.spec.memory_bytes = 8ULL << 30;
    version.spec.model_id = 5'000'000'000;
    return version;
  }
  // The version as the repository has it now.
  JobVersion Stored(std::int64_t id) { return repository().FindVersion(id)->value(); }

 private:
  RepositoryFixture<Implementation> fixture_;
};

TYPED_TEST_SUITE_P(JobRepositoryContract);

TYPED_TEST_P(JobRepositoryContract, KeepsAJobAndItsFirstVersion) {
  auto made = this->repository().CreateJobWithVersion(this->MakeJob("mnist"), this->MakeVersion());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_GT(made->id, 0);
  EXPECT_EQ(made->number, 1);
  EXPECT_EQ(this->Stored(made->id), *made);
  auto job = this->repository().FindJob(made->job_id)->value();
  EXPECT_EQ(job.name, "mnist");
  EXPECT_EQ(job.last_number, 1);
  EXPECT_FALSE(this->repository().FindJob(made->job_id + 1)->has_value());
  EXPECT_FALSE(this->repository().FindVersion(made->id + 1)->has_value());
}

TYPED_TEST_P(JobRepositoryContract, NamesAreUniqueWithinAProjectUntilDeleted) {
  auto first = this->repository().CreateJob(this->MakeJob("a"));
  ASSERT_TRUE(first);
  auto second = this->repository().CreateJob(this->MakeJob("a"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(second.error().code, "ModelArts.0103");
  EXPECT_EQ(second.error().message, "Job name:a is existed");
  EXPECT_TRUE(this->repository().CreateJob(this->MakeJob("a", "p2")));
  ASSERT_TRUE(this->repository().MarkJobDeleting(first->id));
  auto again = this->repository().CreateJob(this->MakeJob("a"));
  ASSERT_TRUE(again);
  EXPECT_GT(again->id, first->id);
}

TYPED_TEST_P(JobRepositoryContract, NumbersAndIdsAreNotUsedTwice) {
  auto first = *this->repository().CreateJobWithVersion(this->MakeJob("a"), this->MakeVersion());
  auto second = *this->repository().AddVersion(this->MakeVersion(first.job_id));
  EXPECT_EQ(second.number, 2);
  ASSERT_TRUE(this->repository().RemoveVersion(second.id));
  auto third = *this->repository().AddVersion(this->MakeVersion(first.job_id));
  EXPECT_EQ(third.number, 3);
  EXPECT_GT(third.id, second.id);
  ASSERT_TRUE(this->repository().MarkJobDeleting(first.job_id));
  auto refused = this->repository().AddVersion(this->MakeVersion(first.job_id));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kNotFound);
}

TYPED_TEST_P(JobRepositoryContract, ASecondVersionWithTheSameOutputAsksForTheMirror) {
  auto first = *this->repository().CreateJobWithVersion(this->MakeJob("a"), this->MakeVersion());
  ASSERT_TRUE(this->repository().AddVersion(this->MakeVersion(first.job_id, "/b/other/")));
  EXPECT_EQ(this->Stored(first.id).run.mirror, Mirror::kNone);
  ASSERT_TRUE(this->repository().AddVersion(this->MakeVersion(first.job_id)));
  auto wanted = this->Stored(first.id);
  EXPECT_EQ(wanted.run.mirror, Mirror::kWanted);
  auto done = wanted.run;
  done.mirror = Mirror::kDone;
  ASSERT_TRUE(this->repository().Update(first.id, wanted.run, done));
  ASSERT_TRUE(this->repository().AddVersion(this->MakeVersion(first.job_id)));
  EXPECT_EQ(this->Stored(first.id).run.mirror, Mirror::kDone);

  auto silent = *this->repository().CreateJobWithVersion(this->MakeJob("b"), this->MakeVersion(0, ""));
  ASSERT_TRUE(this->repository().AddVersion(this->MakeVersion(silent.job_id, "")));
  EXPECT_EQ(this->Stored(silent.id).run.mirror, Mirror::kNone);
}

TYPED_TEST_P(JobRepositoryContract, UpdatesOnlyFromTheExpectedState) {
  auto made = *this->repository().CreateJobWithVersion(this->MakeJob("a"), this->MakeVersion());
  auto after = made.run;
  after.status = Status::kCompleted;
  after.reason = "r";
  after.fault = "f";
  after.running_engine = "TF-2.15.1-python3.11";
  after.sandbox_level = "full";
  after.started = FromUnixMillis(10);
  after.ended = FromUnixMillis(20);
  after.usage.Add(12.5F, 50);
  after.usage.Add(0.1F, 99.9F);
  after.metrics = R"({"metric":[]})";
  after.cleaned = true;
  ASSERT_TRUE(this->repository().Update(made.id, made.run, after));
  EXPECT_EQ(this->Stored(made.id).run, after);
  auto stale = this->repository().Update(made.id, made.run, after);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::kConflict);
  ASSERT_TRUE(this->repository().MarkVersionDeleting(made.id));
  EXPECT_FALSE(this->repository().Update(made.id, after, after));
  EXPECT_FALSE(this->repository().Update(made.id + 1, after, after));
}

TYPED_TEST_P(JobRepositoryContract, SummariesShowTheNewestVersion) {
  ASSERT_TRUE(this->repository().CreateJob(this->MakeJob("empty")));
  auto first = *this->repository().CreateJobWithVersion(this->MakeJob("two"), this->MakeVersion());
  auto second = *this->repository().AddVersion(this->MakeVersion(first.job_id));
  ASSERT_TRUE(this->repository().CreateJob(this->MakeJob("elsewhere", "p2")));
  auto page = *this->repository().ListJobs("p1", {}, FromUnixMillis(0));
  ASSERT_EQ(page.jobs.size(), 2U);
  EXPECT_EQ(page.total, 2U);
  EXPECT_EQ(page.jobs[0].job.name, "empty");
  EXPECT_FALSE(page.jobs[0].newest.has_value());
  EXPECT_EQ(page.jobs[1].newest->id, second.id);
  EXPECT_EQ(page.jobs[1].version_count, 2);
  ASSERT_TRUE(this->repository().MarkVersionDeleting(second.id));
  page = *this->repository().ListJobs("p1", {}, FromUnixMillis(0));
  EXPECT_EQ(page.jobs[1].newest->id, first.id);
  EXPECT_EQ(page.jobs[1].version_count, 1);
  ASSERT_TRUE(this->repository().RemoveVersion(second.id));
  EXPECT_EQ(this->repository().ListVersions(first.job_id, 0, 10)->versions.size(), 1U);
  EXPECT_EQ(*this->repository().CountJobs("p1"), 2U);
  ASSERT_TRUE(this->repository().MarkJobDeleting(first.job_id));
  EXPECT_EQ(this->repository().ListJobs("p1", {}, FromUnixMillis(0))->total, 1U);
  EXPECT_EQ(*this->repository().CountJobs("p1"), 1U);
  EXPECT_EQ(this->repository().ListVersions(first.job_id, 0, 10)->total, 0U);
  ASSERT_TRUE(this->repository().RemoveVersion(first.id));
  ASSERT_TRUE(this->repository().RemoveJob(first.job_id));
  EXPECT_EQ(*this->repository().CountJobs("p1"), 1U);
  EXPECT_EQ(*this->repository().CountJobs("nobody"), 0U);
}

// Every order, filter and page answers as the rules in memory (job_listing.h) do.
TYPED_TEST_P(JobRepositoryContract, ListsAsTheRulesSay) {
  auto all = FillForListing(this->repository(), 60);
  auto now = FromUnixMillis(1'000'000);
  for (const auto& query : ListingQueries()) {
    auto expected = SelectJobs(all, query, now);
    auto page = this->repository().ListJobs("p1", query, now);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->total, expected.total) << Describe(query);
    EXPECT_EQ(IdsOf(*page), IdsOf(expected)) << Describe(query);
  }
}

TYPED_TEST_P(JobRepositoryContract, VersionsAreNewestFirstAndInPages) {
  auto first = *this->repository().CreateJobWithVersion(this->MakeJob("a"), this->MakeVersion());
  auto second = *this->repository().AddVersion(this->MakeVersion(first.job_id));
  auto third = *this->repository().AddVersion(this->MakeVersion(first.job_id));
  ASSERT_TRUE(this->repository().AddVersion(this->MakeVersion(first.job_id)));
  ASSERT_TRUE(this->repository().MarkVersionDeleting(third.id));
  auto rows = *this->repository().ListVersions(first.job_id, 1, 1);
  EXPECT_EQ(rows.total, 3U);
  ASSERT_EQ(rows.versions.size(), 1U);
  EXPECT_EQ(rows.versions[0].id, second.id);
  EXPECT_TRUE(this->repository().ListVersions(first.job_id, 3, 10)->versions.empty());
  rows = *this->repository().ListVersions(first.job_id, 0, 10);
  ASSERT_EQ(rows.versions.size(), 3U);
  EXPECT_EQ(rows.versions[0].number, 4);
  EXPECT_EQ(rows.versions[2].id, first.id);
}

TYPED_TEST_P(JobRepositoryContract, TheNewestVersionIsNotBeingDeleted) {
  auto first = *this->repository().CreateJobWithVersion(this->MakeJob("a"), this->MakeVersion());
  auto second = *this->repository().AddVersion(this->MakeVersion(first.job_id));
  EXPECT_EQ(this->repository().NewestVersion(first.job_id)->value().id, second.id);
  ASSERT_TRUE(this->repository().MarkVersionDeleting(second.id));
  EXPECT_EQ(this->repository().NewestVersion(first.job_id)->value().id, first.id);
  ASSERT_TRUE(this->repository().MarkVersionDeleting(first.id));
  EXPECT_FALSE(this->repository().NewestVersion(first.job_id)->has_value());
}

TYPED_TEST_P(JobRepositoryContract, FindsByNameAndNumber) {
  auto first = *this->repository().CreateJobWithVersion(this->MakeJob("a"), this->MakeVersion());
  auto second = *this->repository().AddVersion(this->MakeVersion(first.job_id));
  EXPECT_EQ(this->repository().FindNumber(first.job_id, 2)->value(), second);
  EXPECT_FALSE(this->repository().FindNumber(first.job_id, 3)->has_value());
  EXPECT_EQ(this->repository().FindJobByName("p1", "a")->value().id, first.job_id);
  EXPECT_FALSE(this->repository().FindJobByName("p2", "a")->has_value());
  ASSERT_TRUE(this->repository().MarkJobDeleting(first.job_id));
  EXPECT_FALSE(this->repository().FindJobByName("p1", "a")->has_value());
}

TYPED_TEST_P(JobRepositoryContract, PendingIsWhatNeedsWork) {
  auto made = *this->repository().CreateJobWithVersion(this->MakeJob("a"), this->MakeVersion());
  ASSERT_EQ(this->repository().Pending()->size(), 1U);
  auto done = made.run;
  done.status = Status::kCompleted;
  ASSERT_TRUE(this->repository().Update(made.id, made.run, done));
  EXPECT_EQ(this->repository().Pending()->size(), 1U) << "not cleaned";
  auto cleaned = done;
  cleaned.cleaned = true;
  ASSERT_TRUE(this->repository().Update(made.id, done, cleaned));
  EXPECT_TRUE(this->repository().Pending()->empty());
  ASSERT_TRUE(this->repository().AddVersion(this->MakeVersion(made.job_id)));
  EXPECT_EQ(this->repository().Pending()->size(), 2U) << "the mirror of version 1 is wanted";
  ASSERT_TRUE(this->repository().MarkJobDeleting(made.job_id));
  auto pending = *this->repository().Pending();
  ASSERT_EQ(pending.size(), 2U);
  EXPECT_TRUE(this->repository().EmptyDeletedJobs()->empty());
  for (const auto& version : pending) ASSERT_TRUE(this->repository().RemoveVersion(version.id));
  EXPECT_EQ(*this->repository().EmptyDeletedJobs(), std::vector<std::int64_t>{made.job_id});
  ASSERT_TRUE(this->repository().RemoveJob(made.job_id));
  EXPECT_FALSE(this->repository().FindJob(made.job_id)->has_value());
  EXPECT_TRUE(this->repository().RemoveVersion(made.id)) << "absent is fine";
}

TYPED_TEST_P(JobRepositoryContract, DescriptionsChange) {
  auto job = *this->repository().CreateJob(this->MakeJob("a"));
  ASSERT_TRUE(this->repository().SetDescription(job.id, "new words"));
  EXPECT_EQ(this->repository().FindJob(job.id)->value().description, "new words");
}

TYPED_TEST_P(JobRepositoryContract, RemembersPublishedFiles) {
  auto made = *this->repository().CreateJobWithVersion(this->MakeJob("a"), this->MakeVersion());
  PublishedFile events{.path = "events.out", .size = 10, .modified_ns = 1'700'000'000'000'000'001, .etag = "e1"};
  PublishedFile model{.path = "model/saved_model.pb", .size = 20, .modified_ns = 2, .etag = "e2"};
  ASSERT_TRUE(this->repository().RecordPublished(made.id, {events, model}));
  events.size = 11;
  events.etag = "e3";
  ASSERT_TRUE(this->repository().RecordPublished(made.id, {events}));
  EXPECT_EQ(*this->repository().Published(made.id), (std::vector<PublishedFile>{events, model}));
  ASSERT_TRUE(this->repository().ForgetPublished(made.id, {"events.out", "never there"}));
  EXPECT_EQ(*this->repository().Published(made.id), (std::vector<PublishedFile>{model}));
  ASSERT_TRUE(this->repository().RemoveVersion(made.id));
  EXPECT_TRUE(this->repository().Published(made.id)->empty());
}

TYPED_TEST_P(JobRepositoryContract, JobsHaveUuidsAndNames) {
  auto a = *this->repository().CreateJob(this->MakeJob("a"));
  auto b = *this->repository().CreateJobWithVersion(this->MakeJob("b"), this->MakeVersion());
  EXPECT_EQ(a.uuid.size(), 36U);
  auto found = this->repository().FindJobByUuid(a.uuid)->value();
  EXPECT_EQ(found, a);
  EXPECT_FALSE(this->repository().FindJobByUuid("nobody")->has_value());
  EXPECT_EQ(this->repository().FindJobByName("p1", "b")->value().id, b.job_id);
  EXPECT_FALSE(this->repository().FindJobByName("p2", "b")->has_value());
  EXPECT_EQ(*this->repository().CountJobs("p1"), 2U);
  ASSERT_TRUE(this->repository().MarkJobDeleting(b.job_id));
  EXPECT_FALSE(this->repository().FindJobByName("p1", "b")->has_value());
  EXPECT_EQ(*this->repository().CountJobs("p1"), 1U);
  auto named = this->MakeJob("c");
  named.uuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
  EXPECT_EQ(this->repository().CreateJob(named)->uuid, named.uuid);
}

TYPED_TEST_P(JobRepositoryContract, KeepsWhatApiTwoSaysAndTheHistory) {
  auto version = this->MakeVersion();
  ContainerSpec container;
  container.command = "python train.py \"$@\"";
  container.local_code_dir = "/home/ma-user/code";
  container.working_dir = "/tmp";
  container.inputs = {{.name = "data", .description = "d", .url = "/b/data/", .access = AccessMethod::kEnvironment}};
  container.outputs = {{.name = "model", .description = "", .url = "obs://b/model/"}};
  container.environment = {{"LEVEL", "7"}};
  container.parameter_notes = {{"max_steps", "how many"}};
  container.algorithm_id = "id";
  container.algorithm_name = "mine";
  container.restart = {.most_restarts = 3, .unconditional = true};
  container.auto_stop_hours = 2;
  container.annotations = {{"job_template", "x"}};
  container.pool_id = "pool";
  container.user_name = "ann";
  version.spec.container = container;
  version.run.history.Note(FromUnixMillis(1), EventLevel::kWarning, EventSource::kTask, "created");
  auto made = *this->repository().CreateJobWithVersion(this->MakeJob("a"), version);
  EXPECT_EQ(this->Stored(made.id).spec, version.spec);
  EXPECT_EQ(this->Stored(made.id).run, version.run);
  auto after = made.run;
  after.status = Status::kRunning;
  after.restarts = 2;
  after.history.BeginRun(FromUnixMillis(2));
  after.history.EndRun(FromUnixMillis(2), FromUnixMillis(3), 1, "exit code 1", true);
  after.history.BeginRun(FromUnixMillis(4));
  ASSERT_TRUE(this->repository().Update(made.id, made.run, after));
  EXPECT_EQ(this->Stored(made.id).run, after);
}

TYPED_TEST_P(JobRepositoryContract, SearchesAsTheReferenceDoes) {
  ASSERT_TRUE(this->repository().CreateJob(this->MakeJob("without-version")));
  ASSERT_TRUE(this->repository().CreateJobWithVersion(this->MakeJob("elsewhere", "p2"), this->MakeVersion()));
  for (int i = 0; i < 7; ++i) {
    auto job = this->MakeJob(i % 2 == 0 ? "Even_" + std::to_string(i) : "odd%" + std::to_string(i));
    job.created = FromUnixMillis(1'000 + 100 * (i % 3));
    job.description = i < 3 ? "few" : "many";
    job.workspace_id = i < 2 ? "w" : "0";
    auto made = *this->repository().CreateJobWithVersion(job, this->MakeVersion());
    if (i == 4) ASSERT_TRUE(this->repository().AddVersion(this->MakeVersion(made.job_id, "/b/other/")));
    auto after = made.run;
    after.status = i < 4 ? Status::kRunning : Status::kFailed;
    after.started = FromUnixMillis(5'000 + i);
    if (i > 4) after.ended = FromUnixMillis(5'100 - i);
    ASSERT_TRUE(this->repository().Update(made.id, made.run, after));
  }
  auto filter = [](const char* key, const char* op, std::vector<std::string> values) {
    return *ParseSearchFilter(key, op, values);
  };
  auto summaries = this->repository().ListJobs("p1", {.per_page = 1000}, FromUnixMillis(0))->jobs;
  auto some_id = summaries.back().job.uuid;
  const std::vector<std::vector<SearchFilter>> all_filters = {
      {},
      {filter("name", "like", {"EVEN_", "%1"})},
      {filter("name", "in", {"Even_0", "nobody"})},
      {filter("name", "not", {"Even_0"}), filter("description", "in", {"few"})},
      {filter("id", "in", {some_id})},
      {filter("status", "in", {"Running"})},
      {filter("phase", "not", {"running", "Failed"})},
      {filter("create_time", "between", {"1000", "1100"})},
      {filter("duration", "between", {"1", "100"})},
      {filter("start_time", "in", {"5001"})},
  };
  for (std::size_t f = 0; f < all_filters.size(); ++f)
    for (const auto& order : std::vector<std::vector<SearchField>>{
             {}, {SearchField::kName}, {SearchField::kDuration}, {SearchField::kDescription, SearchField::kPhase}})
      for (bool descending : {true, false})
        for (std::int64_t page : {0, 1, 9}) {
          JobSearch search{
              .filters = all_filters[f], .order = order, .descending = descending, .page = page, .per_page = 3};
          auto now = FromUnixMillis(9'000);
          auto found = this->repository().Search("p1", search, now);
          ASSERT_TRUE(found) << found.error().message;
          auto expected = SearchJobs(summaries, search, now);
          EXPECT_EQ(found->matches, expected.matches) << "filter " << f;
          EXPECT_EQ(found->total, 7U);
          std::vector<std::int64_t> ids, expected_ids;
          for (const auto& each : found->jobs) ids.push_back(each.newest->id);
          for (const auto& each : expected.jobs) expected_ids.push_back(each.newest->id);
          EXPECT_EQ(ids, expected_ids) << "filter " << f << " page " << page;
        }
  for (const char* workspace : {"w", "0", "none"}) {
    JobSearch search{.workspace_id = workspace, .filters = all_filters[2]};
    auto now = FromUnixMillis(9'000);
    EXPECT_EQ(this->repository().Search("p1", search, now)->matches, SearchJobs(summaries, search, now).matches);
  }
  EXPECT_EQ(this->repository().Search("p1", {.workspace_id = "w"}, FromUnixMillis(9'000))->matches, 2U);
}

REGISTER_TYPED_TEST_SUITE_P(JobRepositoryContract, KeepsAJobAndItsFirstVersion,
                            NamesAreUniqueWithinAProjectUntilDeleted, NumbersAndIdsAreNotUsedTwice,
                            ASecondVersionWithTheSameOutputAsksForTheMirror, UpdatesOnlyFromTheExpectedState,
                            SummariesShowTheNewestVersion, ListsAsTheRulesSay, VersionsAreNewestFirstAndInPages,
                            TheNewestVersionIsNotBeingDeleted, FindsByNameAndNumber, PendingIsWhatNeedsWork,
                            DescriptionsChange, RemembersPublishedFiles, JobsHaveUuidsAndNames,
                            KeepsWhatApiTwoSaysAndTheHistory, SearchesAsTheReferenceDoes);

}  // namespace atelier::training
