// XML shapes of listings: objects (v1, v2, versions), uploads, parts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/object_store/call.h"
#include "api/object_store/xml_bucket.h"
#include "api/object_store/xml_document.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

// Keys and their like: as they are, or percent-encoded when the client asked for encoding-type=url.
class KeyEncoding {
 public:
  static Result<KeyEncoding> Parse(std::optional<std::string_view> encoding_type);
  bool url() const { return url_; }
  std::string operator()(std::string_view text) const;

 private:
  bool url_ = false;
};

struct ObjectListShape {
  auth::Dialect dialect = auth::Dialect::kS3;
  std::string region, bucket;
  Owner owner;
  KeyEncoding encoding;
  std::string prefix, delimiter;
  std::size_t max_keys = 1000;
  object_store::ListPage page;

  // v1
  std::string marker;
  // v2
  std::optional<std::string> continuation_token, start_after;
  bool fetch_owner = false;
  std::string next_token;
};
XmlDocument RenderObjectListV1(const ObjectListShape& list);
XmlDocument RenderObjectListV2(const ObjectListShape& list);

struct VersionListShape {
  ObjectListShape list;  // all but its page
  std::string key_marker, version_id_marker;
  object_store::VersionPage page;
};
XmlDocument RenderVersionList(const VersionListShape& shape);

struct UploadListShape {
  auth::Dialect dialect = auth::Dialect::kS3;
  std::string region, bucket;
  Owner owner;
  KeyEncoding encoding;
  std::string prefix, delimiter, key_marker, upload_id_marker;
  std::size_t max_uploads = 1000;
  std::vector<object_store::MultipartUpload> uploads;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_key, next_upload_id;
};
XmlDocument RenderUploadList(const UploadListShape& list);

struct PartListShape {
  auth::Dialect dialect = auth::Dialect::kS3;
  std::string region;
  Owner owner;
  KeyEncoding encoding;
  object_store::MultipartUpload upload;
  int after = 0;
  std::size_t max_parts = 1000;
  std::vector<object_store::PartRecord> parts;
  bool truncated = false;
};
XmlDocument RenderPartList(const PartListShape& list);

}  // namespace atelier::api::s3
