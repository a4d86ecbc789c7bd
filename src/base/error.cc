#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace atelier {

std::string_view ToString(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
      return "InvalidArgument";
    case ErrorKind::kUnauthenticated:
      return "Unauthenticated";
    case ErrorKind::kPermissionDenied:
      return "PermissionDenied";
    case ErrorKind::kNotFound:
      return "NotFound";
    case ErrorKind::kAlreadyExists:
      return "AlreadyExists";
    case ErrorKind::kFailedPrecondition:
      return "FailedPrecondition";
    case ErrorKind::kConflict:
      return "Conflict";
    case ErrorKind::kResourceExhausted:
      return "ResourceExhausted";
    case ErrorKind::kUnavailable:
      return "Unavailable";
    case ErrorKind::kDeadlineExceeded:
      return "DeadlineExceeded";
    case ErrorKind::kCancelled:
      return "Cancelled";
    case ErrorKind::kUnimplemented:
      return "Unimplemented";
    case ErrorKind::kInternal:
      return "Internal";
  }
  return "Internal";
}

Error Error::Within(std::string_view context) && {
  message = std::string(context) + ": " + message;
  return std::move(*this);
}

std::unexpected<Error> MakeError(ErrorKind kind, std::string message, std::string code, std::string subject) {
  return std::unexpected(Error{kind, std::move(message), std::move(code), std::move(subject)});
}

#define ATELIER_DEFINE_ERROR(name)                                                                 \
  std::unexpected<Error> name(std::string message, std::string code, std::string subject) {        \
    return MakeError(ErrorKind::k##name, std::move(message), std::move(code), std::move(subject)); \
  }
ATELIER_DEFINE_ERROR(InvalidArgument)
ATELIER_DEFINE_ERROR(Unauthenticated)
ATELIER_DEFINE_ERROR(PermissionDenied)
ATELIER_DEFINE_ERROR(NotFound)
ATELIER_DEFINE_ERROR(AlreadyExists)
ATELIER_DEFINE_ERROR(FailedPrecondition)
ATELIER_DEFINE_ERROR(ResourceExhausted)
ATELIER_DEFINE_ERROR(Unavailable)
ATELIER_DEFINE_ERROR(Internal)
#undef ATELIER_DEFINE_ERROR

std::unexpected<Error> ErrnoError(std::string_view what, int error_number) {
  ErrorKind kind = ErrorKind::kInternal;
  if (error_number == ENOSPC || error_number == EDQUOT) kind = ErrorKind::kResourceExhausted;
  if (error_number == EMFILE || error_number == ENFILE || error_number == EROFS) kind = ErrorKind::kUnavailable;
  if (error_number == ENOENT) kind = ErrorKind::kNotFound;
  return MakeError(kind, std::string(what) + ": " + std::generic_category().message(error_number));
}

}  // namespace atelier
