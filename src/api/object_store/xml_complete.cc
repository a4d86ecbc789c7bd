#include "api/object_store/xml_complete.h"

#include <fmt/format.h>

#include "api/object_store/checksums.h"
#include "api/object_store/conditions.h"
#include "api/object_store/xml_document.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using object_store::CompletedPart;

constexpr std::size_t kMaxParts = 10'000;

Result<CompletedPart> ParsePart(pugi::xml_node node) {
  CompletedPart part;
  std::string_view number = Trim(TextOf(node, "PartNumber"));
  auto parsed = ParseNumber<int>(number);
  if (!parsed) {
    return InvalidArgument(fmt::format("a <Part> needs a <PartNumber> that is a number, not \"{}\"", number),
                           "MalformedXML");
  }
  part.number = *parsed;
  part.etag = WithoutQuotes(TextOf(node, "ETag"));
  if (part.etag.empty()) {
    return InvalidArgument(fmt::format("part {} needs the <ETag> that its upload was answered with", part.number),
                           "MalformedXML");
  }
  for (const ChecksumName& name : ChecksumNames()) {
    std::string_view text = TextOf(node, name.element);
    if (text.empty()) continue;
    ATELIER_TRY(part.checksum, ParseChecksumText(name.kind, text));
  }
  return part;
}

}  // namespace

Result<std::vector<CompletedPart>> ParseCompleteUpload(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "CompleteMultipartUpload", document));
  std::vector<CompletedPart> parts;
  for (pugi::xml_node child : document.document_element().children()) {
    if (LocalName(child) != "Part") continue;
    if (parts.size() == kMaxParts) {
      return InvalidArgument(fmt::format("an object can have at most {} parts", kMaxParts), "MalformedXML");
    }
    ATELIER_TRY(CompletedPart part, ParsePart(child));
    parts.push_back(std::move(part));
  }
  if (parts.empty()) return InvalidArgument("the body names no <Part>", "MalformedXML");
  return parts;
}

}  // namespace atelier::api::s3
