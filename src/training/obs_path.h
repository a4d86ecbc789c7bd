// A place in the object store as users write it: "/bucket/folder/", "obs://bucket/folder/" or "s3://bucket/folder/".
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::training {

// A parsed place. `key` never begins with '/'; it is empty for the bucket itself.
struct ObsPath {
  std::string bucket;
  std::string key;

  // InvalidArgument naming `field` ("config.app_url"), what was expected and what came. Empty segments, "." and ".."
  // are refused: such a place could not be shown to a script as a folder.
  static Result<ObsPath> Parse(std::string_view text, std::string_view field);

  // The same place as a folder: the key ends in '/' unless it is empty.
  ObsPath AsFolder() const;
  // The place below a folder.
  ObsPath Child(std::string_view name) const;
  // The name of the last folder or file; the bucket's name for the bucket itself.
  std::string LastName() const;

  std::string ToText() const;   // "/bucket/key"
  std::string ToS3Url() const;  // "s3://bucket/key"
  bool operator==(const ObsPath&) const = default;
};

}  // namespace atelier::training
