#include "http/router.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::http {
namespace {

enum class PieceKind { kLiteral, kName, kRest };

PieceKind KindOf(std::string_view piece) {
  if (piece.size() < 2 || piece.front() != '{' || piece.back() != '}') return PieceKind::kLiteral;
  return piece.ends_with("...}") ? PieceKind::kRest : PieceKind::kName;
}

std::string_view NameOf(std::string_view piece) {
  auto name = piece.substr(1, piece.size() - 2);
  if (name.ends_with("...")) name.remove_suffix(3);
  return name;
}

// Cuts the text up to the next '/' off the front; `more` tells whether a '/' was there.
std::string_view TakePiece(std::string_view& text, bool& more) {
  auto slash = text.find('/');
  auto piece = text.substr(0, slash);
  more = slash != std::string_view::npos;
  text.remove_prefix(more ? slash + 1 : text.size());
  return piece;
}

// Walks pattern and path side by side and shows each {name} with its raw text to `take`, which may refuse.
template <class Take>
bool Walk(std::string_view pattern, std::string_view path, Take take) {
  if (!pattern.starts_with('/') || !path.starts_with('/')) return false;
  pattern.remove_prefix(1);
  path.remove_prefix(1);
  for (;;) {
    bool pattern_more = false;
    auto expected = TakePiece(pattern, pattern_more);
    auto kind = KindOf(expected);
    if (kind == PieceKind::kRest) return take(NameOf(expected), path);
    bool path_more = false;
    auto piece = TakePiece(path, path_more);
    if (kind == PieceKind::kLiteral) {
      if (piece != expected && (!piece.contains('%') || PercentDecode(piece) != expected)) return false;
    } else if (piece.empty() || !take(NameOf(expected), piece)) {
      return false;
    }
    if (pattern_more != path_more) return false;
    if (!pattern_more) return true;
  }
}

}  // namespace

std::optional<PathArguments> MatchPattern(std::string_view pattern, std::string_view raw_path) {
  // Most patterns of a table do not match: find that out before anything is allocated.
  if (!Walk(pattern, raw_path, [](std::string_view, std::string_view) { return true; })) return std::nullopt;
  PathArguments arguments;
  bool decoded = Walk(pattern, raw_path, [&](std::string_view name, std::string_view raw) {
    auto value = PercentDecode(raw);
    if (!value) return false;
    arguments.insert_or_assign(std::string(name), *std::move(value));
    return true;
  });
  if (!decoded) return std::nullopt;
  return arguments;
}

int PatternRank(std::string_view pattern) {
  // A number in base 3, the leftmost piece counting most: literal 0, {name} 1, {rest...} 2. Nineteen digits fit in an
  // int.
  constexpr int kPieces = 19;
  int rank = 0;
  int pieces = 0;
  bool more = true;
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  while (more && pieces < kPieces) {
    rank = rank * 3 + static_cast<int>(KindOf(TakePiece(pattern, more)));
    ++pieces;
  }
  for (; pieces < kPieces; ++pieces) rank *= 3;
  return rank;
}

}  // namespace atelier::http
