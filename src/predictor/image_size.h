// The size of an image from its first bytes, to notice inference code that silently cuts or pads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/multipart.h"

namespace atelier::predictor {

struct ImageSize {
  std::uint32_t width = 0, height = 0, channels = 1;
};
// PNG and JPEG; nullopt for anything else.
std::optional<ImageSize> ReadImageSize(std::string_view bytes);

// When the request has exactly one image and the model was fed another number of values than the image has: a sentence
// that says so
// (`fed`: values per row). Empty otherwise.
std::string ImageSizeWarning(const std::vector<http::FormPart>& parts, std::size_t fed);

}  // namespace atelier::predictor
