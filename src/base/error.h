// The one error type of the tree. Functions that can fail return Result<T>; exceptions come only from libraries and are
// turned into an Error at the border of the room that uses the library.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atelier {

// What went wrong, in a closed set. Each API surface maps a kind to its own status and code in one place
// (api/*/errors.cc).
enum class ErrorKind {
  kInvalidArgument,     // the request is wrong whatever the state is
  kUnauthenticated,     // who is asking could not be established
  kPermissionDenied,    // known, but not allowed
  kNotFound,            // the named thing does not exist
  kAlreadyExists,       // the name is taken
  kFailedPrecondition,  // the state does not allow it now
  kConflict,            // a concurrent change won
  kResourceExhausted,   // a quota, a queue or a disk is full
  kUnavailable,         // try again later
  kDeadlineExceeded,    // took longer than allowed
  kCancelled,           // the caller went away
  kUnimplemented,       // not served by this product (501)
  kInternal,            // our fault
};

std::string_view ToString(ErrorKind kind);

// An error says what was expected, what came and what to do. `code` is optional: the dialect-level code (for instance
// "NoSuchKey", "ModelArts.0104") where the kind alone does not decide it; `subject` names the thing it is about;
// `details` are further facts, each with its name, that a surface may show beside the message.
struct [[nodiscard]] Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  std::string code;
  std::string subject;
  std::vector<std::pair<std::string, std::string>> details = {};

  // The same error with text put before the message.
  Error Within(std::string_view context) &&;
};

template <class T>
using Result = std::expected<T, Error>;

// Shorthands: `return NotFound("no bucket named " + name, "NoSuchBucket");`
std::unexpected<Error> MakeError(ErrorKind kind, std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> InvalidArgument(std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> Unauthenticated(std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> PermissionDenied(std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> NotFound(std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> AlreadyExists(std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> FailedPrecondition(std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> ResourceExhausted(std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> Unavailable(std::string message, std::string code = {}, std::string subject = {});
std::unexpected<Error> Internal(std::string message, std::string code = {}, std::string subject = {});

// An error from errno, as "open /x: No such file": ResourceExhausted for a full disk (ENOSPC, EDQUOT), Unavailable for
// what passes or what an operator mends (no descriptor free: EMFILE, ENFILE; read-only disk: EROFS), NotFound for
// ENOENT, else Internal.
std::unexpected<Error> ErrnoError(std::string_view what, int error_number);

}  // namespace atelier

#define ATELIER_CONCAT_(a, b) a##b
#define ATELIER_CONCAT(a, b) ATELIER_CONCAT_(a, b)

// ATELIER_TRY(auto value, Expression()): evaluates a Result; on error returns it from the function, else assigns the
// value.
#define ATELIER_TRY(declaration, ...)                                             \
  auto ATELIER_CONCAT(result_, __LINE__) = (__VA_ARGS__);                         \
  if (!ATELIER_CONCAT(result_, __LINE__))                                         \
    return std::unexpected(std::move(ATELIER_CONCAT(result_, __LINE__)).error()); \
  declaration = *std::move(ATELIER_CONCAT(result_, __LINE__))

// ATELIER_CHECK(Expression()): the same for Result<void>.
#define ATELIER_CHECK(...)                                                                                            \
  do {                                                                                                                \
    if (auto check_result_ = (__VA_ARGS__); !check_result_) return std::unexpected(std::move(check_result_).error()); \
  } while (false)

// The same two inside coroutines. Never put a brace or a by-value lambda in a co_await operand
// (docs/adr/0001-stack.md): name it first, then: ATELIER_CO_TRY(auto n, co_await body.Read(buffer));
#define ATELIER_CO_TRY(declaration, ...)                                             \
  auto ATELIER_CONCAT(result_, __LINE__) = (__VA_ARGS__);                            \
  if (!ATELIER_CONCAT(result_, __LINE__))                                            \
    co_return std::unexpected(std::move(ATELIER_CONCAT(result_, __LINE__)).error()); \
  declaration = *std::move(ATELIER_CONCAT(result_, __LINE__))
#define ATELIER_CO_CHECK(...)                                                        \
  do {                                                                               \
    auto check_result_ = (__VA_ARGS__);                                              \
    if (!check_result_) co_return std::unexpected(std::move(check_result_).error()); \
  } while (false)
