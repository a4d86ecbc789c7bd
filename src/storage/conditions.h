// The WHERE of a list: only the conditions that were asked for, so that the database can take the index that fits.
#pragma once

#include <soci/soci.h>

#include <deque>
#include <string>

namespace atelier::storage {

// Values are bound by name; the conditions must outlive the statements that they are bound to.
class Conditions {
 public:
  // `sql` has one ":" at its end or in its middle, which becomes the value's name: "name = :".
  void Add(const std::string& sql, std::string value) {
    auto colon = sql.find(':');
    Add(sql.substr(0, colon) + Name(std::move(value)) + sql.substr(colon + 1));
  }
  void AddIf(const std::string& sql, std::string value) {
    if (!value.empty()) Add(sql, std::move(value));
  }
  void Add(const std::string& sql) { text_ += (text_.empty() ? " WHERE " : " AND ") + sql; }

  // The value's name, for a condition that has several: Add("name IN (" + where.Name(a) + ", " + where.Name(b) + ")").
  std::string Name(std::string value) {
    auto name = "c" + std::to_string(values_.size());
    values_.push_back({name, std::move(value)});
    return ":" + name;
  }

  // To a statement, or to what one is made from.
  void BindTo(soci::statement& statement) const {
    for (const auto& value : values_) statement.exchange(soci::use(value.text, value.name));
  }
  void BindTo(soci::details::prepare_temp_type& statement) const {
    for (const auto& value : values_) statement, soci::use(value.text, value.name);
  }
  // The statement, ready to be executed and fetched into these.
  template <class... Into>
  void Prepare(soci::statement& statement, const std::string& before, const std::string& after, Into&... into) const {
    (statement.exchange(soci::into(into)), ...);
    BindTo(statement);
    statement.alloc();
    statement.prepare(before + text_ + after);
    statement.define_and_bind();
  }
  const std::string& text() const { return text_; }

 private:
  struct Value {
    std::string name, text;
  };
  std::string text_;
  std::deque<Value> values_;  // bound by reference: they must stay where they are
};

}  // namespace atelier::storage
