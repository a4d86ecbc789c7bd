// The csv mapping: every row of an object is a request, every answer a line of its result.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/strings.h"
#include "base/worker_pool.h"
#include "batch/task_runner.h"

namespace atelier::batch {
namespace {

constexpr std::uint64_t kLongestCsv = 64ULL << 20;
constexpr std::size_t kRowsAtOnce = 64;
constexpr std::size_t kPiece = 1 << 20;

// "ok,<answer>": the answer as JSON on one line, whatever it is.
std::string Line(bool failed, const std::string& body) {
  auto parsed = ParseJson(body);
  auto text = CompactJson(parsed ? *parsed : json::value(body));
  return fmt::format("{},{}\n", failed ? "failed" : "ok", QuotedField(text));
}

}  // namespace

Result<void> TaskRunner::RunCsv(WorkerPool& pool, const object_store::ObjectRecord& object) {
  auto result_key = ResultKey(source_, target_, object.key, "_result.csv");
  ATELIER_TRY(auto written, Written(result_key));
  Tally tally;
  if (written) {
    ATELIER_TRY(tally, CountLines(result_key));
  } else {
    ATELIER_TRY(tally, AnswerRows(pool, object, result_key));
  }
  ++task_.progress.objects;
  task_.progress.requests += tally.requests;
  task_.progress.failures += tally.failures;
  return {};
}

Result<TaskRunner::Tally> TaskRunner::AnswerRows(WorkerPool& pool, const object_store::ObjectRecord& object,
                                                 const std::string& result_key) {
  Tally tally;
  ATELIER_TRY(auto writer, OpenResult(result_key, "text/csv", false));
  auto refuse = [&](const Error& error) -> Result<void> {
    ++tally.requests;
    ++tally.failures;
    return writer->Append(Line(true, ErrorBody(error.code, error.message)));
  };
  ATELIER_TRY(auto bytes, ReadObject(object, kLongestCsv));
  std::string text;
  if (bytes)
    text = *std::move(bytes);
  else
    ATELIER_CHECK(refuse(bytes.error()));
  CsvReader reader(text);
  for (bool more = true; more;) {
    std::vector<Row> rows;
    std::optional<Error> broken;
    while (more && rows.size() < kRowsAtOnce) {
      auto row = reader.Next();
      if (!row) broken = row.error();
      more = row && *row;
      if (more) rows.push_back(**std::move(row));
    }
    std::vector<Result<Answer>> answers(rows.size());
    InParallel(pool, rows.size(), [&](std::size_t i) { answers[i] = AnswerToRow(rows[i]); });
    for (const auto& answer : answers) {
      if (!answer) return std::unexpected(answer.error());
      ++tally.requests;
      if (answer->failed) ++tally.failures;
      ATELIER_CHECK(writer->Append(Line(answer->failed, answer->body)));
    }
    if (broken) ATELIER_CHECK(refuse(*broken));
  }
  ATELIER_CHECK(writer->Commit({}, {}));
  return tally;
}

Result<TaskRunner::Answer> TaskRunner::AnswerToRow(const Row& row) {
  auto body = rule_->Body(row);
  if (!body) return Answer{"application/json", ErrorBody(body.error().code, body.error().message), true};
  return Ask({"application/json", *std::move(body)});
}

// Of a result that an earlier life of the server has written.
Result<TaskRunner::Tally> TaskRunner::CountLines(const std::string& result_key) {
  ATELIER_TRY(auto open, ports_.objects.Open(Caller(), target_.bucket, result_key));
  Tally tally;
  bool line_begins = true;
  for (std::uint64_t at = 0; at < open.record.size; at += kPiece) {
    ATELIER_TRY(auto bytes, ReadExtents(open, at, kPiece));
    for (char c : bytes) {
      if (line_begins && c == 'f') ++tally.failures;
      line_begins = c == '\n';
      if (line_begins) ++tally.requests;
    }
  }
  return tally;
}

}  // namespace atelier::batch
