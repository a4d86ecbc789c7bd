#include "compute/internal/cgroup_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/strings.h"

namespace atelier::compute {

Result<void> WriteControl(const fs::path& file, std::string_view value) {
  ATELIER_TRY(UniqueFd fd, OpenFile(file, O_WRONLY));
  if (::write(fd.get(), value.data(), value.size()) < 0)
    return ErrnoError("write '" + std::string(value) + "' to " + file.string(), errno);
  return {};
}

Result<void> WriteControlIfPresent(const fs::path& file, std::string_view value) {
  auto written = WriteControl(file, value);
  if (!written && written.error().kind == ErrorKind::kNotFound) return {};
  return written;
}

std::string ReadControl(const fs::path& file) { return ReadFile(file, 1 << 20).value_or(std::string()); }

std::optional<std::uint64_t> ReadControlNumber(const fs::path& file) {
  return ParseNumber<std::uint64_t>(Trim(ReadControl(file)));
}

}  // namespace atelier::compute
