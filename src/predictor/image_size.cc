#include "predictor/image_size.h"

#include <fmt/format.h>

namespace atelier::predictor {
namespace {

std::uint32_t Big(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::optional<ImageSize> ReadPng(std::string_view bytes) {
  if (bytes.size() < 26) return std::nullopt;
  std::uint32_t channels = 1;
  switch (bytes[25]) {  // colour type of IHDR
    case 2:
      channels = 3;
      break;
    case 4:
      channels = 2;
      break;
    case 6:
      channels = 4;
      break;
    default:
      break;
  }
  return ImageSize{Big(bytes, 16, 4), Big(bytes, 20, 4), channels};
}

std::optional<ImageSize> ReadJpeg(std::string_view bytes) {
  std::size_t at = 2;
  while (at + 9 < bytes.size() && static_cast<unsigned char>(bytes[at]) == 0xFF) {
    auto marker = static_cast<unsigned char>(bytes[at + 1]);
    bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame)
      return ImageSize{Big(bytes, at + 7, 2), Big(bytes, at + 5, 2), static_cast<unsigned char>(bytes[at + 9])};
    at += 2 + Big(bytes, at + 2, 2);
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageSize> ReadImageSize(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return ReadPng(bytes);
  if (bytes.starts_with("\xFF\xD8")) return ReadJpeg(bytes);
  return std::nullopt;
}

std::string ImageSizeWarning(const std::vector<http::FormPart>& parts, std::size_t fed) {
  const http::FormPart* image = nullptr;
  std::optional<ImageSize> size;
  for (const auto& part : parts) {
    if (!part.header.file_name) continue;
    if (image != nullptr) return {};
    image = &part;
    size = ReadImageSize(part.data);
  }
  if (!size) return {};
  std::size_t pixels = std::size_t{size->width} * size->height;
  if (fed == pixels || fed == pixels * size->channels) return {};
  return fmt::format(
      "the image is {}x{} with {} channel(s), {} values, but the model was fed {}: the inference code cut, padded or "
      "resized it",
      size->width, size->height, size->channels, pixels * size->channels, fed);
}

}  // namespace atelier::predictor
