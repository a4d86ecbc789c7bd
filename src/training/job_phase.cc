#include <array>
#include <cstddef>

#include "training/job_search.h"

namespace atelier::training {
namespace {

struct Phases {
  std::string_view phase, secondary;
};

// By status number.
constexpr std::array<Phases, 15> kPhases = {{
    {"Abnormal", "Unknown"},         // kUnknown
    {"Creating", "Creating"},        // kInit
    {"Creating", "Creating"},        // kImageCreating
    {"Failed", "CreateFailed"},      // kImageFailed
    {"Pending", "Queuing"},          // kSubmitTrying
    {"Failed", "CreateFailed"},      // kSubmitFailed
    {"Abnormal", "Unknown"},         // kDeleteFailed
    {"Pending", "Queuing"},          // kWaiting
    {"Running", "Running"},          // kRunning
    {"Terminating", "Terminating"},  // kKilling
    {"Completed", "Completed"},      // kCompleted
    {"Failed", "Failed"},            // kFailed
    {"Terminated", "Terminated"},    // kKilled
    {"Terminated", "Terminated"},    // kCanceled
    {"Abnormal", "Lost"},            // kLost
}};

const Phases& Of(Status status) { return kPhases.at(static_cast<std::size_t>(status)); }

}  // namespace

std::string_view PhaseOf(Status status) { return Of(status).phase; }
std::string_view SecondaryPhaseOf(Status status) { return Of(status).secondary; }

}  // namespace atelier::training
