#include "app/maintenance.h"

#include <fmt/format.h>

namespace atelier::app {
namespace {

using http::Response;

json::object UserJson(const object_store::DamagedUser& user) {
  json::object object{{"bucket", user.bucket}, {"key", user.key}};
  if (!user.upload_id.empty()) {
    object["upload_id"] = user.upload_id;
    object["part_number"] = user.part_number;
  }
  return object;
}

api::PlatformRoute Route(const char* method, const char* path, const char* action, api::PlatformHandler handler) {
  return {method, path, action, {std::move(handler), api::ErrorShape::kModelArts}};
}

Response Accepted() { return Response::Json(202, CompactJson(json::object{{"state", "running"}})); }

}  // namespace

json::array DamageJson(const std::vector<object_store::DamageReport>& damage) {
  json::array all;
  for (const auto& [known, users] : damage) {
    json::array named;
    for (const auto& user : users) named.push_back(UserJson(user));
    all.push_back(json::object{{"blob", fmt::format("{:016x}", known.blob.id.value())},
                               {"size", known.blob.size},
                               {"reason", known.reason},
                               {"found", FormatIso8601(known.found)},
                               {"users", std::move(named)}});
  }
  return all;
}

json::object VerificationJson(const object_store::VerifyOutcome& outcome) {
  return {{"blobs", outcome.read.blobs}, {"bytes", outcome.read.bytes}, {"damage", DamageJson(outcome.damage)}};
}

json::object BackupJson(const backup::Report& report) {
  std::uint64_t file_bytes = 0;
  for (const auto& file : report.manifest.files) file_bytes += file.size;
  return {{"made", FormatIso8601(report.manifest.made)}, {"blobs", report.manifest.blobs},
          {"blob_bytes", report.manifest.blob_bytes},    {"linked", report.linked},
          {"files", report.manifest.files.size()},       {"file_bytes", file_bytes},
          {"damage", DamageJson(report.damage)}};
}

Result<json::object> Verify(StoredData& data, const std::string& bucket, const LongTask::Report& report) {
  auto progress = [&](const object_store::VerifyProgress& read) {
    return report("verifying", read.bytes, read.total_bytes);
  };
  ATELIER_TRY(auto outcome, object_store::VerifyStore(*data.index, *data.health, bucket, progress));
  return VerificationJson(outcome);
}

Result<json::object> BackUp(StoredData& data, const Clock& clock, const fs::path& to, const backup::Options& options,
                            const LongTask::Report& report) {
  ATELIER_TRY(auto made, backup::MakeBackup(data.BackupSource(clock), to, options, report));
  return BackupJson(made);
}

Maintenance::Maintenance(StoredData& data, const Clock& clock, const object_store::ScrubberOptions& scrub)
    : data_(data),
      clock_(clock),
      scrub_options_(scrub),
      scrubber_(std::make_unique<object_store::Scrubber>(*data.index, *data.health, *data.health_record, clock, scrub)),
      verification_(std::make_unique<LongTask>("verification", clock)),
      backup_(std::make_unique<LongTask>("backup", clock)) {}

void Maintenance::Start() {
  if (scrub_options_.interval > Milliseconds(0)) scrubber_->Start();
}

void Maintenance::Stop() {
  scrubber_->Stop();
  verification_.reset();
  backup_.reset();
}

Result<json::object> Maintenance::VerificationStatus(bool with_damage) {
  ATELIER_TRY(auto progress, data_.health_record->Scrub());
  json::object scrub{{"enabled", scrub_options_.interval > Milliseconds(0)},
                     {"bytes_per_second", scrub_options_.bytes_per_second}};
  if (progress.last_ended) scrub["last_ended"] = FormatIso8601(*progress.last_ended);
  if (progress.started) {
    scrub["started"] = FormatIso8601(*progress.started);
    scrub["blobs"] = progress.blobs;
    scrub["bytes"] = progress.bytes;
  } else {
    ATELIER_TRY(auto next, scrubber_->NextPass());
    scrub["next"] = FormatIso8601(next);
  }
  json::object status{{"verification", verification_->Status()},
                      {"scrub", std::move(scrub)},
                      {"verified_bytes", data_.health->verified_bytes()},
                      {"damaged_blobs", data_.health->damaged_blobs()}};
  if (!with_damage) return status;
  ATELIER_TRY(auto known, data_.health->Damage());
  ATELIER_TRY(auto named, object_store::NameUsers(*data_.index, known, ""));
  status["damage"] = DamageJson(named);
  return status;
}

Result<void> Maintenance::StartVerification(const json::object& request) {
  ATELIER_TRY(auto bucket, ReadString(request, "bucket"));
  const std::string name = bucket.value_or("");
  if (!name.empty()) {
    ATELIER_TRY(auto found, data_.index->FindBucket(name));
    if (!found) return NotFound("there is no bucket '" + name + "'", {}, name);
  }
  return verification_->Start([this, name](const LongTask::Report& report) { return Verify(data_, name, report); });
}

Result<void> Maintenance::StartBackup(const json::object& request) {
  ATELIER_TRY(auto to, ReadString(request, "to"));
  if (!to || to->empty()) return InvalidArgument("'to': expected the folder of the backup", {}, "to");
  backup::Options options;
  ATELIER_TRY(auto link, ReadBool(request, "link"));
  ATELIER_TRY(auto verify, ReadBool(request, "verify"));
  options.link = link.value_or(options.link);
  options.verify = verify.value_or(options.verify);
  return backup_->Start([this, folder = fs::path(*to), options](const LongTask::Report& report) {
    return BackUp(data_, clock_, folder, options, report);
  });
}

std::vector<api::PlatformRoute> Maintenance::Routes(const Authorize& authorize) {
  constexpr const char* kVerification = "/v1/atelier/object-store/verification";
  constexpr const char* kBackup = "/v1/atelier/backup";
  auto administrators = [authorize](api::PlatformHandler handler) -> api::PlatformHandler {
    return [authorize, handler = std::move(handler)](const api::PlatformCall& call) -> Result<Response> {
      ATELIER_CHECK(authorize(call.principal));
      return handler(call);
    };
  };
  auto start = [&](Result<void> (Maintenance::*begin)(const json::object&)) {
    return administrators([this, begin](const api::PlatformCall& call) -> Result<Response> {
      json::object request;
      if (!call.body.empty()) {
        ATELIER_TRY(request, ParseJsonObject(call.body));
      }
      ATELIER_CHECK((this->*begin)(request));
      return Accepted();
    });
  };
  auto stop = [&](std::unique_ptr<LongTask> Maintenance::* task) {
    return administrators([this, task](const api::PlatformCall&) -> Result<Response> {
      (this->*task)->Stop();
      return Response::Json(202, CompactJson((this->*task)->Status()));
    });
  };
  auto show_verification = administrators([this](const api::PlatformCall& call) -> Result<Response> {
    ATELIER_TRY(auto status, VerificationStatus(call.request.query.Get("damage").value_or("") == "true"));
    return Response::Json(200, CompactJson(status));
  });
  auto show_backup = administrators([this](const api::PlatformCall&) -> Result<Response> {
    return Response::Json(200, CompactJson(json::object{{"backup", backup_->Status()}}));
  });
  return {Route("POST", kVerification, "StartVerification", start(&Maintenance::StartVerification)),
          Route("GET", kVerification, "ShowVerification", show_verification),
          Route("DELETE", kVerification, "StopVerification", stop(&Maintenance::verification_)),
          Route("POST", kBackup, "StartBackup", start(&Maintenance::StartBackup)),
          Route("GET", kBackup, "ShowBackup", show_backup),
          Route("DELETE", kBackup, "StopBackup", stop(&Maintenance::backup_))};
}

void Maintenance::AddGauges(observe::Metrics& metrics) {
  const object_store::BlobHealth& health = *data_.health;
  metrics.AddGauge("atelier_object_store_verified_bytes", "Stored bytes read and compared since the start.",
                   [&health] { return static_cast<double>(health.verified_bytes()); });
  metrics.AddGauge("atelier_object_store_damaged_blobs", "Stored blobs that are known to be damaged.",
                   [&health] { return static_cast<double>(health.damaged_blobs()); });
}

}  // namespace atelier::app
