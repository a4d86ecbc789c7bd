// POST of an object: a browser's form upload.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "api/object_store/authorisation.h"
#include "api/object_store/body_intake.h"
#include "api/object_store/body_pipeline.h"
#include "api/object_store/checksums.h"
#include "api/object_store/controllers.h"
#include "api/object_store/headers.h"
#include "api/object_store/post_fields.h"
#include "api/object_store/post_form.h"
#include "api/object_store/quota_check.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_document.h"
#include "api/object_store/xml_tagging.h"
#include "base/strings.h"
#include "iam/authorization.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectKey;
using object_store::ObjectRecord;

constexpr std::size_t kFieldBlock = 16 * 1024;  // at most this much of the file is held before it is stored
constexpr std::uint64_t kAroundFile = 1 << 20;  // fields, boundaries and what follows the file
constexpr std::uint64_t kFormLimit = kSinglePutLimit + kAroundFile;

std::unexpected<Error> TooLarge(std::uint64_t most) {
  return InvalidArgument(fmt::format("Your proposed upload exceeds the maximum allowed size of {} bytes", most),
                         "EntityTooLarge");
}

// What can be said before the body is read.
Result<std::string> BoundaryOf(const Call& call) {
  ATELIER_CHECK(RequireBodyLength(call));
  std::string_view type = call.Header("Content-Type").value_or("");
  if (!StartsWithIgnoreCase(type, "multipart/form-data")) {
    return InvalidArgument(
        fmt::format("Bucket POST must be of the enclosure-type multipart/form-data, not \"{}\"", type),
        "RequestIsNotMultiPartContent");
  }
  if (call.identity.principal) {
    return InvalidArgument(
        "A form upload is signed by its fields (policy, signature), not by a header or the query: leave those out",
        "InvalidArgument");
  }
  if (call.request.content_length.value_or(0) > kFormLimit) return TooLarge(kSinglePutLimit);
  auto boundary = http::BoundaryOf(type);
  if (!boundary) return InvalidArgument(std::move(boundary).error().message, "MalformedPOSTRequest");
  return boundary;
}

Task<Result<void>> ReadFields(http::BodyReader& body, PostForm& form) {
  std::vector<std::byte> block(kFieldBlock);
  while (!form.at_file()) {
    ATELIER_CO_TRY(std::size_t count, co_await body.Read(block));
    if (count == 0) co_return form.Finish();
    ATELIER_CO_CHECK(form.Feed({reinterpret_cast<const char*>(block.data()), count}));
  }
  co_return Result<void>();
}

// Fills in who asks, and the key. Returns how large the file may be.
Result<auth::LengthRange> Identify(Call& call, const auth::FormFields& fields) {
  auto key = fields.find("key");
  if (key == fields.end() || key->second.empty()) {
    return InvalidArgument(
        "Bucket POST must contain a field named 'key', with the name of the object. If it is specified, please check "
        "the order of the fields: it must come before the file.",
        "UserKeyMustBeSpecified");
  }
  call.address.key = key->second;
  ATELIER_TRY(auth::FormIdentity form, call.surface.authenticator.AuthenticateForm(fields, call.bucket()));
  call.identity = std::move(form.identity);
  call.identity.dialect = call.dialect;
  // Anonymous speaks for no project: the store decides what such a caller may do.
  call.caller.project_id = call.identity.principal ? call.identity.principal->project_id : "";
  form.file_length.most = std::min(form.file_length.most, kSinglePutLimit);
  return form.file_length;
}

// Tags as the header of a PUT has them.
std::string TagHeader(const object_store::Tags& tags) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : tags)
    pairs.push_back(PercentEncode(name, /*keep_slash=*/false) + "=" + PercentEncode(value, /*keep_slash=*/false));
  return Join(pairs, "&");
}

// The PUT that the form stands for: so that every header means the same in both.
Result<http::Request> AsPut(const Call& call, const auth::FormFields& fields) {
  http::Request put;
  put.method = "PUT";
  put.request_id = call.request.request_id;
  put.remote_address = call.request.remote_address;
  ATELIER_TRY(put.headers, HeadersOf(fields, call.prefix()));
  for (const char* name : {"Host", "Origin", "Referer", "User-Agent"}) {
    if (auto value = call.Header(name)) put.headers.Set(name, std::string(*value));
  }
  if (auto tagging = fields.find("tagging"); tagging != fields.end()) {
    ATELIER_TRY(auto tags, ParseTagging(tagging->second, object_store::Tagged::kObject));
    put.headers.Set(fmt::format("{}tagging", call.prefix()), TagHeader(tags));
  }
  return put;
}

Call WithRequest(const Call& call, const http::Request& request) {
  return {.surface = call.surface,
          .exchange = call.exchange,
          .request = request,
          .dialect = call.dialect,
          .huawei_sdk = call.huawei_sdk,
          .address = call.address,
          .identity = call.identity,
          .caller = call.caller,
          .view = call.view};
}

// The file on its way into the store. Every function runs on the pool.
class FileUpload {
 public:
  FileUpload(const Call& put, PostForm& form, auth::LengthRange allowed) : put_(put), form_(form), allowed_(allowed) {}

  // From the headers, before anything is stored.
  Result<void> Plan() {
    ATELIER_CHECK(RefuseUnservedHeaders(put_));
    ATELIER_TRY(attributes_, AttributesOf(put_));
    ATELIER_TRY(plan_, PlanBody(put_, kSinglePutLimit));
    return {};
  }
  Result<void> Open() {
    ATELIER_TRY(ObjectKey key, ObjectKey::Parse(put_.key()));
    ATELIER_CHECK(CheckQuota(put_, put_.exchange.request().content_length.value_or(0)));
    ATELIER_TRY(writer_, put_.objects().Put(put_.caller, put_.bucket(), key, attributes_, plan_.digests));
    return form_.SendFileTo([this](std::string_view bytes) { return Store(bytes); });
  }
  // The next bytes of the form.
  Result<void> Feed(std::string_view bytes) {
    received_ += bytes.size();
    if (received_ > kFormLimit) return TooLarge(kSinglePutLimit);
    return form_.Feed(bytes);
  }
  // The form's own reader hands the file on, so that nothing is left for the later stages.
  BodyStages Stages() {
    BodyStages stages;
    stages.decode = [this](std::span<std::byte> block) -> Result<std::string_view> {
      ATELIER_CHECK(Feed({reinterpret_cast<const char*>(block.data()), block.size()}));
      return std::string_view();
    };
    stages.digest = [](std::string_view) {};
    stages.write = [](std::string_view) -> Result<void> { return {}; };
    return stages;
  }
  Result<ObjectRecord> Commit() {
    ATELIER_CHECK(form_.Finish());
    if (stored_ < allowed_.least) {
      return InvalidArgument(
          fmt::format("Your proposed upload of {} bytes is smaller than the minimum allowed size of {}", stored_,
                      allowed_.least),
          "EntityTooSmall");
    }
    return writer_->Commit(plan_.expected, {});
  }

 private:
  Result<void> Store(std::string_view bytes) {
    stored_ += bytes.size();
    if (stored_ > allowed_.most) return TooLarge(allowed_.most);
    return writer_->Append(bytes);
  }

  const Call& put_;
  PostForm& form_;
  const auth::LengthRange allowed_;
  object_store::ObjectAttributes attributes_;
  BodyPlan plan_;
  std::unique_ptr<object_store::ObjectWriter> writer_;
  std::uint64_t received_ = 0;
  std::uint64_t stored_ = 0;
};

Response Answer(const Call& call, const auth::FormFields& fields, const ObjectRecord& record) {
  PostAnswer answer = AnswerOf(fields);
  Response response = Response::Empty(answer.status);
  if (answer.status == 201) {
    XmlDocument document("PostResponse");
    AddText(document.root(), "Location", LocationOf(call));
    AddText(document.root(), "Bucket", record.bucket);
    AddText(document.root(), "Key", record.key);
    AddText(document.root(), "ETag", QuotedEtag(record.etag));
    response = XmlResponse(document);
    response.status = answer.status;
  }
  response.headers.Set("ETag", QuotedEtag(record.etag));
  response.headers.Set("Location", answer.redirect
                                       ? RedirectTarget(*answer.redirect, record.bucket, record.key, record.etag)
                                       : LocationOf(call));
  AddChecksumHeaders(record.checksums, record.part_sizes.size(), call.dialect, response.headers);
  AddNewVersionHeader(call, record.version_id, response.headers);
  return response;
}

}  // namespace

Task<Result<Response>> PostObject(Call& call) {
  ATELIER_CO_TRY(std::string boundary, BoundaryOf(call));
  PostForm form(boundary);
  Result<void> read = co_await ReadFields(call.exchange.body(), form);
  call.dialect = auth::DialectOfForm(form.fields(), call.dialect);  // errors, too, are told in it
  ATELIER_CO_CHECK(read);
  ATELIER_CO_TRY(auth::LengthRange allowed, Identify(call, form.fields()));
  ATELIER_CO_TRY(http::Request request, AsPut(call, form.fields()));
  Call put = WithRequest(call, request);
  // A policy's conditions are about the fields as they are about the headers of a PUT.
  auto authorise = [&]() -> Result<void> {
    if (put.identity.principal)
      ATELIER_CHECK(iam::Authorize(*put.identity.principal, {iam::Operation::kWrite, iam::Scope::kProject}));
    return Authorise(put, "PostObject");
  };
  ATELIER_CO_CHECK(co_await call.exchange.Offload(authorise));

  FileUpload upload(put, form, allowed);
  ATELIER_CO_CHECK(upload.Plan());
  auto open = [&] { return upload.Open(); };
  ATELIER_CO_CHECK(co_await call.exchange.Offload(open));
  const BodyStages stages = upload.Stages();
  ATELIER_CO_CHECK(co_await StreamBody(call.exchange, stages));
  auto commit = [&]() -> Result<Response> {
    ATELIER_TRY(ObjectRecord record, upload.Commit());
    return Answer(put, form.fields(), record);
  };
  co_return co_await call.exchange.Offload(commit);
}

}  // namespace atelier::api::s3
