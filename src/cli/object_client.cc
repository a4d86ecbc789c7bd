#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <pugixml.hpp>

#include "base/files.h"
#include "base/strings.h"
#include "cli/connection.h"

namespace atelier::cli {
namespace {

constexpr std::uint64_t kMultipartFrom = 64ULL << 20;
constexpr std::uint64_t kPartBytes = 32ULL << 20;

// The server's error document, or the bare status.
std::unexpected<Error> AsError(const http::ClientResponse& response) {
  pugi::xml_document document;
  std::string code;
  std::string message = fmt::format("HTTP {}", response.status);
  if (document.load_buffer(response.body.data(), response.body.size())) {
    code = document.child("Error").child_value("Code");
    if (std::string text = document.child("Error").child_value("Message"); !text.empty()) message = text;
  } else if (auto text = response.headers.Get("x-amz-error-message")) {
    message = *text;
  }
  ErrorKind kind = response.status == 404   ? ErrorKind::kNotFound
                   : response.status == 403 ? ErrorKind::kPermissionDenied
                   : response.status == 409 ? ErrorKind::kFailedPrecondition
                   : response.status < 500  ? ErrorKind::kInvalidArgument
                                            : ErrorKind::kUnavailable;
  return MakeError(kind, code.empty() ? message : code + ": " + message, code,
                   std::string(response.headers.Get("x-amz-request-id").value_or("")));
}

// Reads a file piece by piece for a request body.
class FileSource {
 public:
  FileSource(UniqueFd file, std::uint64_t offset, std::uint64_t length, ObjectClient::Progress progress)
      : file_(std::move(file)), offset_(offset), left_(length), progress_(std::move(progress)) {}

  Result<std::size_t> Read(std::span<char> into) {
    auto want = std::min<std::uint64_t>(into.size(), left_);
    if (want == 0) return std::size_t{0};
    ssize_t got = ::pread(file_.get(), into.data(), want, static_cast<off_t>(offset_));
    if (got < 0) return ErrnoError("read", errno);
    if (got == 0) return InvalidArgument("the file became shorter while it was read");
    offset_ += static_cast<std::uint64_t>(got);
    left_ -= static_cast<std::uint64_t>(got);
    if (progress_) progress_(static_cast<std::uint64_t>(got));
    return static_cast<std::size_t>(got);
  }

 private:
  UniqueFd file_;
  std::uint64_t offset_, left_;
  ObjectClient::Progress progress_;
};

Result<http::ClientRequest> FileRequest(const std::string& target, const fs::path& file, std::uint64_t offset,
                                        std::uint64_t length, const ObjectClient::Progress& progress) {
  ATELIER_TRY(UniqueFd fd, OpenFile(file, O_RDONLY));
  auto source = std::make_shared<FileSource>(std::move(fd), offset, length, progress);
  http::ClientRequest request;
  request.method = "PUT";
  request.target = target;
  request.body_length = length;
  request.body_source = [source](std::span<char> into) { return source->Read(into); };
  return request;
}

}  // namespace

std::string ObjectTarget(const std::string& bucket, const std::string& key) {
  return "/" + PercentEncode(bucket) + (key.empty() ? "" : "/" + PercentEncode(key, true));
}

ObjectClient::ObjectClient(Connection connection)
    : connection_(std::move(connection)), client_(connection_.object_store) {}

Result<http::ClientResponse> ObjectClient::Send(http::ClientRequest request) {
  request.headers.Set("Host", connection_.object_store);
  auth::SignV4(request.headers, request.method, request.target, "UNSIGNED-PAYLOAD", connection_.keys,
               connection_.region, SystemClock().Now());
  ATELIER_TRY(auto response, client_.Send(request));
  if (response.status >= 400) return AsError(response);
  return response;
}

Result<std::vector<ObjectClient::Item>> ObjectClient::Buckets() {
  ATELIER_TRY(auto response, Send({}));
  pugi::xml_document document;
  if (!document.load_buffer(response.body.data(), response.body.size()))
    return Internal("the server sent no XML bucket list");
  std::vector<Item> buckets;
  for (auto node : document.child("ListAllMyBucketsResult").child("Buckets").children("Bucket"))
    buckets.push_back({node.child_value("Name"), 0, node.child_value("CreationDate"), "", false});
  return buckets;
}

Result<void> ObjectClient::CreateBucket(const std::string& bucket) {
  http::ClientRequest request;
  request.method = "PUT";
  request.target = ObjectTarget(bucket, "");
  ATELIER_TRY(auto response, Send(std::move(request)));
  return {};
}

Result<void> ObjectClient::DeleteBucket(const std::string& bucket) { return Delete(bucket, ""); }

Result<void> ObjectClient::Delete(const std::string& bucket, const std::string& key) {
  http::ClientRequest request;
  request.method = "DELETE";
  request.target = ObjectTarget(bucket, key);
  ATELIER_TRY(auto response, Send(std::move(request)));
  return {};
}

Result<void> ObjectClient::List(const std::string& bucket, const std::string& prefix, const std::string& delimiter,
                                const std::function<Result<void>(const Item&)>& each) {
  std::string token;
  for (;;) {
    http::ClientRequest request;
    request.target = ObjectTarget(bucket, "") + "?encoding-type=url&list-type=2&prefix=" + PercentEncode(prefix);
    if (!delimiter.empty()) request.target += "&delimiter=" + PercentEncode(delimiter);
    if (!token.empty()) request.target += "&continuation-token=" + PercentEncode(token);
    ATELIER_TRY(auto response, Send(std::move(request)));
    pugi::xml_document document;
    if (!document.load_buffer(response.body.data(), response.body.size()))
      return Internal("the server sent no XML list");
    auto root = document.child("ListBucketResult");
    auto decoded = [](const char* text) { return PercentDecode(text).value_or(text); };
    for (auto node : root.children("CommonPrefixes"))
      ATELIER_CHECK(each({decoded(node.child_value("Prefix")), 0, "", "", true}));
    for (auto node : root.children("Contents"))
      ATELIER_CHECK(
          each({decoded(node.child_value("Key")), ParseNumber<std::uint64_t>(node.child_value("Size")).value_or(0),
                node.child_value("LastModified"), node.child_value("ETag"), false}));
    if (std::string_view(root.child_value("IsTruncated")) != "true") return {};
    token = root.child_value("NextContinuationToken");
  }
}

Result<void> ObjectClient::PutText(const std::string& bucket, const std::string& key, const std::string& text) {
  http::ClientRequest request;
  request.method = "PUT";
  request.target = ObjectTarget(bucket, key);
  request.body = text;
  ATELIER_TRY(auto response, Send(std::move(request)));
  return {};
}

Result<void> ObjectClient::PutFile(const std::string& bucket, const std::string& key, const fs::path& file,
                                   const Progress& progress) {
  std::error_code error;
  auto size = fs::file_size(file, error);
  if (error) return ErrnoError("size of " + file.string(), error.value());
  auto target = ObjectTarget(bucket, key);
  if (size >= kMultipartFrom) return PutMultipart(target, file, size, progress);
  ATELIER_TRY(auto request, FileRequest(target, file, 0, size, progress));
  ATELIER_TRY(auto response, Send(std::move(request)));
  return {};
}

Result<void> ObjectClient::PutMultipart(const std::string& target, const fs::path& file, std::uint64_t size,
                                        const Progress& progress) {
  http::ClientRequest start;
  start.method = "POST";
  start.target = target + "?uploads=";
  ATELIER_TRY(auto started, Send(std::move(start)));
  pugi::xml_document document;
  if (!document.load_buffer(started.body.data(), started.body.size())) return Internal("the server sent no upload id");
  std::string upload = PercentEncode(document.child("InitiateMultipartUploadResult").child_value("UploadId"));
  std::string list = "<CompleteMultipartUpload>";
  auto send_parts = [&]() -> Result<void> {
    int number = 1;
    for (std::uint64_t offset = 0; offset < size; offset += kPartBytes, ++number) {
      auto part = fmt::format("{}?partNumber={}&uploadId={}", target, number, upload);
      ATELIER_TRY(auto request, FileRequest(part, file, offset, std::min(kPartBytes, size - offset), progress));
      ATELIER_TRY(auto response, Send(std::move(request)));
      list += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number,
                          response.headers.Get("ETag").value_or(""));
    }
    http::ClientRequest complete;
    complete.method = "POST";
    complete.target = target + "?uploadId=" + upload;
    complete.body = list + "</CompleteMultipartUpload>";
    ATELIER_TRY(auto response, Send(std::move(complete)));
    return {};
  };
  auto sent = send_parts();
  if (!sent) {
    http::ClientRequest abort;
    abort.method = "DELETE";
    abort.target = target + "?uploadId=" + upload;
    if (auto aborted = Send(std::move(abort)); !aborted)
      return std::unexpected(std::move(sent).error().Within("the upload failed and could not be aborted either"));
  }
  return sent;
}

Result<void> ObjectClient::Get(const std::string& bucket, const std::string& key,
                               const std::function<Result<void>(std::string_view)>& sink) {
  http::ClientRequest request;
  request.target = ObjectTarget(bucket, key);
  // An error's body must not reach the sink: ask first, then fetch.
  ATELIER_TRY(auto headers, Head(bucket, key));
  request.body_sink = sink;
  ATELIER_TRY(auto response, Send(std::move(request)));
  return {};
}

Result<http::Headers> ObjectClient::Head(const std::string& bucket, const std::string& key) {
  http::ClientRequest request;
  request.method = "HEAD";
  request.target = ObjectTarget(bucket, key);
  auto response = Send(std::move(request));
  if (!response) {
    if (response.error().kind == ErrorKind::kNotFound)
      return NotFound("there is no object " + bucket + "/" + key, "NoSuchKey");
    return std::unexpected(std::move(response).error());
  }
  return std::move(response->headers);
}

}  // namespace atelier::cli
