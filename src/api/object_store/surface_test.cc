// The whole surface without sockets: signed requests in, responses out, over the real store with its index in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <exception>
#include <memory>

#include "api/object_store/object_store_surface.h"
#include "auth/signer.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/strings.h"
#include "base/worker_pool.h"
#include "iam/testing/memory_identity_repository.h"
#include "object_store/blob_store.h"
#include "object_store/testing/memory_index.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

constexpr std::string_view kUnsigned = "UNSIGNED-PAYLOAD";

// Gives a body in pieces, and an error in the place of its end when it is cut short.
class PiecewiseBody final : public http::BodyReader {
 public:
  PiecewiseBody(std::string_view bytes, std::size_t piece, bool cut) : bytes_(bytes), piece_(piece), cut_(cut) {}

  Task<Result<std::size_t>> Read(std::span<std::byte> into) override {
    read_ = true;
    if (bytes_.empty() && cut_) co_return MakeError(ErrorKind::kCancelled, "the client is gone");
    std::size_t count = std::min({into.size(), piece_, bytes_.size()});
    std::memcpy(into.data(), bytes_.data(), count);
    bytes_.remove_prefix(count);
    co_return count;
  }
  std::optional<std::uint64_t> remaining() const override { return std::nullopt; }
  bool was_read() const { return read_; }

 private:
  std::string_view bytes_;
  std::size_t piece_;
  bool cut_;
  bool read_ = false;
};

struct Sent {
  std::string method = "GET";
  std::string target = "/";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  bool cut = false;
  std::string payload_hash = std::string(kUnsigned);
  std::string host = "127.0.0.1:9000";
};

class SurfaceTest : public testing::Test {
 protected:
  void SetUp() override {
    auto credentials = identities_.Bootstrap("home", "admin");
    ASSERT_TRUE(credentials && *credentials);
    keys_ = {(*credentials)->access_key, (*credentials)->secret_key};
    auto blobs = object_store::BlobStore::Open(directory_.path() / "blobs", index_);
    ASSERT_TRUE(blobs) << blobs.error().message;
    blobs_ = *std::move(blobs);
    objects_ = std::make_unique<object_store::ObjectService>(index_, *blobs_, clock_, "region-1");
    handler_ = MakeObjectStoreHandler(*objects_, authenticator_, {.region = "region-1", .base_domains = {}});
    ASSERT_EQ(Send({.method = "PUT", .target = "/bucket"}).status, 200);
  }

  // Signed the V4 way, or the OBS way when `obs`.
  http::Response Send(const Sent& sent, bool obs = false) {
    http::Request request;
    request.method = sent.method;
    request.target = sent.target;
    auto question = sent.target.find('?');
    request.path = sent.target.substr(0, question);
    request.raw_query = question == std::string::npos ? "" : sent.target.substr(question + 1);
    request.query = http::Query::Parse(request.raw_query);
    request.request_id = "0123456789abcdef0123456789abcdef";
    request.headers.Add("Host", sent.host);
    for (const auto& [name, value] : sent.headers) request.headers.Add(name, value);
    if (!request.headers.Has("Content-Length") && !request.headers.Has("Transfer-Encoding")) {
      request.content_length = sent.body.size();
    }
    request.chunked = request.headers.Has("Transfer-Encoding");
    obs ? SignObs(request)
        : auth::SignV4(request.headers, sent.method, sent.target, sent.payload_hash, keys_, "any", clock_.Now());
    body_ = std::make_unique<PiecewiseBody>(sent.body, 100'000, sent.cut);
    return Run(request);
  }

  http::Response Run(const http::Request& request) {
    http::Exchange exchange(request, *body_, pool_);
    std::optional<http::Response> response;
    auto done = [&](std::exception_ptr failure, http::Response answer) {
      if (failure) std::rethrow_exception(failure);
      response = std::move(answer);
    };
    boost::asio::co_spawn(io_, handler_(exchange), done);
    io_.restart();
    io_.run();
    return *std::move(response);
  }

  void SignObs(http::Request& request) {
    std::string date = FormatHttpDate(clock_.Now());
    request.headers.Add("Date", date);
    std::vector<std::string> lines;
    for (const auto& [name, value] : request.headers) {
      if (StartsWithIgnoreCase(name, "x-obs-")) lines.push_back(ToLower(name) + ":" + value + "\n");
    }
    std::ranges::sort(lines);
    std::string resource = request.path + (request.raw_query.empty() ? "" : "?" + request.raw_query);
    std::string text = request.method + "\n\n" + std::string(request.headers.Get("Content-Type").value_or("")) + "\n" +
                       date + "\n" + Join(lines, "") + resource;
    request.headers.Add("Authorization",
                        "OBS " + keys_.access_key + ":" + Base64Encode(HmacSha1(keys_.secret_key, text)));
  }

  static std::string Text(const http::Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
    std::string all;
    for (const http::FileExtent& extent : std::get<std::vector<http::FileExtent>>(response.body)) {
      all += PreadExactly(extent.file->get(), extent.offset, extent.length).value();
    }
    return all;
  }

  SystemClock clock_;
  TemporaryDirectory directory_;
  iam::MemoryIdentityRepository repository_;
  iam::IdentityService identities_{repository_, clock_, "region-1"};
  auth::ObjectStoreAuthenticator authenticator_{identities_, clock_};
  auth::KeyPair keys_;
  object_store::MemoryIndex index_;
  std::unique_ptr<object_store::BlobStore> blobs_;
  std::unique_ptr<object_store::ObjectService> objects_;
  boost::asio::io_context io_{1};  // outlives the pool: its threads post to it
  WorkerPool pool_{2, 16};
  http::Handler handler_;
  std::unique_ptr<PiecewiseBody> body_;
};

TEST_F(SurfaceTest, BodiesOfEverySizeComeBack) {
  for (std::size_t size : {0UL, 1UL, 128UL * 1024, 128UL * 1024 + 1, 256UL * 1024, 512UL * 1024, 1'000'001UL}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; i += 1000) body[i] = static_cast<char>('a' + i / 1000 % 26);
    http::Response put = Send({.method = "PUT", .target = "/bucket/k", .body = body});
    ASSERT_EQ(put.status, 200) << Text(put);
    EXPECT_EQ(put.action, "PutObject");
    EXPECT_EQ(put.headers.Get("ETag"), "\"" + HexEncode(ComputeDigest(DigestKind::kMd5, body)) + "\"");
    http::Response get = Send({.target = "/bucket/k"});
    ASSERT_EQ(get.status, 200);
    EXPECT_EQ(Text(get), body);
    http::Response head = Send({.method = "HEAD", .target = "/bucket/k"});
    EXPECT_EQ(head.announced_length, size);
    EXPECT_EQ(Text(head), "");
  }
}

TEST_F(SurfaceTest, ABodyCutShortLeavesNothing) {
  for (std::size_t size : {1000UL, 1'000'000UL}) {
    http::Response put = Send({.method = "PUT",
                               .target = "/bucket/k",
                               .body = std::string(size, 'x'),
                               .headers = {{"Transfer-Encoding", "chunked"}},
                               .cut = true});
    EXPECT_EQ(put.status, 400);
    EXPECT_EQ(Send({.target = "/bucket/k"}).status, 404);
  }
}

TEST_F(SurfaceTest, RefusalsDoNotReadTheBody) {
  std::string large(1'000'000, 'x');
  EXPECT_THAT(Text(Send({.method = "PUT", .target = "/absent/k", .body = large})),
              HasSubstr("<Code>NoSuchBucket</Code>"));
  EXPECT_FALSE(body_->was_read());
  auto put = [&](std::vector<std::pair<std::string, std::string>> headers) {
    return Text(Send({.method = "PUT", .target = "/bucket/k", .body = large, .headers = std::move(headers)}));
  };
  EXPECT_THAT(put({{"x-amz-server-side-encryption", "AES256"}}), HasSubstr("<Code>NotImplemented</Code>"));
  EXPECT_FALSE(body_->was_read());
  EXPECT_THAT(put({{"x-amz-storage-class", "SHINY"}}), HasSubstr("<Code>InvalidStorageClass</Code>"));
  EXPECT_FALSE(body_->was_read());
  EXPECT_THAT(put({{"If-Match", "\"other\""}}), HasSubstr("<Code>NoSuchKey</Code>"));
  EXPECT_FALSE(body_->was_read());
  EXPECT_THAT(put({{"Content-MD5", "AAAA"}}), HasSubstr("<Code>InvalidDigest</Code>"));
  EXPECT_FALSE(body_->was_read());
}

TEST_F(SurfaceTest, AClientThatWaitsIsRefusedBeforeItSendsASmallBody) {
  const std::pair<std::string, std::string> waits{"Expect", "100-continue"};
  const std::pair<std::string, std::string> none_there{"If-None-Match", "*"};
  Sent put{.method = "PUT", .target = "/bucket/k", .body = "hello", .headers = {waits, none_there}};
  EXPECT_EQ(Send(put).status, 200);
  EXPECT_TRUE(body_->was_read());
  EXPECT_EQ(Text(Send({.target = "/bucket/k"})), "hello");

  EXPECT_THAT(Text(Send(put)), HasSubstr("<Code>PreconditionFailed</Code>"));
  EXPECT_FALSE(body_->was_read());
  put.headers = {waits};
  for (auto [target, code] :
       {std::pair("/absent/k", "NoSuchBucket"), {"/bucket/k?partNumber=1&uploadId=u", "NoSuchUpload"}}) {
    put.target = target;
    EXPECT_THAT(Text(Send(put)), HasSubstr("<Code>" + std::string(code) + "</Code>"));
    EXPECT_FALSE(body_->was_read()) << target;
  }
}

TEST_F(SurfaceTest, ChunksNeedTheLengthOfWhatTheyHold) {
  Sent put{.method = "PUT", .target = "/bucket/k", .body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"};
  put.payload_hash = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  put.headers = {{"x-amz-trailer", "x-amz-checksum-crc32"}};
  http::Response refused = Send(put);
  EXPECT_EQ(refused.status, 411);
  EXPECT_THAT(Text(refused), HasSubstr("<Code>MissingContentLength</Code>"));
  EXPECT_FALSE(body_->was_read());
  put.headers.emplace_back("x-amz-decoded-content-length", "5");
  EXPECT_EQ(Send(put).status, 200);
}

TEST_F(SurfaceTest, PayloadHashesAreHeldAgainstTheBody) {
  Sent put{.method = "PUT", .target = "/bucket/k", .body = "hello"};
  put.payload_hash = HexEncode(ComputeDigest(DigestKind::kSha256, "other"));
  EXPECT_THAT(Text(Send(put)), HasSubstr("<Code>XAmzContentSHA256Mismatch</Code>"));
  put.payload_hash = HexEncode(ComputeDigest(DigestKind::kSha256, "hello"));
  EXPECT_EQ(Send(put).status, 200);
}

TEST_F(SurfaceTest, WhatOneDialectStoresTheOtherShowsInItsWords) {
  http::Response put = Send({.method = "PUT",
                             .target = "/bucket/k",
                             .body = "hello",
                             .headers = {{"x-amz-meta-Colour", "blue"}, {"x-amz-storage-class", "STANDARD_IA"}}});
  ASSERT_EQ(put.status, 200) << Text(put);
  http::Response obs = Send({.target = "/bucket/k"}, /*obs=*/true);
  ASSERT_EQ(obs.status, 200) << Text(obs);
  EXPECT_EQ(obs.headers.Get("x-obs-meta-colour"), "blue");
  EXPECT_EQ(obs.headers.Get("x-obs-storage-class"), "WARM");
  EXPECT_TRUE(obs.headers.Has("x-obs-request-id"));
  for (const auto& [name, value] : obs.headers) EXPECT_FALSE(StartsWithIgnoreCase(name, "x-amz-")) << name;

  put = Send(
      {.method = "PUT", .target = "/bucket/o", .headers = {{"x-obs-meta-a", "1"}, {"x-obs-storage-class", "COLD"}}},
      true);
  ASSERT_EQ(put.status, 200) << Text(put);
  http::Response s3 = Send({.target = "/bucket/o"});
  EXPECT_EQ(s3.headers.Get("x-amz-meta-a"), "1");
  EXPECT_EQ(s3.headers.Get("x-amz-storage-class"), "GLACIER");
}

TEST_F(SurfaceTest, MinimalPartSizesAreTheDialects) {
  auto complete = [&](bool obs) {
    std::string begun = Text(Send({.method = "POST", .target = "/bucket/k?uploads"}, obs));
    auto from = begun.find("<UploadId>") + 10;
    std::string id = begun.substr(from, begun.find("</UploadId>") - from);
    std::string list;
    for (int number = 1; number <= 2; ++number) {
      std::string target = "/bucket/k?partNumber=" + std::to_string(number) + "&uploadId=" + id;
      http::Response part = Send({.method = "PUT", .target = target, .body = std::string(102'400, 'x')}, obs);
      EXPECT_EQ(part.status, 200) << Text(part);
      list += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" +
              std::string(*part.headers.Get("ETag")) + "</ETag></Part>";
    }
    std::string body = "<CompleteMultipartUpload>" + list + "</CompleteMultipartUpload>";
    return Text(Send({.method = "POST", .target = "/bucket/k?uploadId=" + id, .body = body}, obs));
  };
  EXPECT_THAT(complete(true), HasSubstr("<ETag>\""));
  EXPECT_THAT(complete(false), HasSubstr("<Code>EntityTooSmall</Code>"));
}

TEST_F(SurfaceTest, VirtualHostsNameTheBucket) {
  Sent put{.method = "PUT", .target = "/k", .body = "hello"};
  put.host = "bucket.localhost:9000";
  ASSERT_EQ(Send(put).status, 200);
  EXPECT_EQ(Text(Send({.target = "/bucket/k"})), "hello");
  Sent absent{.target = "/absent"};
  absent.host = "bucket.localhost:9000";
  EXPECT_THAT(Text(Send(absent)), HasSubstr("<Resource>/bucket/absent</Resource>"));
}

TEST_F(SurfaceTest, TheUnsignedGetNothing) {
  body_ = std::make_unique<PiecewiseBody>("", 1, false);
  http::Request request;
  request.method = "GET";
  request.target = request.path = "/bucket/k";
  request.headers.Add("Host", "127.0.0.1:9000");
  request.request_id = "1";
  http::Response response = Run(request);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(Text(response), HasSubstr("<Code>AccessDenied</Code>"));
  EXPECT_EQ(response.action, "GetObject");

  request.method = "HEAD";
  request.target = "/?apiversion";
  request.path = "/";
  request.query = http::Query::Parse("apiversion");
  http::Response probe = Run(request);
  EXPECT_EQ(probe.status, 200);
  EXPECT_EQ(probe.headers.Get("x-obs-api"), "3.0");
}

// A role that only reads: every reading operation goes on, every changing one is refused before its body is read.
TEST_F(SurfaceTest, WhoMayOnlyReadChangesNothing) {
  ASSERT_EQ(Send({.method = "PUT", .target = "/bucket/k", .body = "hello"}).status, 200);
  auto owner = identities_.FindKey(keys_.access_key).value();
  ASSERT_TRUE(repository_.SetRole({owner->principal.user_id, owner->principal.domain_id, iam::Role::kReadOnly}));
  identities_.ForgetCached();
  for (bool obs : {false, true}) {
    for (std::string target : {"/", "/bucket", "/bucket/k", "/bucket?acl", "/bucket/k?tagging"})
      EXPECT_NE(Send({.target = target}, obs).status, 403) << target;
    EXPECT_EQ(Send({.method = "HEAD", .target = "/bucket/k"}, obs).status, 200);
    const Sent changes[] = {
        {.method = "PUT", .target = "/other"},
        {.method = "DELETE", .target = "/bucket"},
        {.method = "PUT", .target = "/bucket/k", .body = "bye"},
        {.method = "DELETE", .target = "/bucket/k"},
        {.method = "POST", .target = "/bucket?delete", .body = "<Delete/>"},
        {.method = "POST", .target = "/bucket/k?uploads"},
        {.method = "PUT", .target = "/bucket/k?partNumber=1&uploadId=u", .body = "part"},
        {.method = "POST", .target = "/bucket/k?uploadId=u", .body = "<x/>"},
        {.method = "DELETE", .target = "/bucket/k?uploadId=u"},
        {.method = "DELETE", .target = "/bucket?policy"},
    };
    for (const Sent& change : changes) {
      http::Response response = Send(change, obs);
      EXPECT_EQ(response.status, 403) << change.method << " " << change.target;
      EXPECT_THAT(Text(response), HasSubstr("<Code>AccessDenied</Code>"));
      EXPECT_FALSE(body_->was_read()) << change.method << " " << change.target;
    }
  }
  EXPECT_EQ(Text(Send({.target = "/bucket/k"})), "hello");
}

TEST_F(SurfaceTest, WhatIsNotServedIsNamed) {
  http::Response response = Send({.method = "POST", .target = "/bucket/k?select"});
  EXPECT_EQ(response.status, 501);
  EXPECT_THAT(Text(response), HasSubstr("SelectObjectContent"));
  EXPECT_EQ(Send({.method = "POST", .target = "/bucket/k?rename&name=n"}).status, 405);
  EXPECT_EQ(Send({.method = "DELETE", .target = "/bucket/k?acl"}).headers.Get("Allow"), "GET, PUT");
}

// Forms, signed by their fields.
class FormTest : public SurfaceTest {
 protected:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // Fields and the policy that covers them, signed the V2 way or the OBS way.
  Fields Signed(Fields fields, bool obs = false, std::string_view more_conditions = "") const {
    std::string conditions = R"({"bucket":"bucket"})" + std::string(more_conditions);
    for (const auto& [name, value] : fields) conditions += R"(,["starts-with","$)" + name + R"(",""])";
    std::string document = R"({"expiration":")" + FormatIso8601(clock_.Now() + std::chrono::hours(1)) +
                           R"(","conditions":[)" + conditions + "]}";
    std::string policy = Base64Encode(document);
    fields.emplace_back(obs ? "AccessKeyId" : "AWSAccessKeyId", keys_.access_key);
    fields.emplace_back("policy", policy);
    fields.emplace_back("signature", Base64Encode(HmacSha1(keys_.secret_key, policy)));
    return fields;
  }

  http::Response Post(const Fields& fields, const std::string& file, bool cut = false,
                      std::string_view end = "\r\n--xyz--\r\n") {
    form_.clear();
    for (const auto& [name, value] : fields) {
      form_ += "--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    form_ += "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\n\r\n" + file;
    form_ += end;
    http::Request request;
    request.method = "POST";
    request.target = request.path = "/bucket";
    request.request_id = "0123456789abcdef0123456789abcdef";
    request.headers.Add("Host", "127.0.0.1:9000");
    request.headers.Add("Content-Type", "multipart/form-data; boundary=xyz");
    request.content_length = form_.size();
    body_ = std::make_unique<PiecewiseBody>(form_, 100'000, cut);
    return Run(request);
  }

  std::string form_;
};

TEST_F(FormTest, FilesOfEverySizeComeBack) {
  for (std::size_t size : {0UL, 1UL, 16UL * 1024, 256UL * 1024, 1'000'001UL}) {
    std::string file(size, '\r');
    for (std::size_t i = 0; i < size; i += 1000) file[i] = static_cast<char>('a' + i / 1000 % 26);
    http::Response posted = Post(Signed({{"key", "up/${filename}"}, {"Content-Type", "image/png"}}), file);
    ASSERT_EQ(posted.status, 204) << Text(posted);
    EXPECT_EQ(posted.action, "PostObject");
    EXPECT_EQ(posted.headers.Get("ETag"), "\"" + HexEncode(ComputeDigest(DigestKind::kMd5, file)) + "\"");
    EXPECT_EQ(posted.headers.Get("Location"), "http://127.0.0.1:9000/bucket/up/photo.png");
    http::Response get = Send({.target = "/bucket/up/photo.png"});
    ASSERT_EQ(get.status, 200);
    EXPECT_EQ(get.headers.Get("Content-Type"), "image/png");
    EXPECT_EQ(Text(get), file);
  }
}

TEST_F(FormTest, TheFieldsTellTheDialect) {
  Fields stored = {{"key", "k"}, {"x-obs-meta-colour", "blue"}, {"x-obs-storage-class", "WARM"}};
  http::Response posted = Post(Signed(stored, /*obs=*/true), "hello");
  ASSERT_EQ(posted.status, 204) << Text(posted);
  EXPECT_TRUE(posted.headers.Has("x-obs-request-id"));
  http::Response get = Send({.target = "/bucket/k"});
  EXPECT_EQ(get.headers.Get("x-amz-meta-colour"), "blue");
  EXPECT_EQ(get.headers.Get("x-amz-storage-class"), "STANDARD_IA");

  Fields forged = Signed(stored, /*obs=*/true);
  forged.back().second = "forged";
  http::Response refused = Post(forged, "other");
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(refused.headers.Has("x-obs-request-id"));
  EXPECT_THAT(Text(refused), HasSubstr("<Code>SignatureDoesNotMatch</Code>"));
  EXPECT_THAT(Text(refused), HasSubstr("<AWSAccessKeyId>" + keys_.access_key + "</AWSAccessKeyId>"));
  EXPECT_EQ(Text(Send({.target = "/bucket/k"})), "hello");
}

TEST_F(FormTest, AnswersAsTheFieldsAsk) {
  http::Response created = Post(Signed({{"key", "a b"}, {"success_action_status", "201"}}), "hello");
  EXPECT_EQ(created.status, 201);
  EXPECT_THAT(Text(created), HasSubstr("<PostResponse><Location>http://127.0.0.1:9000/bucket/a%20b</Location>"
                                       "<Bucket>bucket</Bucket><Key>a b</Key><ETag>"));
  http::Response sent_on = Post(Signed({{"key", "k"}, {"success_action_redirect", "http://h/done?x=1"}}), "hello");
  EXPECT_EQ(sent_on.status, 303);
  EXPECT_EQ(sent_on.headers.Get("Location"),
            "http://h/done?x=1&bucket=bucket&key=k&etag=%225d41402abc4b2a76b9719d911017c592%22");
}

TEST_F(FormTest, WhatIsRefusedLeavesNothing) {
  const Fields key = {{"key", "k"}};
  struct Case {
    Fields fields;
    std::string file;
    std::string code;
    bool cut = false;
    std::string_view end = "\r\n--xyz--\r\n";
  };
  std::string large(1'000'000, 'x');
  std::string_view range = R"(,["content-length-range",10,500000])";
  for (const Case& sent :
       {Case{key, "anonymous", "AccessDenied"}, Case{Signed({}), "hello", "UserKeyMustBeSpecified"},
        Case{Signed({{"key", ""}}), "hello", "UserKeyMustBeSpecified"},
        Case{Signed(key, false, range), large, "EntityTooLarge"},
        Case{Signed(key, false, range), "small", "EntityTooSmall"},
        Case{Signed(key), large, "IncompleteBody", /*cut=*/true, ""},
        Case{Signed(key), "hello", "IncompleteBody", /*cut=*/true, ""},
        Case{Signed(key), large, "MalformedPOSTRequest", false, ""},
        Case{Signed(key), "hello", "MalformedPOSTRequest", false, "\r\n--xyz-"},
        Case{Signed({{"key", "k"}, {"acl", "sunny"}}), "hello", "InvalidArgument"},
        Case{Signed({{"key", "k"}, {"tagging", "<Tagging/>"}}), "hello", "MalformedXML"},
        Case{Signed({{"key", "k"}, {"x-amz-storage-class", "SHINY"}}), "hello", "InvalidStorageClass"},
        Case{Signed({{"key", "k"}, {"Content-MD5", Base64Encode(std::string(16, 'x'))}}), "hello", "BadDigest"},
        Case{Signed({{"key", "k"}, {"x-amz-checksum-crc32", "AAAAAA=="}}), "hello", "BadDigest"},
        Case{Signed({{"key", std::string(1025, 'k')}}), "hello", "KeyTooLongError"}}) {
    http::Response refused = Post(sent.fields, sent.file, sent.cut, sent.end);
    EXPECT_THAT(Text(refused), HasSubstr("<Code>" + sent.code + "</Code>"));
    EXPECT_GE(refused.status, 400);
    EXPECT_EQ(Send({.target = "/bucket/k"}).status, 404) << sent.code;
  }
}

TEST_F(FormTest, OwnersAndChecksumsAreKept) {
  std::string crc = Base64Encode(ComputeDigest(DigestKind::kCrc32, "hello"));
  http::Response posted = Post(Signed({{"key", "k"}, {"acl", "private"}, {"x-amz-checksum-crc32", crc}}), "hello");
  ASSERT_EQ(posted.status, 204) << Text(posted);
  EXPECT_EQ(posted.headers.Get("x-amz-checksum-crc32"), crc);
}

TEST_F(FormTest, OnlyFormsAreTaken) {
  http::Response other = Send({.method = "POST", .target = "/bucket", .headers = {{"Content-Type", "text/plain"}}});
  EXPECT_EQ(other.status, 400);
  EXPECT_THAT(Text(other), HasSubstr("<Code>RequestIsNotMultiPartContent</Code>"));
  auto form = [&](const std::string& type) {
    return Text(Send({.method = "POST", .target = "/bucket", .headers = {{"Content-Type", type}}}));
  };
  // Sent signed, by a header.
  EXPECT_THAT(form("multipart/form-data; boundary=xyz"), HasSubstr("<Code>InvalidArgument</Code>"));
  EXPECT_FALSE(body_->was_read());
}

}  // namespace
}  // namespace atelier::api
