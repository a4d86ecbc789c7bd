#include "api/object_store/post_form.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

constexpr std::string_view kFileNameVariable = "${filename}";

std::unexpected<Error> FieldsTooLarge() {
  return InvalidArgument(fmt::format("the fields before the file may have at most {} together, names included",
                                     HumanBytes(kFormFieldsLimit)),
                         "MaxPostPreDataLengthExceeded");
}

std::unexpected<Error> NotOneFile(std::string_view what) {
  return InvalidArgument(fmt::format("POST requires exactly one file upload per request: {}", what),
                         "IncorrectNumberOfFilesInPostRequest");
}

// Some browsers send the whole path of the file.
std::string_view LastPart(std::string_view path) {
  auto slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string Replaced(std::string_view text, std::string_view file_name) {
  std::string result;
  for (;;) {
    auto at = text.find(kFileNameVariable);
    result += text.substr(0, at);
    if (at == std::string_view::npos) return result;
    result += file_name;
    text.remove_prefix(at + kFileNameVariable.size());
  }
}

// The sizes that count are counted here.
http::MultipartLimits Limits() { return {.total_bytes = std::numeric_limits<std::uint64_t>::max()}; }

}  // namespace

PostForm::PostForm(std::string_view boundary)
    : parser_(boundary, Limits(),
              {.on_part = [this](const http::PartHeader& part) { return Begin(part); },
               .on_data = [this](std::string_view data) { return Take(data); },
               .on_part_end = [this]() -> Result<void> {
                 if (stage_ == Stage::kFile) stage_ = Stage::kRest;
                 return {};
               }}) {}

Result<void> PostForm::Feed(std::string_view bytes) { return InPostWords(parser_.Feed(bytes)); }

Result<void> PostForm::Finish() {
  ATELIER_CHECK(InPostWords(parser_.Finish()));
  if (!at_file()) return NotOneFile("this form has no field named \"file\"");
  return {};
}

Result<void> PostForm::SendFileTo(Sink sink) {
  sink_ = std::move(sink);
  std::string first = std::exchange(first_bytes_, {});
  return first.empty() ? Result<void>() : sink_(first);
}

Result<void> PostForm::Begin(const http::PartHeader& part) {
  bool is_file = EqualsIgnoreCase(part.name, "file");
  if (!at_file()) return is_file ? BeginFile(part.file_name.value_or("")) : BeginField(part.name);
  if (is_file) return NotOneFile("this form has a second field named \"file\"");
  return {};
}

Result<void> PostForm::BeginField(std::string_view name) {
  ATELIER_CHECK(CountField(name.size()));
  auto [field, added] = fields_.try_emplace(ToLower(name));
  if (!added)
    return InvalidArgument(fmt::format("the form has the field \"{}\" twice: send it once", name), "InvalidArgument");
  value_ = &field->second;
  return {};
}

Result<void> PostForm::BeginFile(std::string_view file_name) {
  field_bytes_ = 0;  // counted again, with the names in place
  for (auto& [name, value] : fields_) {
    value = Replaced(value, LastPart(file_name));
    ATELIER_CHECK(CountField(name.size() + value.size()));
  }
  stage_ = Stage::kFile;
  return {};
}

Result<void> PostForm::Take(std::string_view data) {
  if (stage_ == Stage::kRest) return {};
  if (stage_ == Stage::kFile && sink_) return sink_(data);
  if (stage_ == Stage::kFile) {
    first_bytes_ += data;
    return {};
  }
  ATELIER_CHECK(CountField(data.size()));
  value_->append(data);
  return {};
}

Result<void> PostForm::CountField(std::size_t bytes) {
  field_bytes_ += bytes;
  if (field_bytes_ > kFormFieldsLimit) return FieldsTooLarge();
  return {};
}

// The parser serves other forms too, and has its own codes.
Result<void> PostForm::InPostWords(Result<void> outcome) const {
  if (outcome) return outcome;
  Error& error = outcome.error();
  bool too_large = error.kind == ErrorKind::kResourceExhausted && error.code == "EntityTooLarge";
  if (error.code != "MalformedForm" && !too_large) return outcome;
  bool in_fields = too_large && !at_file();
  return InvalidArgument(std::move(error).message, in_fields ? "MaxPostPreDataLengthExceeded" : "MalformedPOSTRequest");
}

}  // namespace atelier::api::s3
