#include "cli/location.h"

namespace atelier::cli {

bool IsRemote(std::string_view text) { return text.starts_with("obs://") || text.starts_with("s3://"); }

Result<Location> ParseLocation(std::string_view text) {
  std::string_view rest = text;
  for (std::string_view scheme : {"obs://", "s3://", "/"})
    if (rest.starts_with(scheme)) {
      rest.remove_prefix(scheme.size());
      break;
    }
  auto slash = rest.find('/');
  Location location{std::string(rest.substr(0, slash)),
                    slash == std::string_view::npos ? "" : std::string(rest.substr(slash + 1))};
  if (location.bucket.empty())
    return InvalidArgument("expected obs://bucket or obs://bucket/key, got '" + std::string(text) + "'");
  return location;
}

}  // namespace atelier::cli
