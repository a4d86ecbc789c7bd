#include "training/evaluation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "base/json.h"
#include "base/strings.h"
#include "training/output_tree.h"

namespace atelier::training {
namespace {

constexpr std::size_t kMostBytes = 64 << 10;
constexpr std::size_t kMostClasses = 1000;
constexpr std::size_t kMostMembers = 64;
constexpr int kMostDepth = 8;

// Messages never show what the script wrote: it would stand in the platform's own lines of the log.
Result<void> CheckDepth(const json::value& value, int depth) {
  if (depth > kMostDepth) return InvalidArgument(fmt::format("is nested deeper than {} levels", kMostDepth));
  if (const auto* object = value.if_object())
    for (const auto& [key, member] : *object) ATELIER_CHECK(CheckDepth(member, depth + 1));
  if (const auto* array = value.if_array())
    for (const auto& member : *array) ATELIER_CHECK(CheckDepth(member, depth + 1));
  if (const auto* number = value.if_double(); number != nullptr && !std::isfinite(*number))
    return InvalidArgument("holds a number that is too large");
  return {};
}

bool IsNumber(const json::value& value) {
  if (value.is_number()) return true;
  if (!value.is_string()) return false;
  auto number = ParseNumber<double>(value.get_string());
  return number && std::isfinite(*number);
}

bool IsScalar(const json::value& value) { return !value.is_object() && !value.is_array(); }

// An object of simple members, or nothing.
Result<void> CheckMembers(const json::object& in, std::string_view key, bool (*fits)(const json::value&),
                          std::string_view expected) {
  const auto* value = in.if_contains(key);
  if (value == nullptr || value->is_null()) return {};
  const auto* members = value->if_object();
  if (members == nullptr || members->size() > kMostMembers)
    return InvalidArgument(fmt::format("'{}' is no object of at most {} members", key, kMostMembers));
  for (const auto& [name, member] : *members)
    if (!fits(member)) return InvalidArgument(fmt::format("'{}' has a member that is no {}", key, expected));
  return {};
}

Result<void> CheckKeys(const json::object& object, std::initializer_list<std::string_view> known) {
  for (const auto& [key, member] : object)
    if (std::ranges::find(known, std::string_view(key)) == known.end())
      return InvalidArgument(fmt::format("has a member other than {}", fmt::join(known, ", ")));
  return {};
}

Result<void> CheckClasses(const json::array& classes) {
  if (classes.size() > kMostClasses)
    return InvalidArgument(fmt::format("'metric' has {} entries, more than {}", classes.size(), kMostClasses));
  for (const auto& entry : classes) {
    const auto* object = entry.if_object();
    if (object == nullptr) return InvalidArgument("'metric' has an entry that is no object");
    ATELIER_CHECK(CheckKeys(*object, {"metric_values", "reserved_data", "metric_meta"}));
    ATELIER_CHECK(CheckMembers(*object, "metric_values", IsNumber, "number"));
    ATELIER_CHECK(CheckMembers(*object, "metric_meta", IsScalar, "text or number"));
    ATELIER_CHECK(ReadObject(*object, "reserved_data"));
  }
  return {};
}

Result<void> CheckTotal(const json::object& total) {
  ATELIER_CHECK(CheckKeys(total, {"total_metric_meta", "total_reserved_data", "total_metric_values"}));
  ATELIER_CHECK(CheckMembers(total, "total_metric_values", IsNumber, "number"));
  ATELIER_CHECK(CheckMembers(total, "total_metric_meta", IsScalar, "text or number"));
  ATELIER_CHECK(ReadObject(total, "total_reserved_data"));
  return {};
}

// A valid document on one line. Written from its values again, 0.95 would become 9.5E-1.
std::string WithoutSpaces(std::string_view document) {
  std::string compact;
  bool in_text = false, escaped = false;
  for (char c : document) {
    if (!in_text && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
    if (c == '"' && !escaped) in_text = !in_text;
    escaped = in_text && c == '\\' && !escaped;
    compact += c;
  }
  return compact;
}

}  // namespace

Result<std::string> ParseEvaluation(std::string_view text) {
  if (text.size() > kMostBytes) return InvalidArgument(fmt::format("is larger than {}", HumanBytes(kMostBytes)));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  ATELIER_TRY(auto object, ParseJsonObject(text));
  ATELIER_CHECK(CheckDepth(object, 1));
  ATELIER_CHECK(CheckKeys(object, {"metric", "total_metric"}));
  ATELIER_TRY(const auto* classes, ReadArray(object, "metric"));
  ATELIER_TRY(const auto* total, ReadObject(object, "total_metric"));
  if (classes == nullptr && total == nullptr)
    return InvalidArgument("has neither 'metric' (a list of classes) nor 'total_metric'");
  if (classes != nullptr) ATELIER_CHECK(CheckClasses(*classes));
  if (total != nullptr) ATELIER_CHECK(CheckTotal(*total));
  return WithoutSpaces(text);
}

Result<std::string> ReadEvaluation(const std::filesystem::path& output) {
  auto file = OpenBeneath(output, kMetricFile);
  if (!file && file.error().kind == ErrorKind::kNotFound) return std::string();
  if (!file) return std::unexpected(std::move(file).error());
  struct stat info{};
  if (::fstat(file->get(), &info) != 0) return ErrnoError("stat metric.json", errno);
  auto size = static_cast<std::uint64_t>(info.st_size);
  if (size > kMostBytes) return InvalidArgument(fmt::format("is larger than {}", HumanBytes(kMostBytes)));
  ATELIER_TRY(auto text, PreadExactly(file->get(), 0, size));
  return ParseEvaluation(text);
}

}  // namespace atelier::training
