// Text as policies write it, with wildcards and variables: "logs/${aws:username}/*".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/condition_context.h"
#include "base/error.h"

namespace atelier::access {

// `*` stands for any text, '/' included, `?` for one character. Immutable; thread-safe.
class Pattern {
 public:
  struct Syntax {
    bool wildcards = false;
    bool variables = false;    // ${aws:username}, ${aws:username, 'nobody'}, and ${*}, ${?}, ${$} for the characters
    bool ignore_case = false;  // ASCII only
  };

  // MalformedPolicy: a variable without its end, or of a name that no request has.
  static Result<Pattern> Parse(std::string_view text, Syntax syntax);

  // A variable takes its value from the context, character by character: wildcards in it mean themselves. A pattern
  // with a variable that the request does not have (or has more than once) matches nothing.
  bool Matches(std::string_view text, const ConditionContext& context) const;

  // Neither wildcards nor variables: it can match one text only.
  bool IsFixed() const { return fixed_; }

 private:
  // Bytes as they are, and two units more for the wildcards.
  using Units = std::u16string;
  struct Piece {
    Units units;           // when it is not a variable
    std::string variable;  // canonical key
    std::string otherwise;
    bool has_otherwise = false;
  };

  Result<void> AddVariable(std::string_view inside);
  Units& Literal();
  Units Expand(const ConditionContext& context, bool& complete) const;

  std::vector<Piece> pieces_;
  bool ignore_case_ = false;
  bool fixed_ = true;
};

}  // namespace atelier::access
