#include "compute/launcher/sandbox_command.h"

#include <array>

namespace atelier::compute {

namespace {

class Options {
 public:
  template <class... Texts>
  void Add(Texts&&... texts) {
    (options_.push_back(std::string(std::forward<Texts>(texts))), ...);
  }
  std::vector<std::string> Take() { return std::move(options_); }

 private:
  std::vector<std::string> options_;
};

void AddNamespaces(Options& options, const LaunchSpec& spec) {
  options.Add("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try");
  if (spec.deny_user_namespaces) options.Add("--disable-userns");
  if (spec.workload.network == NetworkAccess::kNone) options.Add("--unshare-net");
  // atelier-init is process 1: it reports the true wait status, which the tool's own reaper would not.
  options.Add("--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv");
  options.Add("--uid", std::to_string(kInsideUid), "--gid", std::to_string(kInsideGid));
  options.Add("--hostname", spec.workload.id);
}

void AddSystem(Options& options) {
  options.Add("--ro-bind", "/usr", "/usr");
  // Symbolic links into /usr on systems with a merged /usr, directories of their own elsewhere.
  for (const char* name : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code error;
    fs::path target = fs::read_symlink(name, error);
    if (!error) {
      options.Add("--symlink", target.string(), name);
    } else if (fs::is_directory(name, error)) {
      options.Add("--ro-bind", name, name);
    }
  }
  options.Add("--proc", "/proc", "--dev", "/dev");
  // How many cores there are and how they are arranged: numeric libraries size their thread pools by it.
  options.Add("--ro-bind-try", "/sys/devices/system/cpu", "/sys/devices/system/cpu");
  options.Add("--ro-bind-try", "/sys/devices/system/node", "/sys/devices/system/node");
}

void AddEtc(Options& options, const LaunchSpec& spec, const std::vector<MadeFile>& made, const std::vector<int>& fds) {
  constexpr std::array<const char*, 8> kAlways = {"/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime",
                                                  "/etc/ssl",         "/etc/pki",          "/etc/ca-certificates",
                                                  "/etc/fonts",       "/etc/mime.types"};
  for (const char* path : kAlways) options.Add("--ro-bind-try", path, path);
  if (spec.workload.network == NetworkAccess::kHost) {
    for (const char* path : {"/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/services", "/etc/protocols"})
      options.Add("--ro-bind-try", path, path);
  }
  for (std::size_t i = 0; i < made.size() && i < fds.size(); ++i)
    options.Add("--ro-bind-data", std::to_string(fds[i]), made[i].target.string());
}

}  // namespace

std::vector<MadeFile> MakeFiles(const LaunchSpec& spec) {
  std::string uid = std::to_string(kInsideUid), gid = std::to_string(kInsideGid);
  std::string hosts = "127.0.0.1 localhost " + spec.workload.id + "\n::1 localhost\n";
  // A host without such a file resolves what it can without it.
  if (spec.workload.network == NetworkAccess::kHost) hosts += ReadFile("/etc/hosts", 1 << 20).value_or("");
  return {
      {"/etc/passwd", "root:x:0:0:root:/:/usr/sbin/nologin\natelier:x:" + uid + ":" + gid +
                          ":atelier:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"},
      {"/etc/group", "root:x:0:\natelier:x:" + gid + ":\nnogroup:x:65534:\n"},
      {"/etc/hosts", std::move(hosts)},
  };
}

std::vector<std::string> SandboxOptions(const LaunchSpec& spec, const fs::path& scratch, const fs::path& init,
                                        const std::vector<int>& made_fds) {
  Options options;
  AddNamespaces(options, spec);
  AddSystem(options);
  AddEtc(options, spec, MakeFiles(spec), made_fds);
  // On disk, so that temporary files do not count as the workload's memory.
  options.Add("--bind", scratch.string(), "/tmp");
  options.Add("--dir", "/var", "--symlink", "../tmp", "/var/tmp");
  for (const Mount& mount : spec.workload.mounts)
    options.Add(mount.writable ? "--bind" : "--ro-bind", mount.source.string(), mount.target.string());
  options.Add("--ro-bind", init.string(), std::string(kInitInside));
  options.Add("--remount-ro", "/");
  options.Add("--chdir", "/");
  return options.Take();
}

}  // namespace atelier::compute
