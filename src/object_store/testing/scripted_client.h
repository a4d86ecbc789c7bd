// A client that knows what it was told, a workload that meets every step of the blob store, and the checks afterwards:
// shared by the tests that cut the power and those that fail the disk.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "object_store/blob_store.h"
#include "object_store/object_service.h"
#include "object_store/testing/memory_index.h"

namespace atelier::object_store {

using Contents = std::optional<std::string>;  // of a key; nullopt: absent

// In memory where that can be: for tests that make and remove thousands of small stores.
fs::path QuickFolder();

// Whose bucket "bucket" is.
inline const Caller kScriptCaller{"project"};

// What the client knows: the acknowledged contents of each key, and those that an unanswered request may have left.
class ScriptedClient {
 public:
  ScriptedClient(ObjectService* service, BlobStore* blobs) : service_(service), blobs_(blobs) {}
  // After a restart.
  void Reconnect(ObjectService* service, BlobStore* blobs) {
    service_ = service;
    blobs_ = blobs;
  }

  bool alive = true;
  // Whether a failed request ends the client; else it goes on, and the request must have changed nothing.
  bool ends_at_failure = true;
  std::map<std::string, Contents> known;
  std::map<std::string, Contents> in_doubt;
  std::vector<Error> failures;  // of requests, in order

  void Put(const std::string& key, const std::string& bytes);
  void Get(const std::string& key);
  void Delete(const std::string& key);
  void Copy(const std::string& from, const std::string& to);
  void Multipart(const std::string& key, const std::vector<std::string>& parts, bool complete);
  // Of an object that began with an append.
  void Append(const std::string& key, const std::string& bytes);
  // From here on, what is replaced and deleted stays as a version.
  void EnableVersioning();
  void AbandonedAndRefused(const std::string& key, const std::string& bytes);
  void Clean();

 private:
  void Do(const std::string& key, Contents after, const std::function<Result<void>()>& request);

  ObjectService* service_;
  BlobStore* blobs_;
};

// For stores with records of up to 512 bytes, segments of 4 KiB and 3 files a volume.
void RunScript(ScriptedClient& client);

// Every key has what the client knows, or what it was not told about; every byte is sound.
void CheckObjects(ObjectService& service, BlobStore& blobs, ScriptedClient& client);
// After open uploads are aborted and the cleaner has run, every byte on the disk belongs to a blob of the index.
void CheckNothingIsLeft(ObjectService& service, BlobStore& blobs, MemoryIndex& index, const fs::path& root);

}  // namespace atelier::object_store
