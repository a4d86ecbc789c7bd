// atelier-spec-merge <document.cc> <fragment.yaml>...: run by the build. Writes the merged specification as a C++ file.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/files.h"
#include "spec/fragments.h"

namespace atelier::spec {
namespace {

// A string literal may have 64 KiB at least; longer text is several literals side by side.
std::string Literal(std::string_view text) {
  constexpr std::size_t kPiece = 16'000;
  std::string literal;
  for (std::size_t at = 0; at < text.size(); at += kPiece)
    literal += fmt::format("    R\"json({})json\"\n", text.substr(at, kPiece));
  return literal;
}

Result<void> Run(const fs::path& output, const std::vector<std::string>& files) {
  std::vector<Fragment> fragments;
  for (const auto& file : files) {
    ATELIER_TRY(auto text, ReadFile(file));
    fragments.push_back({fs::path(file).filename().string(), std::move(text)});
  }
  std::ranges::sort(fragments, {}, &Fragment::name);
  ATELIER_TRY(auto document, MergeFragments(fragments));
  std::string text = "// Made by atelier-spec-merge from spec/*.yaml.\n#include \"spec/document.h\"\n\n";
  text += "namespace atelier::spec {\n\nstd::string_view DocumentText() {\n  return\n";
  text += Literal(CompactJson(document)) + "    ;\n}\n\n}  // namespace atelier::spec\n";
  return WriteFileDurably(output, text);
}

}  // namespace
}  // namespace atelier::spec

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) {
    fmt::print(stderr, "usage: atelier-spec-merge <document.cc> <fragment.yaml>...\n");
    return 2;
  }
  auto done = atelier::spec::Run(words.front(), {words.begin() + 1, words.end()});
  if (done) return 0;
  fmt::print(stderr, "error: {}\n", done.error().message);
  return 1;
}
