// EventSource over the object store.
#pragma once

#include "boards/event_source.h"
#include "object_store/object_service.h"

namespace atelier::boards {

// Thread-safe. `objects` must outlive it.
class ObjectEventSource final : public EventSource {
 public:
  explicit ObjectEventSource(object_store::ObjectService& objects) : objects_(objects) {}

  Result<void> CheckBucket(const std::string& project_id, const std::string& bucket) override;
  Result<EventListing> List(const std::string& project_id, const training::ObsPath& folder, std::size_t most) override;
  Result<std::unique_ptr<EventReader>> Open(const std::string& project_id, const training::ObsPath& object) override;

 private:
  object_store::ObjectService& objects_;
};

}  // namespace atelier::boards
