// Verifying, scrubbing and backing up the data of a running server, and what is told of it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/platform/platform_route.h"
#include "app/long_task.h"
#include "app/stored_data.h"
#include "backup/backup.h"
#include "base/json.h"
#include "object_store/scrubber.h"
#include "object_store/verification.h"
#include "observe/metrics.h"

namespace atelier::app {

// What came out, as the API and `--json` show it. A damaged blob: {"blob", "size", "reason", "found", "users":
// [{"bucket", "key"} and for parts also {"upload_id", "part_number"}]}.
json::object VerificationJson(const object_store::VerifyOutcome& outcome);
json::object BackupJson(const backup::Report& report);
json::array DamageJson(const std::vector<object_store::DamageReport>& damage);

// The work of both, the same with a server and without.
Result<json::object> Verify(StoredData& data, const std::string& bucket, const LongTask::Report& report);
Result<json::object> BackUp(StoredData& data, const Clock& clock, const std::filesystem::path& to,
                            const backup::Options& options, const LongTask::Report& report);

// Of a running server. Thread-safe; outlived by the data.
class Maintenance {
 public:
  // `scrub_interval` zero: no scrubber.
  Maintenance(StoredData& data, const Clock& clock, const object_store::ScrubberOptions& scrub);

  void Start();  // the scrubber
  void Stop();   // everything that runs

  // /v1/atelier/object-store/verification and /v1/atelier/backup: POST starts (202), GET tells the state, DELETE stops.
  // They reach the data of every project, so `authorize` says who may (403).
  using Authorize = std::function<Result<void>(const iam::Principal&)>;
  std::vector<api::PlatformRoute> Routes(const Authorize& authorize);
  void AddGauges(observe::Metrics& metrics);

 private:
  Result<json::object> VerificationStatus(bool with_damage);
  Result<void> StartVerification(const json::object& request);
  Result<void> StartBackup(const json::object& request);

  StoredData& data_;
  const Clock& clock_;
  const object_store::ScrubberOptions scrub_options_;
  std::unique_ptr<object_store::Scrubber> scrubber_;
  std::unique_ptr<LongTask> verification_, backup_;
};

}  // namespace atelier::app
