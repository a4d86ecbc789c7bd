#include "spec/operations_page.h"

#include <fmt/format.h>

namespace atelier::spec {
namespace {

constexpr std::string_view kHead = R"(# Operations of the platform listener

What the platform's port answers. Made from the specification (`spec/*.yaml`, served as `GET /openapi.json`), which a test holds to the
tables that the server routes by. The object store's: [object-store-operations.md](object-store-operations.md).

- **operation**: the name of it in the specification, the access log, the metrics and the audit log.
- **who may**: what the caller's role in the project must allow. *anybody* needs neither token nor signature.
- **answer**: what is not served says so with 501.
)";

std::string WhoMay(const Operation& operation) {
  if (operation.open) return "anybody";
  if (!operation.who_may.empty()) return operation.who_may;
  if (operation.administer) return "`admin`";
  return operation.method == "GET" ? "every role" : "`user`, `admin`";
}

}  // namespace

std::string OperationsPage(const Specification& specification) {
  std::string page(kHead);
  std::string area;
  for (const auto& operation : specification.operations()) {
    if (operation.area != area) {
      area = operation.area;
      page += fmt::format("\n## {}\n| operation | request | what | who may | answer |\n|---|---|---|---|---|\n", area);
    }
    page += fmt::format("| {} | `{} {}` | {} | {} | {} |\n", operation.id, operation.method, operation.path,
                        operation.summary, WhoMay(operation), operation.not_served.empty() ? "served" : "501");
  }
  return page;
}

}  // namespace atelier::spec
