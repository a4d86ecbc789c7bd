#include "training/run_channels.h"

#include <fmt/format.h>

#include "base/files.h"

namespace atelier::training {
namespace {

constexpr const char* kHomeV2 = "/home/ma-user";
constexpr const char* kCodeV2 = "/home/ma-user/modelarts/user-job-dir";
constexpr const char* kMountV2 = "/home/ma-user/modelarts";
constexpr const char* kSitePackagesV2 = "/home/ma-user/site-packages";

std::string FolderOf(const Channel& channel, std::size_t index) { return fmt::format("{}_{}", channel.name, index); }

// Version 1's contract: at most one of each, with a fixed name.
std::vector<RunChannel> Single(const char* name, const std::string& url, const fs::path& host, const char* inside) {
  if (url.empty()) return {};
  return {{.channel = {.name = name, .description = {}, .url = url}, .host = host, .inside = inside}};
}

struct OutputFile {
  const Channel* channel = nullptr;  // null: the only output of a version 1 job
  std::size_t index = 0;
  std::string path;  // below the output
};

Result<OutputFile> FindOutput(const JobSpec& spec, const std::string& path) {
  if (!spec.container) return OutputFile{.channel = nullptr, .index = 0, .path = path};
  const auto& outputs = spec.container->outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    auto folder = FolderOf(outputs[i], i) + "/";
    if (path.starts_with(folder)) return OutputFile{&outputs[i], i, path.substr(folder.size())};
  }
  return InvalidArgument(fmt::format("'{}' lies in none of the outputs", path));
}

}  // namespace

std::string InputInside(const Channel& channel, std::size_t index) {
  return fmt::format("{}/inputs/{}", kMountV2, FolderOf(channel, index));
}

std::string OutputInside(const Channel& channel, std::size_t index) {
  return fmt::format("{}/outputs/{}", kMountV2, FolderOf(channel, index));
}

std::vector<RunChannel> InputsOf(const JobSpec& spec, const RunLayout& layout) {
  if (!spec.container) return Single("data_url", spec.data_url, layout.data, kDataInside);
  std::vector<RunChannel> channels;
  for (const auto& channel : spec.container->inputs) {
    auto index = channels.size();
    channels.push_back({channel, layout.data.parent_path() / FolderOf(channel, index), InputInside(channel, index)});
  }
  return channels;
}

std::vector<RunChannel> OutputsOf(const JobSpec& spec, const RunLayout& layout) {
  if (!spec.container) return Single("train_url", spec.train_url, layout.output, kOutputInside);
  std::vector<RunChannel> channels;
  for (const auto& channel : spec.container->outputs) {
    auto index = channels.size();
    channels.push_back({channel, layout.output.parent_path() / FolderOf(channel, index), OutputInside(channel, index)});
  }
  return channels;
}

bool HasOutputs(const JobSpec& spec) {
  return spec.container ? !spec.container->outputs.empty() : !spec.train_url.empty();
}

fs::path OutputRoot(const JobSpec& spec, const RunLayout& layout) {
  return spec.container ? layout.output.parent_path() : layout.output;
}

Result<ObsPath> OutputTarget(const JobVersion& version, const std::string& path) {
  ATELIER_TRY(auto file, FindOutput(version.spec, path));
  const auto& url = file.channel != nullptr ? file.channel->url : version.spec.train_url;
  ATELIER_TRY(auto folder, VersionFolder(url, version.number));
  return folder.Child(file.path);
}

Result<std::optional<ObsPath>> MirrorTarget(const JobVersion& version, const std::string& path) {
  ATELIER_TRY(auto file, FindOutput(version.spec, path));
  if (file.channel != nullptr && file.channel->url != version.spec.train_url) return std::nullopt;
  ATELIER_TRY(auto folder, MirrorFolder(version.spec.train_url));
  return folder.Child(file.path);
}

InsidePlaces PlacesInside(const JobSpec& spec) {
  if (!spec.container) return {.home = kHomeInside, .code = kCodeInside, .site_packages = kSitePackagesInside};
  const auto& code = spec.container->local_code_dir;
  return {.home = kHomeV2, .code = code.empty() ? kCodeV2 : code, .site_packages = kSitePackagesV2};
}

}  // namespace atelier::training
