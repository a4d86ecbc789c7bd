// All operations that are served, by file. Each turns a Call into a Response and never writes to the socket.
#pragma once

#include <string>

#include "api/object_store/call.h"
#include "base/error.h"
#include "base/task.h"
#include "http/message.h"

namespace atelier::api::s3 {

// bucket.cc
Result<http::Response> ListBuckets(const Call& call);
Result<http::Response> CreateBucket(const Call& call, const std::string& body);
Result<http::Response> HeadBucket(const Call& call);
Result<http::Response> DeleteBucket(const Call& call);
Result<http::Response> GetBucketLocation(const Call& call);
Result<http::Response> GetBucketStorageInfo(const Call& call);

// access_settings.cc
Result<http::Response> GetBucketAcl(const Call& call);
Result<http::Response> GetObjectAcl(const Call& call);
Result<http::Response> GetBucketPolicy(const Call& call);
Result<http::Response> DeleteBucketPolicy(const Call& call);
Result<http::Response> GetBucketPolicyStatus(const Call& call);
Result<http::Response> GetPublicAccessBlock(const Call& call);
Result<http::Response> DeletePublicAccessBlock(const Call& call);
Result<http::Response> GetOwnershipControls(const Call& call);
Result<http::Response> DeleteOwnershipControls(const Call& call);
Result<http::Response> PutBucketAcl(const Call& call, const std::string& body);
Result<http::Response> PutObjectAcl(const Call& call, const std::string& body);
Result<http::Response> PutBucketPolicy(const Call& call, const std::string& body);
Result<http::Response> PutPublicAccessBlock(const Call& call, const std::string& body);
Result<http::Response> PutOwnershipControls(const Call& call, const std::string& body);

// bucket_settings.cc
Result<http::Response> GetVersioning(const Call& call);
Result<http::Response> GetLifecycle(const Call& call);
Result<http::Response> DeleteLifecycle(const Call& call);
Result<http::Response> GetCors(const Call& call);
Result<http::Response> DeleteCors(const Call& call);
Result<http::Response> AnswerPreflight(const Call& call);
Result<http::Response> GetBucketTagging(const Call& call);
Result<http::Response> DeleteBucketTagging(const Call& call);
Result<http::Response> GetQuota(const Call& call);
Result<http::Response> GetBucketStorageClass(const Call& call);
Result<http::Response> GetBucketStoragePolicy(const Call& call);
Result<http::Response> GetRequestPayment(const Call& call);
Result<http::Response> PutVersioning(const Call& call, const std::string& body);
Result<http::Response> PutLifecycle(const Call& call, const std::string& body);
Result<http::Response> PutCors(const Call& call, const std::string& body);
Result<http::Response> PutBucketTagging(const Call& call, const std::string& body);
Result<http::Response> PutEncryption(const Call& call, const std::string& body);
Result<http::Response> PutQuota(const Call& call, const std::string& body);
Result<http::Response> SetBucketStorageClass(const Call& call, const std::string& body);
Result<http::Response> SetBucketStoragePolicy(const Call& call, const std::string& body);
Result<http::Response> PutRequestPayment(const Call& call, const std::string& body);
Result<http::Response> PutLogging(const Call& call, const std::string& body);
Result<http::Response> PutNotification(const Call& call, const std::string& body);

// object_tagging.cc
Result<http::Response> GetObjectTagging(const Call& call);
Result<http::Response> PutObjectTagging(const Call& call, const std::string& body);
Result<http::Response> DeleteObjectTagging(const Call& call);

// settings.cc: what cannot be set has a documented answer; removing it succeeds.
Result<http::Response> GetEncryption(const Call& call);
Result<http::Response> GetWebsite(const Call& call);
Result<http::Response> GetLogging(const Call& call);
Result<http::Response> GetNotification(const Call& call);
Result<http::Response> GetReplication(const Call& call);
Result<http::Response> GetObjectLock(const Call& call);
Result<http::Response> GetAccelerate(const Call& call);
Result<http::Response> GetCustomDomains(const Call& call);
Result<http::Response> RemoveUnsetBucketSetting(const Call& call);

// list_objects.cc
Result<http::Response> ListObjects(const Call& call);
Result<http::Response> ListObjectsV2(const Call& call);
Result<http::Response> ListObjectVersions(const Call& call);

// object_get.cc, object_put.cc, object_post.cc, object_append.cc, object_copy.cc, object_metadata.cc, object_delete.cc
Result<http::Response> GetObject(const Call& call);
Result<http::Response> HeadObject(const Call& call);
Task<Result<http::Response>> PutObject(Call& call);
Task<Result<http::Response>> PostObject(Call& call);
Task<Result<http::Response>> AppendObject(Call& call);
Result<http::Response> CopyObject(const Call& call);
Result<http::Response> SetObjectMetadata(const Call& call);
Result<http::Response> GetObjectAttributes(const Call& call);
Result<http::Response> DeleteObject(const Call& call);
Result<http::Response> DeleteObjects(const Call& call, const std::string& body);

// multipart_create.cc, multipart_part.cc, multipart_list.cc, multipart_complete.cc
Result<http::Response> CreateMultipartUpload(const Call& call);
Result<http::Response> AbortMultipartUpload(const Call& call);
Task<Result<http::Response>> UploadPart(Call& call);
Result<http::Response> UploadPartCopy(const Call& call);
Result<http::Response> ListParts(const Call& call);
Result<http::Response> ListMultipartUploads(const Call& call);
Result<http::Response> CompleteMultipartUpload(const Call& call, const std::string& body);

}  // namespace atelier::api::s3
