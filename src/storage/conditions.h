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
    auto name = "c" + std::to_string(values_.size());
    text_ += (text_.empty() ? " WHERE " : " AND ") + sql.substr(0, colon + 1) + name + sql.substr(colon + 1);
    values_.push_back({std::move(name), std::move(value)});
  }
  void AddIf(const std::string& sql, std::string value) {
    if (!value.empty()) Add(sql, std::move(value));
  }
  void Add(const std::string& sql) { text_ += (text_.empty() ? " WHERE " : " AND ") + sql; }

  // The statement, ready to be executed and fetched into `into`.
  template <class Into>
  void Prepare(soci::statement& statement, const std::string& before, const std::string& after, Into& into) const {
    statement.exchange(soci::into(into));
    for (const auto& value : values_) statement.exchange(soci::use(value.text, value.name));
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
