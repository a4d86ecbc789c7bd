// What the conditions of a policy may ask about one request. The surface that received the request fills it, so that
// evaluating a policy knows no protocol.
//
// Keys are S3's names in any case; a key that does not apply to the request is left out (a condition may test that).
// Expected:
//
//   every request     aws:SourceIp ("192.0.2.7"), aws:SecureTransport ("true"/"false"), aws:CurrentTime (ISO 8601 in
//   UTC),
//                     aws:EpochTime (seconds), aws:UserAgent and aws:Referer (when sent), s3:TlsVersion (when TLS)
//   signed requests   aws:username, aws:userid, s3:signatureversion ("AWS" for V2 and OBS, "AWS4-HMAC-SHA256"),
//                     s3:authType ("REST-HEADER", "REST-QUERY-STRING", "POST"), s3:signatureAge (milliseconds; V4 URLs)
//   listings          s3:prefix, s3:delimiter, s3:max-keys (as sent)
//   headers sent      s3:x-amz-acl, s3:x-amz-copy-source, s3:x-amz-metadata-directive, s3:x-amz-storage-class,
//                     s3:x-amz-server-side-encryption, s3:x-amz-server-side-encryption-aws-kms-key-id,
//                     s3:x-amz-grant-read, -write, -read-acp, -write-acp, -full-control, s3:x-amz-content-sha256;
//                     the same keys for the x-obs- headers; s3:if-match, s3:if-none-match (of writes)
//   versions          s3:VersionId, when the request names one
//   tags              s3:ExistingObjectTag/<name> for each tag of the object; s3:RequestObjectTag/<name> for each tag
//                     sent, and s3:RequestObjectTagKeys once for each of their names
//
// condition_keys.cc has the other spellings that policies may use, and the keys that are never there.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"

namespace atelier::access {

class ConditionContext {
 public:
  void Add(std::string_view key, std::string value) { values_[ToLower(key)].push_back(std::move(value)); }

  // The values of a key written in lower case, at least one; nullptr when the request has no such key.
  const std::vector<std::string>* Find(std::string_view lower_key) const {
    auto found = values_.find(lower_key);
    return found == values_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace atelier::access
