#include "app/project_usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "object_store/blob_store.h"
#include "storage/algorithm_repository.h"
#include "storage/board_repository.h"
#include "storage/database.h"
#include "storage/model_repository.h"
#include "storage/object_index.h"
#include "storage/parameter_set_repository.h"
#include "storage/service_repository.h"
#include "storage/training_repository.h"

namespace atelier::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ProjectContentsTest, CountsWhatEveryRoomKeepsForTheProject) {
  TemporaryDirectory folder;
  auto control = storage::Database::Open(folder.path() / "control.db", "control").value();
  auto objects_database = storage::Database::Open(folder.path() / "objects.db", "objects").value();
  storage::SqlObjectIndex index(*objects_database);
  auto blobs = object_store::BlobStore::Open(folder.path() / "blobs", index).value();
  SystemClock clock;
  object_store::ObjectService objects(index, *blobs, clock, "local-1");
  storage::SqlTrainingRepository jobs(*control);
  storage::SqlAlgorithmRepository algorithms(*control);
  storage::SqlParameterSetRepository parameter_sets(*control);
  storage::SqlModelRepository models(*control);
  storage::SqlServiceRepository services(*control);
  storage::SqlBoardRepository boards(*control);
  ProjectContents contents({objects, jobs, algorithms, parameter_sets, models, services, boards});
  EXPECT_THAT(contents.Of("p").value(), IsEmpty());

  for (const char* name : {"bucket-1", "bucket-2"})
    ASSERT_TRUE(objects.CreateBucket({"p"}, object_store::BucketName::Parse(name).value(), "STANDARD"));
  EXPECT_THAT(contents.Of("p").value(), ElementsAre("2 buckets"));

  training::Job job;
  job.project_id = "p";
  job.name = "job";
  ASSERT_TRUE(jobs.CreateJobWithVersion(job, {}));
  training::Algorithm algorithm;
  algorithm.id = "a";
  algorithm.project_id = "p";
  ASSERT_TRUE(algorithms.Insert(algorithm));
  training::ParameterSet set;
  set.project_id = "p";
  set.name = "set";
  ASSERT_TRUE(parameter_sets.Insert(set));
  registry::Model model;
  model.id = "m";
  model.project_id = "p";
  model.name = "model";
  model.version = "1.0.0";
  ASSERT_TRUE(models.Insert(model));
  serving::Service service;
  service.id = "s";
  service.project_id = "p";
  service.name = "service";
  ASSERT_TRUE(services.Insert(service));
  boards::Board board;
  board.project_id = "p";
  board.name = "board";
  ASSERT_TRUE(boards.Create(board, 1));
  EXPECT_THAT(contents.Of("p").value(), ElementsAre("2 buckets", "1 training job", "1 algorithm", "1 parameter set",
                                                    "1 model", "1 service", "1 visualization job"));
  EXPECT_THAT(contents.Of("other").value(), IsEmpty());
}

}  // namespace
}  // namespace atelier::app
