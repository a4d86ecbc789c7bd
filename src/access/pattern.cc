#include "access/pattern.h"

#include <fmt/format.h>

#include "access/condition_keys.h"
#include "base/strings.h"

namespace atelier::access {
namespace {

constexpr char16_t kAnyText = 0x100;
constexpr char16_t kAnyCharacter = 0x101;

char16_t UnitOf(char c) { return static_cast<unsigned char>(c); }

char16_t Fold(char16_t unit) { return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit + 32) : unit; }

// The end of the UTF-8 character that begins at `at`; of anything else, of its one byte.
std::size_t AfterCharacter(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

// Goes back to the last `*` only: what an earlier one could take, the last one can take as well.
bool MatchesUnits(std::u16string_view units, std::string_view text, bool ignore_case) {
  std::size_t unit = 0;
  std::size_t at = 0;
  std::size_t star = std::u16string_view::npos;
  std::size_t star_end = 0;  // how far the last star has taken text
  auto same = [&](char16_t a, char16_t b) { return ignore_case ? Fold(a) == Fold(b) : a == b; };
  while (at < text.size()) {
    if (unit < units.size() && units[unit] == kAnyText) {
      star = unit++;
      star_end = at;
    } else if (unit < units.size() && units[unit] == kAnyCharacter) {
      ++unit;
      at = AfterCharacter(text, at);
    } else if (unit < units.size() && same(units[unit], UnitOf(text[at]))) {
      ++unit;
      ++at;
    } else if (star != std::u16string_view::npos) {
      unit = star + 1;
      at = ++star_end;
    } else {
      return false;
    }
  }
  while (unit < units.size() && units[unit] == kAnyText) ++unit;
  return unit == units.size();
}

void Append(std::u16string& units, std::string_view text) {
  for (char c : text) units.push_back(UnitOf(c));
}

std::unexpected<Error> BadVariable(std::string_view inside) {
  return InvalidArgument(
      fmt::format("\"${{{}}}\" is not a policy variable; write ${{aws:username}} or ${{aws:username, 'default'}}",
                  inside),
      "MalformedPolicy");
}

}  // namespace

Pattern::Units& Pattern::Literal() {
  if (pieces_.empty() || !pieces_.back().variable.empty()) pieces_.emplace_back();
  return pieces_.back().units;
}

Result<void> Pattern::AddVariable(std::string_view inside) {
  if (inside == "*" || inside == "?" || inside == "$") {
    Append(Literal(), inside);
    return {};
  }
  Piece piece;
  std::string_view name = inside;
  if (auto comma = inside.find(','); comma != std::string_view::npos) {
    std::string_view quoted = Trim(inside.substr(comma + 1));
    if (quoted.size() < 2 || quoted.front() != '\'' || quoted.back() != '\'') return BadVariable(inside);
    piece.otherwise = quoted.substr(1, quoted.size() - 2);
    piece.has_otherwise = true;
    name = inside.substr(0, comma);
  }
  ATELIER_TRY(piece.variable, CanonicalKey(Trim(name)));
  pieces_.push_back(std::move(piece));
  fixed_ = false;
  return {};
}

Result<Pattern> Pattern::Parse(std::string_view text, Syntax syntax) {
  Pattern pattern;
  pattern.ignore_case_ = syntax.ignore_case;
  while (!text.empty()) {
    if (syntax.variables && text.starts_with("${")) {
      auto end = text.find('}');
      if (end == std::string_view::npos) return BadVariable(text.substr(2));
      ATELIER_CHECK(pattern.AddVariable(text.substr(2, end - 2)));
      text.remove_prefix(end + 1);
      continue;
    }
    char c = text.front();
    bool wild = syntax.wildcards && (c == '*' || c == '?');
    if (wild) pattern.fixed_ = false;
    pattern.Literal().push_back(!wild ? UnitOf(c) : c == '*' ? kAnyText : kAnyCharacter);
    text.remove_prefix(1);
  }
  return pattern;
}

Pattern::Units Pattern::Expand(const ConditionContext& context, bool& complete) const {
  Units units;
  for (const Piece& piece : pieces_) {
    if (piece.variable.empty()) {
      units += piece.units;
      continue;
    }
    const std::vector<std::string>* values = context.Find(piece.variable);
    if (values != nullptr && values->size() == 1) {
      Append(units, values->front());
    } else if (piece.has_otherwise) {
      Append(units, piece.otherwise);
    } else {
      complete = false;
    }
  }
  return units;
}

bool Pattern::Matches(std::string_view text, const ConditionContext& context) const {
  if (pieces_.empty()) return text.empty();
  if (pieces_.size() == 1 && pieces_.front().variable.empty())
    return MatchesUnits(pieces_.front().units, text, ignore_case_);
  bool complete = true;
  Units units = Expand(context, complete);
  return complete && MatchesUnits(units, text, ignore_case_);
}

}  // namespace atelier::access
