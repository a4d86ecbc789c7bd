// EngineSource over the engine store and its background installer.
#pragma once

#include <string>
#include <vector>

#include "engines/background_installer.h"
#include "engines/engine_store.h"
#include "training/engine_source.h"

namespace atelier::training {

// Thread-safe. Both must outlive it.
class EngineStoreSource final : public EngineSource {
 public:
  EngineStoreSource(engines::EngineStore& store, engines::BackgroundInstaller& installer)
      : store_(store), installer_(installer) {}

  Result<std::vector<EngineListing>> List() override;
  Result<EngineReadiness> Prepare(const std::string& name) override;

 private:
  engines::EngineStore& store_;
  engines::BackgroundInstaller& installer_;
};

}  // namespace atelier::training
