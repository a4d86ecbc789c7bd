#include "storage/parameter_set_repository.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "storage/like_pattern.h"
#include "storage/parameter_set_document.h"

namespace atelier::storage {

using training::ParameterSet;
using training::SetOrder;
using training::SetPage;
using training::SetQuery;

namespace {

constexpr std::string_view kColumns =
    "SELECT project_id, name, description, created_at, document FROM training_parameter_set ";

std::string OrderBy(const SetQuery& query) {
  std::string_view direction = query.descending ? "DESC" : "ASC";
  switch (query.order) {
    case SetOrder::kName:
      return fmt::format("ORDER BY name {}", direction);
    case SetOrder::kDescription:
      return fmt::format("ORDER BY description {}, name {}", direction, direction);
    case SetOrder::kCreated:
      return fmt::format("ORDER BY created_at {}, name {}", direction, direction);
  }
  return {};
}

// Of a select of kColumns with two placeholders.
Result<std::vector<ParameterSet>> Fetch(soci::session& sql, const std::string& condition, const std::string& a,
                                        const std::string& b) {
  ParameterSet set;
  std::int64_t created = 0;
  std::string document;
  soci::statement select =
      (sql.prepare << kColumns << condition, soci::use(a), soci::use(b), soci::into(set.project_id),
       soci::into(set.name), soci::into(set.description), soci::into(created), soci::into(document));
  select.execute();
  std::vector<ParameterSet> sets;
  while (select.fetch()) {
    set.created = FromUnixMillis(created);
    ATELIER_TRY(set.fields, ParseConfigDocument(document));
    sets.push_back(set);
  }
  return sets;
}

}  // namespace

Result<void> SqlParameterSetRepository::Insert(const ParameterSet& set) {
  auto created = ToUnixMillis(set.created);
  auto document = ConfigDocument(set.fields);
  return control_.Write([&](soci::session& sql) -> Result<void> {
    int taken = 0;
    sql << "SELECT count(*) FROM training_parameter_set WHERE project_id = :p AND name = :n", soci::use(set.project_id),
        soci::use(set.name), soci::into(taken);
    if (taken > 0) return AlreadyExists(fmt::format("Config name:{} is existed", set.name), "ModelArts.0103", set.name);
    sql << "INSERT INTO training_parameter_set(project_id, name, description, created_at, document) "
           "VALUES(:p, :n, :d, :c, :j)",
        soci::use(set.project_id), soci::use(set.name), soci::use(set.description), soci::use(created),
        soci::use(document);
    return {};
  });
}

Result<void> SqlParameterSetRepository::Update(const ParameterSet& set) {
  auto document = ConfigDocument(set.fields);
  return control_.Write([&](soci::session& sql) -> Result<void> {
    soci::statement update =
        (sql.prepare << "UPDATE training_parameter_set SET description = :d, document = :j "
                        "WHERE project_id = :p AND name = :n",
         soci::use(set.description), soci::use(document), soci::use(set.project_id), soci::use(set.name));
    update.execute(true);
    if (update.get_affected_rows() == 0) return NotFound("no parameter set " + set.name);
    return {};
  });
}

Result<void> SqlParameterSetRepository::Remove(const std::string& project_id, const std::string& name) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    soci::statement remove = (sql.prepare << "DELETE FROM training_parameter_set WHERE project_id = :p AND name = :n",
                              soci::use(project_id), soci::use(name));
    remove.execute(true);
    if (remove.get_affected_rows() == 0) return NotFound("no parameter set " + name);
    return {};
  });
}

Result<std::optional<ParameterSet>> SqlParameterSetRepository::Find(const std::string& project_id,
                                                                    const std::string& name) {
  std::optional<ParameterSet> found;
  ATELIER_CHECK(control_.Read([&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(auto sets, Fetch(sql, "WHERE project_id = :p AND name = :n", project_id, name));
    if (!sets.empty()) found = std::move(sets.front());
    return {};
  }));
  return found;
}

Result<SetPage> SqlParameterSetRepository::List(const std::string& project_id, const SetQuery& query) {
  auto pattern = LikeContaining(query.search);
  auto condition =
      fmt::format("WHERE project_id = :p AND name LIKE :s ESCAPE '\\' {} LIMIT {} OFFSET {}", OrderBy(query),
                  query.per_page, static_cast<std::int64_t>(query.page - 1) * query.per_page);
  SetPage page;
  ATELIER_CHECK(control_.Read([&](soci::session& sql) -> Result<void> {
    std::int64_t total = 0;
    sql << "SELECT count(*) FROM training_parameter_set WHERE project_id = :p AND name LIKE :s ESCAPE '\\'",
        soci::use(project_id), soci::use(pattern), soci::into(total);
    page.total = static_cast<std::size_t>(total);
    ATELIER_TRY(page.sets, Fetch(sql, condition, project_id, pattern));
    return {};
  }));
  return page;
}

Result<std::size_t> SqlParameterSetRepository::Count(const std::string& project_id) {
  std::int64_t count = 0;
  ATELIER_CHECK(control_.Read([&](soci::session& sql) -> Result<void> {
    sql << "SELECT count(*) FROM training_parameter_set WHERE project_id = :p", soci::use(project_id),
        soci::into(count);
    return {};
  }));
  return static_cast<std::size_t>(count);
}

}  // namespace atelier::storage
