#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/files.h"
#include "base/strings.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/location.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

Result<ObjectClient> Connect(const Common& common) {
  ATELIER_TRY(Connection connection, FindConnection(common.data_dir));
  return ObjectClient(std::move(connection));
}

Result<int> ListBuckets(const Common& common, ObjectClient& client) {
  ATELIER_TRY(auto buckets, client.Buckets());
  if (common.json) {
    json::array items;
    for (const auto& bucket : buckets)
      items.push_back(json::object{{"name", bucket.key}, {"created", bucket.last_modified}});
    fmt::print("{}\n", PrettyJson(items));
    return 0;
  }
  Table table({"BUCKET", "CREATED"});
  for (const auto& bucket : buckets) table.Add({bucket.key, bucket.last_modified});
  fmt::print("{}", table.Render());
  return 0;
}

std::string Shown(const Location& at) { return "obs://" + at.bucket + "/" + at.key; }

// One file up. `key` ending in '/' (or empty) keeps the file's name.
std::string UploadKey(const std::string& key, const fs::path& file) {
  return key.empty() || key.ends_with('/') ? key + file.filename().string() : key;
}

struct Upload {
  fs::path file;
  std::string key;
  std::uint64_t size = 0;
};

Result<std::vector<Upload>> PlanUploads(const fs::path& from, const std::string& key, bool recursive) {
  std::vector<Upload> uploads;
  std::error_code error;
  if (fs::is_directory(from, error)) {
    if (!recursive) return InvalidArgument(from.string() + " is a folder: add -r to copy it");
    std::string base = key.empty() || key.ends_with('/') ? key : key + "/";
    for (const auto& entry : fs::recursive_directory_iterator(from, error))
      if (entry.is_regular_file())
        uploads.push_back({entry.path(), base + fs::relative(entry.path(), from).string(), entry.file_size()});
    if (error) return ErrnoError("list " + from.string(), error.value());
    std::ranges::sort(uploads, {}, &Upload::key);
    return uploads;
  }
  auto size = fs::file_size(from, error);
  if (error) return ErrnoError("open " + from.string(), error.value());
  uploads.push_back({from, UploadKey(key, from), size});
  return uploads;
}

Result<int> UploadAll(ObjectClient& client, const fs::path& from, const Location& to, bool recursive) {
  ATELIER_TRY(auto uploads, PlanUploads(from, to.key, recursive));
  std::uint64_t total = 0;
  for (const auto& upload : uploads) total += upload.size;
  {
    ProgressBar bar("upload", total);
    for (const auto& upload : uploads)
      ATELIER_CHECK(client.PutFile(to.bucket, upload.key, upload.file, [&](std::uint64_t bytes) { bar.Add(bytes); }));
  }
  for (const auto& upload : uploads) fmt::print("{} -> {}\n", upload.file.string(), Shown({to.bucket, upload.key}));
  return 0;
}

Result<void> DownloadOne(ObjectClient& client, const Location& from, const fs::path& to, ProgressBar& bar) {
  ATELIER_CHECK(MakeDirectories(to.has_parent_path() ? to.parent_path() : fs::path(".")));
  fs::path beside = to;
  beside += ".part";
  {
    ATELIER_TRY(UniqueFd file, OpenFile(beside, O_WRONLY | O_CREAT | O_TRUNC));
    ATELIER_CHECK(client.Get(from.bucket, from.key, [&](std::string_view bytes) -> Result<void> {
      bar.Add(bytes.size());
      return WriteAll(file.get(), bytes);
    }));
  }
  std::error_code error;
  fs::rename(beside, to, error);
  if (error) return ErrnoError("rename to " + to.string(), error.value());
  return {};
}

Result<int> DownloadAll(ObjectClient& client, const Location& from, const fs::path& to, bool recursive) {
  std::vector<ObjectClient::Item> items;
  if (recursive) {
    ATELIER_CHECK(client.List(from.bucket, from.key, "", [&](const ObjectClient::Item& item) -> Result<void> {
      if (!item.key.ends_with('/')) items.push_back(item);
      return {};
    }));
  } else {
    ATELIER_TRY(auto headers, client.Head(from.bucket, from.key));
    items.push_back(
        {from.key, ParseNumber<std::uint64_t>(headers.Get("Content-Length").value_or("0")).value_or(0), "", "", false});
  }
  std::uint64_t total = 0;
  for (const auto& item : items) total += item.size;
  ProgressBar bar("download", total);
  std::error_code error;
  for (const auto& item : items) {
    std::string relative = recursive ? item.key.substr(from.key.size()) : item.key.substr(item.key.rfind('/') + 1);
    while (relative.starts_with('/')) relative.erase(0, 1);
    for (auto piece : Split(relative, '/'))
      if (piece.empty() || piece == "." || piece == "..")
        return InvalidArgument("the key '" + item.key +
                               "' cannot be a file name here; copy it by itself to a name of your choice");
    fs::path target = recursive || fs::is_directory(to, error) ? to / relative : to;
    ATELIER_CHECK(DownloadOne(client, {from.bucket, item.key}, target, bar));
    fmt::print("{} -> {}\n", Shown({from.bucket, item.key}), target.string());
  }
  return 0;
}

}  // namespace

Result<int> ListObjects(const Common& common, const std::string& location, bool recursive) {
  ATELIER_TRY(auto client, Connect(common));
  if (location.empty()) return ListBuckets(common, client);
  ATELIER_TRY(Location at, ParseLocation(location));
  json::array items;
  Table table({"SIZE", "LAST MODIFIED", "NAME"}, {true, false, false});
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  ATELIER_CHECK(
      client.List(at.bucket, at.key, recursive ? "" : "/", [&](const ObjectClient::Item& item) -> Result<void> {
        if (common.json)
          items.push_back(json::object{{"key", item.key},
                                       {"size", item.size},
                                       {"last_modified", item.last_modified},
                                       {"prefix", item.is_prefix}});
        else
          table.Add({item.is_prefix ? "-" : HumanBytes(item.size), item.is_prefix ? "" : item.last_modified, item.key});
        count += item.is_prefix ? 0 : 1;
        bytes += item.size;
        return {};
      }));
  if (common.json)
    fmt::print("{}\n", PrettyJson(items));
  else
    fmt::print("{}{} object{}, {}\n", table.Render(), count, count == 1 ? "" : "s", HumanBytes(bytes));
  return 0;
}

Result<int> MakeBucket(const Common& common, const std::string& bucket) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(Location at, ParseLocation(bucket));
  ATELIER_CHECK(client.CreateBucket(at.bucket));
  fmt::print("made bucket {}\n", at.bucket);
  return 0;
}

Result<int> RemoveBucket(const Common& common, const std::string& bucket) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(Location at, ParseLocation(bucket));
  ATELIER_CHECK(client.DeleteBucket(at.bucket));
  fmt::print("removed bucket {}\n", at.bucket);
  return 0;
}

Result<int> MakeFolder(const Common& common, const std::string& location) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(Location at, ParseLocation(location));
  if (!at.key.ends_with('/')) at.key += '/';
  ATELIER_CHECK(client.PutText(at.bucket, at.key, ""));
  fmt::print("made folder {}\n", Shown(at));
  return 0;
}

Result<int> CopyObjects(const Common& common, const std::string& from, const std::string& to, bool recursive) {
  if (IsRemote(from) == IsRemote(to))
    return InvalidArgument("one of the two must be in the store (obs://bucket/key) and the other a local path");
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(Location remote, ParseLocation(IsRemote(to) ? to : from));
  return IsRemote(to) ? UploadAll(client, from, remote, recursive) : DownloadAll(client, remote, to, recursive);
}

Result<int> RemoveObjects(const Common& common, const std::string& location, bool recursive) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(Location at, ParseLocation(location));
  if (at.key.empty() && !recursive)
    return InvalidArgument("name an object, or add -r to remove everything in the bucket");
  std::vector<std::string> keys;
  if (!recursive)
    keys.push_back(at.key);
  else
    ATELIER_CHECK(client.List(at.bucket, at.key, "", [&](const ObjectClient::Item& item) -> Result<void> {
      keys.push_back(item.key);
      return {};
    }));
  for (const auto& key : keys) ATELIER_CHECK(client.Delete(at.bucket, key));
  fmt::print("removed {} object{}\n", keys.size(), keys.size() == 1 ? "" : "s");
  return 0;
}

Result<int> CatObject(const Common& common, const std::string& location) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(Location at, ParseLocation(location));
  ATELIER_CHECK(client.Get(at.bucket, at.key, [](std::string_view bytes) { return WriteAll(STDOUT_FILENO, bytes); }));
  return 0;
}

Result<int> StatObject(const Common& common, const std::string& location) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(Location at, ParseLocation(location));
  ATELIER_TRY(auto headers, client.Head(at.bucket, at.key));
  json::object shown;
  Table table({"FIELD", "VALUE"});
  for (const auto& [name, value] : headers) {
    if (EqualsIgnoreCase(name, "Connection") || EqualsIgnoreCase(name, "Date") || EqualsIgnoreCase(name, "Server"))
      continue;
    shown[name] = value;
    table.Add({name, value});
  }
  if (common.json)
    fmt::print("{}\n", PrettyJson(shown));
  else
    fmt::print("{}", table.Render());
  return 0;
}

Result<int> PresignObject(const Common& common, const std::string& location, const std::string& method, int seconds) {
  ATELIER_TRY(Connection connection, FindConnection(common.data_dir));
  ATELIER_TRY(Location at, ParseLocation(location));
  auto path = ObjectTarget(at.bucket, at.key);
  auto query = auth::PresignV4(method, connection.object_store, path, connection.keys, connection.region,
                               SystemClock().Now(), seconds);
  fmt::print("http://{}{}?{}\n", connection.object_store, path, query);
  return 0;
}

}  // namespace atelier::cli
