// Text that XML 1.0 can and cannot carry. Keys are any UTF-8 without NUL, so listings without encoding-type=url meet
// control characters (obs-s3-api section 3.3).
#pragma once

#include <string>
#include <string_view>

namespace atelier::api::s3 {

// Is it UTF-8 without NUL? Then each of its characters has a reference: control characters become "&#01;" when they are
// written, as S3 writes them, though most parsers refuse those; who has such keys asks for encoding-type=url.
bool IsNameable(std::string_view text);
// U+FFFD in place of what no reference can name. Such text stands only in echoes of a request.
std::string NameableText(std::string_view text);

// U+FFFD also in place of what parsers refuse: for errors, which must be readable whatever they speak about.
std::string ReadableText(std::string_view text);

}  // namespace atelier::api::s3
