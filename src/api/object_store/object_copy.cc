// Copy of an object; no bytes move, though those of an object in parts are read.
#include <fmt/format.h>

#include <utility>

#include "api/object_store/authorisation.h"
#include "api/object_store/checksums.h"
#include "api/object_store/conditions.h"
#include "api/object_store/controllers.h"
#include "api/object_store/copy_source.h"
#include "api/object_store/headers.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_document.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectRecord;

Result<bool> ReplacesMetadata(const Call& call) {
  std::string_view directive = call.Prefixed("metadata-directive").value_or("COPY");
  if (EqualsIgnoreCase(directive, "COPY")) return false;
  if (EqualsIgnoreCase(directive, "REPLACE")) return true;
  return InvalidArgument(fmt::format("the metadata directive must be COPY or REPLACE, not \"{}\"", directive),
                         "InvalidArgument");
}

Result<bool> ReplacesTags(const Call& call) {
  std::string_view directive = call.Prefixed("tagging-directive").value_or("COPY");
  if (EqualsIgnoreCase(directive, "COPY")) return false;
  if (EqualsIgnoreCase(directive, "REPLACE")) return true;
  return InvalidArgument(fmt::format("the tagging directive must be COPY or REPLACE, not \"{}\"", directive),
                         "InvalidArgument");
}

// What the copy shall carry in place of the source's attributes, if anything.
Result<std::optional<object_store::ObjectAttributes>> ReplacementFor(const Call& call, const CopySource& source,
                                                                     const object_store::ObjectAttributes& given) {
  ATELIER_TRY(bool replaces, ReplacesMetadata(call));
  if (replaces) return given;
  bool same = source.bucket == call.bucket() && source.key == call.key() && !source.version;
  bool changes_class = call.Prefixed("storage-class").has_value();
  if (same && !changes_class && !call.obs()) {
    return InvalidArgument(
        "a copy of an object onto itself must change something: its metadata (directive REPLACE) or its "
        "storage class",
        "InvalidRequest");
  }
  if (!changes_class) return std::nullopt;
  ATELIER_TRY(ObjectRecord record, call.objects().Head(call.caller, source.bucket, source.key, source.version));
  record.attributes.storage_class = given.storage_class;
  return std::move(record.attributes);
}

Response CopyResponse(const Call& call, const ObjectRecord& record) {
  XmlDocument document("CopyObjectResult", call.dialect, call.region());
  AddText(document.root(), "LastModified", FormatIso8601(record.last_modified));
  AddText(document.root(), "ETag", QuotedEtag(record.etag));
  for (const object_store::Checksum& checksum : record.checksums) {
    AddText(document.root(), NameOf(checksum.kind).element, ChecksumText(checksum, record.part_sizes.size()));
  }
  return XmlResponse(document);
}

}  // namespace

Result<Response> CopyObject(const Call& call) {
  ATELIER_TRY(CopySource source, ParseCopySource(*call.Prefixed("copy-source")));
  ATELIER_CHECK(object_store::ObjectKey::Parse(call.key()));
  object_store::CopyRequest copy;
  ATELIER_CHECK(AuthoriseOther(call, "GetObject", {source.bucket, source.key, source.version}));
  ATELIER_TRY(auto source_view, call.surface.views->Find(source.bucket));
  ATELIER_TRY(object_store::ObjectAttributes given, AttributesOf(call));
  auto replacement = ReplacementFor(call, source, given);
  if (!replacement) return CopyFailed(std::move(replacement).error());
  copy.replace = *std::move(replacement);
  ATELIER_TRY(bool replaces_tags, ReplacesTags(call));
  if (replaces_tags) copy.replace_tags = given.tags;
  copy.acl = given.acl;
  ATELIER_TRY(copy.conditions, WriteConditionsOf(call.request.headers));
  copy.source_bucket = source.bucket;
  copy.source_key = source.key;
  copy.source_version = source.version;
  copy.target_bucket = call.bucket();
  copy.target_key = call.key();
  std::string source_version;
  copy.check_source = [&](const ObjectRecord& record) -> Result<void> {
    source_version = record.version_id;
    ATELIER_CHECK(CheckObjectOwner(call, "GetObject", *source_view, record));
    return CheckCopyConditions(call, record);
  };
  auto copied = call.objects().Copy(call.caller, copy);
  if (!copied) return CopyFailed(std::move(copied).error());
  const ObjectRecord& record = *copied;
  Response response = CopyResponse(call, record);
  AddNewVersionHeader(call, record.version_id, response.headers);
  if (!source_version.empty() || source.version)
    response.headers.Set(fmt::format("{}copy-source-version-id", call.prefix()), ShownVersion(source_version));
  return response;
}

}  // namespace atelier::api::s3
