// Shapes that are compared with files of testdata/. ATELIER_UPDATE_GOLDEN=1 rewrites the files.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "api/object_store/xml_document.h"
#include "base/files.h"

namespace atelier::api::s3 {

inline std::string NameIn(const char* shape, auth::Dialect dialect) {
  return std::string(shape) + (dialect == auth::Dialect::kS3 ? ".s3.xml" : ".obs.xml");
}

inline std::string NameOf(const testing::TestParamInfo<auth::Dialect>& info) {
  return info.param == auth::Dialect::kS3 ? "S3" : "Obs";
}

// `source` is the root of the source tree.
inline void ExpectGoldenIn(const fs::path& source, const std::string& name, const XmlDocument& document) {
  fs::path path = source / "src/api/object_store/testdata" / name;
  std::string text = document.Text() + "\n";
  if (std::getenv("ATELIER_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileDurably(path, text));
  }
  auto golden = ReadFile(path);
  ASSERT_TRUE(golden) << golden.error().message;
  EXPECT_EQ(text, *golden) << name;
}

}  // namespace atelier::api::s3
