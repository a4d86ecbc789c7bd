// EventSource in memory, for tests.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "boards/event_source.h"

namespace atelier::boards {

// Thread-safe.
class MemoryEventSource final : public EventSource {
 public:
  Result<void> CheckBucket(const std::string& project_id, const std::string& bucket) override;
  Result<EventListing> List(const std::string& project_id, const training::ObsPath& folder, std::size_t most) override;
  Result<std::unique_ptr<EventReader>> Open(const std::string& project_id, const training::ObsPath& object) override;

  void MakeBucket(const std::string& bucket, const std::string& project_id);
  void RemoveBucket(const std::string& bucket);
  void Put(const std::string& bucket, const std::string& key, const std::string& bytes);
  void Delete(const std::string& bucket, const std::string& key);
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  std::mutex mutex_;                                                 // guards:
  std::map<std::string, std::string> owners_;                        //   bucket -> project
  std::map<std::string, std::map<std::string, std::string>> bytes_;  //   bucket -> key -> bytes
  std::uint64_t bytes_read_ = 0;                                     // by readers, which are used on the test's thread
};

}  // namespace atelier::boards
