#include "object_store/testing/scripted_client.h"

#include <gtest/gtest.h>

#include <set>

#include "object_store/record_format.h"
#include "object_store/testing/service_fixture.h"
#include "object_store/volume.h"

namespace atelier::object_store {

fs::path QuickFolder() { return fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path(); }

void ScriptedClient::Put(const std::string& key, const std::string& bytes) {
  Do(key, bytes, [&]() -> Result<void> {
    ATELIER_TRY(auto writer, service_->Put(kScriptCaller, "bucket", *ObjectKey::Parse(key), {}, {}));
    ATELIER_CHECK(writer->Append(bytes));
    ATELIER_TRY(auto record, writer->Commit({}, {}));
    return {};
  });
}

void ScriptedClient::Get(const std::string& key) {
  Do(key, known[key], [&]() -> Result<void> {
    auto opened = service_->Open(kScriptCaller, "bucket", key);
    if (!opened && opened.error().code == "NoSuchKey" && !known[key]) return {};
    ATELIER_CHECK(opened);
    EXPECT_EQ(Contents(ReadExtents(opened->extents)), known[key]) << key;
    return {};
  });
}

void ScriptedClient::Delete(const std::string& key) {
  Do(key, std::nullopt, [&]() -> Result<void> {
    ATELIER_CHECK(service_->Delete(kScriptCaller, "bucket", {.key = key}));
    return {};
  });
}

void ScriptedClient::Copy(const std::string& from, const std::string& to) {
  if (!known[from]) return;
  Do(to, known[from], [&]() -> Result<void> {
    CopyRequest request{.source_bucket = "bucket", .source_key = from, .target_bucket = "bucket", .target_key = to};
    ATELIER_TRY(auto record, service_->Copy(kScriptCaller, request));
    return {};
  });
}

void ScriptedClient::Multipart(const std::string& key, const std::vector<std::string>& parts, bool complete) {
  std::string whole;
  for (const std::string& part : parts) whole += part;
  Do(key, complete ? Contents(whole) : known[key], [&]() -> Result<void> {
    ATELIER_TRY(auto upload, service_->CreateUpload(kScriptCaller, "bucket", *ObjectKey::Parse(key), {}, {}, true));
    std::vector<CompletedPart> list;
    for (const std::string& part : parts) {
      int number = static_cast<int>(list.size()) + 1;
      ATELIER_TRY(auto writer, service_->PutPart(kScriptCaller, "bucket", key, upload.upload_id, number, {}));
      ATELIER_CHECK(writer->Append(part));
      ATELIER_TRY(auto record, writer->Commit({}));
      list.push_back({number, record.etag, {}});
    }
    if (!complete) return service_->AbortUpload(kScriptCaller, "bucket", key, upload.upload_id);
    ATELIER_TRY(auto record,
                service_->CompleteUpload(kScriptCaller, "bucket", key, upload.upload_id, {list, 0, {}, {}, {}}));
    return {};
  });
}

void ScriptedClient::Append(const std::string& key, const std::string& bytes) {
  const std::string before = known[key].value_or("");
  Do(key, before + bytes, [&]() -> Result<void> {
    ATELIER_TRY(auto writer, service_->Append(kScriptCaller, "bucket", *ObjectKey::Parse(key), before.size(), {}, {}));
    ATELIER_CHECK(writer->Append(bytes));
    ATELIER_CHECK(writer->Commit({}, {}));
    return {};
  });
}

void ScriptedClient::EnableVersioning() {
  if (!alive) return;
  auto answer = service_->SetVersioning(kScriptCaller, "bucket", VersioningState::kEnabled);
  if (answer) return;
  failures.push_back(answer.error());
  if (ends_at_failure) alive = false;
}

void ScriptedClient::AbandonedAndRefused(const std::string& key, const std::string& bytes) {
  if (!known[key]) return;
  Do(key, known[key], [&]() -> Result<void> {
    {
      ATELIER_TRY(auto abandoned, service_->Put(kScriptCaller, "bucket", *ObjectKey::Parse(key), {}, {}));
      ATELIER_CHECK(abandoned->Append(bytes));
    }
    ATELIER_TRY(auto refused, service_->Put(kScriptCaller, "bucket", *ObjectKey::Parse(key), {}, {}));
    ATELIER_CHECK(refused->Append(bytes));
    auto result = refused->Commit({}, WriteConditions{.if_none_match_any = true, .if_match = {}});
    if (!result && result.error().code == "PreconditionFailed") return {};
    return result ? Internal("the condition was not checked") : Result<void>(std::unexpected(result.error()));
  });
}

void ScriptedClient::Clean() {
  if (alive && !blobs_->Clean() && ends_at_failure) alive = false;
}

void ScriptedClient::Do(const std::string& key, Contents after, const std::function<Result<void>()>& request) {
  if (!alive) return;
  auto answer = request();
  if (answer) {
    known[key] = std::move(after);
    return;
  }
  failures.push_back(answer.error());
  if (!ends_at_failure) return;
  alive = false;
  in_doubt[key] = std::move(after);
}

void RunScript(ScriptedClient& client) {
  client.Put("a", Pattern(300, 1));
  client.Put("b", Pattern(2000, 2));
  client.Put("a", Pattern(3000, 3));
  client.Get("a");
  client.Put("b", Pattern(400, 4));
  client.Get("b");
  client.Clean();
  client.Put("c", Pattern(500, 5));
  client.Copy("c", "d");
  client.Delete("c");
  client.Clean();
  client.AbandonedAndRefused("d", Pattern(1500, 6));
  client.AbandonedAndRefused("d", Pattern(150, 7));
  client.Multipart("e", {Pattern(400, 8), Pattern(5000, 9), Pattern(10, 10)}, true);
  client.Get("e");
  client.Multipart("f", {Pattern(700, 11), Pattern(20, 12)}, false);
  client.Put("e", "");
  for (unsigned i = 0; i < 10; ++i) client.Put("g" + std::to_string(i), Pattern(480, 20 + i));
  client.Clean();
  for (unsigned i = 0; i < 4; ++i) client.Put("h" + std::to_string(i), Pattern(900, 30 + i));
  for (unsigned i = 0; i < 8; ++i) client.Delete("g" + std::to_string(i));
  client.Delete("h0");
  client.Copy("h1", "a");
  client.Clean();
  client.Append("log", Pattern(200, 50));
  client.Append("log", Pattern(900, 51));
  client.Clean();
  client.Append("log", Pattern(10, 52));
  client.Get("log");
  client.EnableVersioning();
  client.Put("a", Pattern(350, 60));
  client.Delete("log");
  client.Put("b", Pattern(1200, 61));
  client.Delete("b");
  client.Put("b", Pattern(60, 62));
  client.Copy("b", "m");
  client.Clean();
  client.Get("b");
  client.Put("last", Pattern(40, 40));
  client.Get("last");
}

void CheckObjects(ObjectService& service, BlobStore& blobs, ScriptedClient& client) {
  std::set<std::string> keys;
  for (const auto& [key, contents] : client.known) keys.insert(key);
  for (const auto& [key, contents] : client.in_doubt) keys.insert(key);
  for (const std::string& key : keys) {
    auto opened = service.Open(kScriptCaller, "bucket", key);
    Contents found;
    if (opened) {
      found = ReadExtents(opened->extents);
    } else {
      EXPECT_EQ(opened.error().code, "NoSuchKey") << key << ": " << opened.error().message;
    }
    auto doubt = client.in_doubt.find(key);
    bool right = found == client.known[key] || (doubt != client.in_doubt.end() && found == doubt->second);
    EXPECT_TRUE(right) << key << " has " << (found ? std::to_string(found->size()) + " bytes" : "gone");
  }
  auto report = service.VerifyAll([](const auto&) { return true; });
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->damage.empty()) << report->damage.front();
  EXPECT_TRUE(blobs.recovery().missing.empty());
}

void CheckNothingIsLeft(ObjectService& service, BlobStore& blobs, MemoryIndex& index, const fs::path& root) {
  auto uploads = index.Uploads("bucket", "", {"", "", true}, 100);
  ASSERT_TRUE(uploads);
  for (const MultipartUpload& upload : *uploads)
    ASSERT_TRUE(service.AbortUpload(kScriptCaller, "bucket", upload.key, upload.upload_id));
  ASSERT_TRUE(blobs.Clean());
  EXPECT_TRUE(index.DeadBlobs(BlobId(), 1)->empty());
  std::set<fs::path> files;
  std::map<fs::path, std::string> segments;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    if (entry.path().extension() == ".seg") {
      segments[entry.path()] = *ReadFile(entry.path());
    } else {
      files.insert(entry.path());
    }
  }
  const BlobPaths paths{root};
  for (const BlobRef& blob : *index.Blobs(BlobId(), BlobId(~0ULL >> 1), 1000)) {
    if (blob.id.in_file()) {
      EXPECT_EQ(files.erase(paths.File(blob.id)), 1U);
    } else {
      std::string& segment = segments[paths.Segment(blob.id.volume())];
      ASSERT_GE(segment.size(), blob.id.record_offset() + RecordSize(blob.size));
      segment.replace(blob.id.record_offset(), RecordSize(blob.size), RecordSize(blob.size), '\0');
    }
  }
  EXPECT_TRUE(files.empty()) << *files.begin();
  for (const auto& [path, bytes] : segments) {
    EXPECT_TRUE(bytes.find_first_not_of('\0', kSegmentHeaderSize) == bytes.npos) << path << " has unreferenced bytes";
    EXPECT_TRUE(index.Volumes().contains(static_cast<std::uint32_t>(std::stoul(path.stem(), nullptr, 16)))) << path;
  }
}

}  // namespace atelier::object_store
