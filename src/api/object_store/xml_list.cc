#include "api/object_store/xml_list.h"

#include <fmt/format.h>

#include "api/object_store/checksums.h"
#include "api/object_store/headers.h"
#include "api/object_store/storage_class_words.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_bucket.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using object_store::ObjectRecord;

void AddChecksumKind(pugi::xml_node node, DigestKind kind, bool composite) {
  AddText(node, "ChecksumAlgorithm", NameOf(kind).algorithm);
  AddText(node, "ChecksumType", composite ? "COMPOSITE" : "FULL_OBJECT");
}

// Others may have written into the bucket.
Owner OwnerIn(const Owner& of_bucket, const object_store::ObjectAttributes& attributes) {
  const std::string& writer = attributes.owner_id;
  return writer.empty() || writer == of_bucket.id ? of_bucket : Owner{writer, ""};
}

// The elements that <Contents> and <Version> share, from LastModified on.
void AddObjectFacts(pugi::xml_node node, const ObjectListShape& list, const ObjectRecord& object, bool with_owner) {
  AddText(node, "LastModified", FormatIso8601(object.last_modified));
  AddText(node, "ETag", QuotedEtag(object.etag));
  if (list.dialect == auth::Dialect::kS3) {
    for (const object_store::Checksum& checksum : object.checksums)
      AddChecksumKind(node, checksum.kind, checksum.composite);
  }
  AddNumber(node, "Size", object.size);
  if (with_owner) AddOwner(node, "Owner", list.dialect, OwnerIn(list.owner, object.attributes));
  AddText(node, "StorageClass", StorageClassFor(list.dialect, object.attributes.storage_class));
  if (list.dialect == auth::Dialect::kObs && object.appends > 0) AddText(node, "Type", "Appendable");
}

void AddContents(pugi::xml_node root, const ObjectListShape& list, bool with_owner) {
  for (const ObjectRecord& object : list.page.objects) {
    pugi::xml_node node = AddElement(root, "Contents");
    AddText(node, "Key", list.encoding(object.key));
    AddObjectFacts(node, list, object, with_owner);
  }
}

void AddCommonPrefixes(pugi::xml_node root, const KeyEncoding& encoding, const std::vector<std::string>& prefixes) {
  for (const std::string& prefix : prefixes) AddText(AddElement(root, "CommonPrefixes"), "Prefix", encoding(prefix));
}

void AddEncodingType(pugi::xml_node root, const KeyEncoding& encoding) {
  if (encoding.url()) AddText(root, "EncodingType", "url");
}

// What every listing of objects begins with; an empty Prefix is shown, for some clients look it up.
void AddObjectListHead(pugi::xml_node root, const ObjectListShape& list, bool truncated) {
  AddText(root, "Name", list.bucket);
  AddText(root, "Prefix", list.encoding(list.prefix));
  if (!list.delimiter.empty()) AddText(root, "Delimiter", list.encoding(list.delimiter));
  AddNumber(root, "MaxKeys", list.max_keys);
  AddEncodingType(root, list.encoding);
  AddBool(root, "IsTruncated", truncated);
}

}  // namespace

Result<KeyEncoding> KeyEncoding::Parse(std::optional<std::string_view> encoding_type) {
  KeyEncoding encoding;
  if (!encoding_type || encoding_type->empty()) return encoding;
  if (!EqualsIgnoreCase(*encoding_type, "url")) {
    return InvalidArgument(fmt::format("encoding-type can only be url, not \"{}\"", *encoding_type), "InvalidArgument");
  }
  encoding.url_ = true;
  return encoding;
}

// A space becomes %20 and a plus %2B, so that both percent-decoders and form-decoders read them back.
std::string KeyEncoding::operator()(std::string_view text) const {
  return url_ ? PercentEncode(text, /*keep_slash=*/true) : std::string(text);
}

XmlDocument RenderObjectListV1(const ObjectListShape& list) {
  XmlDocument document("ListBucketResult", list.dialect, list.region);
  pugi::xml_node root = document.root();
  AddObjectListHead(root, list, list.page.truncated);
  AddText(root, "Marker", list.encoding(list.marker));
  if (list.page.truncated) AddText(root, "NextMarker", list.encoding(list.page.next_after));
  AddContents(root, list, /*with_owner=*/true);
  AddCommonPrefixes(root, list.encoding, list.page.common_prefixes);
  return document;
}

XmlDocument RenderObjectListV2(const ObjectListShape& list) {
  XmlDocument document("ListBucketResult", list.dialect, list.region);
  pugi::xml_node root = document.root();
  AddObjectListHead(root, list, list.page.truncated);
  AddNumber(root, "KeyCount", list.page.objects.size() + list.page.common_prefixes.size());
  if (list.continuation_token) AddText(root, "ContinuationToken", *list.continuation_token);
  if (list.page.truncated) AddText(root, "NextContinuationToken", list.next_token);
  if (list.start_after) AddText(root, "StartAfter", list.encoding(*list.start_after));
  AddContents(root, list, list.fetch_owner);
  AddCommonPrefixes(root, list.encoding, list.page.common_prefixes);
  return document;
}

XmlDocument RenderVersionList(const VersionListShape& shape) {
  const ObjectListShape& list = shape.list;
  const object_store::VersionPage& page = shape.page;
  XmlDocument document("ListVersionsResult", list.dialect, list.region);
  pugi::xml_node root = document.root();
  AddObjectListHead(root, list, page.truncated);
  AddText(root, "KeyMarker", list.encoding(shape.key_marker));
  AddText(root, "VersionIdMarker", shape.version_id_marker);
  if (page.truncated) {
    AddText(root, "NextKeyMarker", list.encoding(page.next_key));
    if (page.next_version) AddText(root, "NextVersionIdMarker", ShownVersion(*page.next_version));
  }
  for (const ObjectRecord& version : page.versions) {
    pugi::xml_node node = AddElement(root, version.delete_marker ? "DeleteMarker" : "Version");
    AddText(node, "Key", list.encoding(version.key));
    AddText(node, "VersionId", ShownVersion(version.version_id));
    AddBool(node, "IsLatest", version.latest);
    if (version.delete_marker) {
      AddText(node, "LastModified", FormatIso8601(version.last_modified));
      AddOwner(node, "Owner", list.dialect, OwnerIn(list.owner, version.attributes));
    } else {
      AddObjectFacts(node, list, version, /*with_owner=*/true);
    }
  }
  AddCommonPrefixes(root, list.encoding, page.common_prefixes);
  return document;
}

XmlDocument RenderUploadList(const UploadListShape& list) {
  XmlDocument document("ListMultipartUploadsResult", list.dialect, list.region);
  pugi::xml_node root = document.root();
  AddText(root, "Bucket", list.bucket);
  AddText(root, "KeyMarker", list.encoding(list.key_marker));
  AddText(root, "UploadIdMarker", list.upload_id_marker);
  if (list.truncated) {
    AddText(root, "NextKeyMarker", list.encoding(list.next_key));
    AddText(root, "NextUploadIdMarker", list.next_upload_id);
  }
  if (!list.delimiter.empty()) AddText(root, "Delimiter", list.encoding(list.delimiter));
  AddText(root, "Prefix", list.encoding(list.prefix));
  AddEncodingType(root, list.encoding);
  AddNumber(root, "MaxUploads", list.max_uploads);
  AddBool(root, "IsTruncated", list.truncated);
  for (const object_store::MultipartUpload& upload : list.uploads) {
    pugi::xml_node node = AddElement(root, "Upload");
    AddText(node, "Key", list.encoding(upload.key));
    AddText(node, "UploadId", upload.upload_id);
    Owner owner = OwnerIn(list.owner, upload.attributes);
    AddOwner(node, "Initiator", list.dialect, owner);
    AddOwner(node, "Owner", list.dialect, owner);
    AddText(node, "StorageClass", StorageClassFor(list.dialect, upload.attributes.storage_class));
    AddText(node, "Initiated", FormatIso8601(upload.initiated));
    if (upload.checksum_kind && list.dialect == auth::Dialect::kS3) {
      AddChecksumKind(node, *upload.checksum_kind, upload.checksum_composite);
    }
  }
  AddCommonPrefixes(root, list.encoding, list.common_prefixes);
  return document;
}

XmlDocument RenderPartList(const PartListShape& list) {
  XmlDocument document("ListPartsResult", list.dialect, list.region);
  pugi::xml_node root = document.root();
  const object_store::MultipartUpload& upload = list.upload;
  AddText(root, "Bucket", upload.bucket);
  AddText(root, "Key", list.encoding(upload.key));
  AddText(root, "UploadId", upload.upload_id);
  Owner owner = OwnerIn(list.owner, upload.attributes);
  AddOwner(root, "Initiator", list.dialect, owner);
  AddOwner(root, "Owner", list.dialect, owner);
  AddText(root, "StorageClass", StorageClassFor(list.dialect, upload.attributes.storage_class));
  AddNumber(root, "PartNumberMarker", static_cast<std::uint64_t>(list.after));
  AddNumber(root, "NextPartNumberMarker",
            static_cast<std::uint64_t>(list.parts.empty() ? list.after : list.parts.back().number));
  AddNumber(root, "MaxParts", list.max_parts);
  AddEncodingType(root, list.encoding);
  AddBool(root, "IsTruncated", list.truncated);
  if (upload.checksum_kind && list.dialect == auth::Dialect::kS3) {
    AddChecksumKind(root, *upload.checksum_kind, upload.checksum_composite);
  }
  for (const object_store::PartRecord& part : list.parts) {
    pugi::xml_node node = AddElement(root, "Part");
    AddNumber(node, "PartNumber", static_cast<std::uint64_t>(part.number));
    AddText(node, "LastModified", FormatIso8601(part.last_modified));
    AddText(node, "ETag", QuotedEtag(part.etag));
    AddNumber(node, "Size", part.size);
    if (part.checksum) AddText(node, NameOf(part.checksum->kind).element, ChecksumText(*part.checksum, 0));
  }
  return document;
}

}  // namespace atelier::api::s3
