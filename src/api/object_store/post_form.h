// A browser's form on its way in: fields, then one file (obs-s3 API: POST form). Pure: bytes in, no sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "auth/post_policy.h"
#include "base/error.h"
#include "http/multipart.h"

namespace atelier::api::s3 {

inline constexpr std::size_t kFormFieldsLimit = 20 * 1024;  // names and values of all fields before the file

// Any split of the input gives the same. Not thread-safe; destroyed where it stands.
class PostForm {
 public:
  using Sink = std::function<Result<void>(std::string_view)>;

  explicit PostForm(std::string_view boundary);
  PostForm(const PostForm&) = delete;
  PostForm& operator=(const PostForm&) = delete;

  // MalformedPOSTRequest, MaxPostPreDataLengthExceeded, IncorrectNumberOfFilesInPostRequest; InvalidArgument for a
  // field that is there twice; and what the sink says.
  Result<void> Feed(std::string_view bytes);
  // After the last byte: an error when the form is cut short or has no file.
  Result<void> Finish();

  // Whether the fields are complete. What comes after the file is ignored.
  bool at_file() const { return stage_ != Stage::kFields; }
  // By lower-case name. Once at the file, ${filename} is replaced in them by the last part of the file's path.
  const auth::FormFields& fields() const { return fields_; }
  // Where the bytes of the file go: at once those that have come already. Until then they are kept, so feed no large
  // pieces before.
  Result<void> SendFileTo(Sink sink);

 private:
  enum class Stage { kFields, kFile, kRest };

  Result<void> Begin(const http::PartHeader& part);
  Result<void> BeginField(std::string_view name);
  Result<void> BeginFile(std::string_view file_name);
  Result<void> Take(std::string_view data);
  Result<void> CountField(std::size_t bytes);
  Result<void> InPostWords(Result<void> outcome) const;

  Stage stage_ = Stage::kFields;
  auth::FormFields fields_;
  std::string* value_ = nullptr;  // of the field that comes in
  std::size_t field_bytes_ = 0;
  std::string first_bytes_;  // of the file, until there is a sink
  Sink sink_;
  http::MultipartParser parser_;
};

}  // namespace atelier::api::s3
