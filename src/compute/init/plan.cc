#include "compute/init/plan.h"

#include <charconv>

namespace atelier::compute {

namespace {

// Fields end with NUL, which none of them can hold.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  std::optional<std::string> Text() {
    std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    std::string field(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return field;
  }

  std::optional<std::uint64_t> Number() {
    auto text = Text();
    if (!text) return std::nullopt;
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    return value;
  }

  bool List(std::vector<std::string>& into) {
    auto count = Number();
    if (!count || *count > rest_.size()) return false;
    for (std::uint64_t i = 0; i < *count; ++i) {
      auto field = Text();
      if (!field) return false;
      into.push_back(*std::move(field));
    }
    return true;
  }

  bool AtEnd() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

void Append(std::string& to, std::string_view field) {
  to += field;
  to += '\0';
}

void AppendList(std::string& to, const std::vector<std::string>& fields) {
  Append(to, std::to_string(fields.size()));
  for (const std::string& field : fields) Append(to, field);
}

}  // namespace

std::string EncodePlan(const InitPlan& plan) {
  std::string bytes;
  Append(bytes, plan.working_directory);
  Append(bytes, plan.owns_namespace ? "1" : "0");
  Append(bytes, std::to_string(plan.processes));
  Append(bytes, std::to_string(plan.data_bytes));
  Append(bytes, std::to_string(plan.file_bytes));
  AppendList(bytes, plan.environment);
  AppendList(bytes, plan.command);
  return bytes;
}

std::optional<InitPlan> DecodePlan(std::string_view bytes) {
  FieldReader reader(bytes);
  InitPlan plan;
  auto directory = reader.Text();
  auto owns_namespace = reader.Number();
  auto processes = reader.Number();
  auto data_bytes = reader.Number();
  auto file_bytes = reader.Number();
  if (!directory || !owns_namespace || !processes || !data_bytes || !file_bytes) return std::nullopt;
  if (!reader.List(plan.environment) || !reader.List(plan.command)) return std::nullopt;
  if (!reader.AtEnd() || plan.command.empty()) return std::nullopt;
  plan.working_directory = *std::move(directory);
  plan.owns_namespace = *owns_namespace != 0;
  plan.processes = *processes;
  plan.data_bytes = *data_bytes;
  plan.file_bytes = *file_bytes;
  return plan;
}

}  // namespace atelier::compute
