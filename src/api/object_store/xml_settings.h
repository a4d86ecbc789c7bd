// The small settings of a bucket, in and out: default encryption, ownership controls, quota, storage class, who pays;
// and those that can only be off. Every reader fails with MalformedXML for what its schema does not have.
#pragma once

#include <string>

#include "access/ownership.h"
#include "api/object_store/xml_document.h"
#include "base/error.h"
#include "object_store/encryption.h"
#include "object_store/quota.h"

namespace atelier::api::s3 {

// What is asked for; whether it is served is for the caller to say. InvalidArgument: a KMS key without KMS.
Result<object_store::DefaultEncryption> ParseEncryption(const std::string& body);
// OBS says "kms" for "aws:kms".
XmlDocument RenderEncryption(auth::Dialect dialect, const std::string& region,
                             const object_store::DefaultEncryption& encryption);

Result<access::Ownership> ParseOwnership(const std::string& body);
XmlDocument RenderOwnership(auth::Dialect dialect, const std::string& region, access::Ownership ownership);

// OBS's ?quota; InvalidArgument below 0.
Result<object_store::Quota> ParseQuota(const std::string& body);
XmlDocument RenderQuota(auth::Dialect dialect, const std::string& region, const object_store::Quota& quota);

// The class of a bucket's new objects, in S3's word: OBS's ?storageClass, and ?storagePolicy of OBS SDKs that sign the
// AWS way. InvalidStorageClass.
Result<std::string> ParseBucketStorageClass(const std::string& body);
XmlDocument RenderBucketStorageClass(auth::Dialect dialect, const std::string& region,
                                     const std::string& storage_class);
Result<std::string> ParseStoragePolicy(const std::string& body);
XmlDocument RenderStoragePolicy(auth::Dialect dialect, const std::string& region, const std::string& storage_class);

enum class Payer { kBucketOwner, kRequester };
Result<Payer> ParseRequestPayment(const std::string& body);
XmlDocument RenderRequestPayment(auth::Dialect dialect, const std::string& region, Payer payer);

// Bodies that turn the setting off; Unimplemented for those that turn it on, for nothing would be logged or sent.
Result<void> ParseLoggingOff(const std::string& body);
Result<void> ParseNotificationOff(const std::string& body);

}  // namespace atelier::api::s3
