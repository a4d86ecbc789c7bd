// What the command line can do. Each function is one command: it prints, and returns the exit code or an error to show.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace atelier::cli {

// Options that every command has.
struct Common {
  std::filesystem::path data_dir;
  bool json = false;
};

// --- atelier obs ---
Result<int> ListObjects(const Common&, const std::string& location, bool recursive);
Result<int> MakeBucket(const Common&, const std::string& bucket);
Result<int> RemoveBucket(const Common&, const std::string& bucket);
Result<int> MakeFolder(const Common&, const std::string& location);
Result<int> CopyObjects(const Common&, const std::string& from, const std::string& to, bool recursive);
Result<int> RemoveObjects(const Common&, const std::string& location, bool recursive);
Result<int> CatObject(const Common&, const std::string& location);
Result<int> StatObject(const Common&, const std::string& location);
Result<int> PresignObject(const Common&, const std::string& location, const std::string& method, int seconds);

// --- atelier job ---
struct JobOptions {
  std::string name, description, engine, code, boot, data, output, flavor;
  std::vector<std::string> parameters;  // label=value
  bool follow = false;                  // wait and show the log
};
Result<int> CreateJob(const Common&, const JobOptions&);
Result<int> RerunJob(const Common&, const std::string& job,
                     const JobOptions&);  // a new version; empty options are taken over
Result<int> ListJobs(const Common&, const std::string& search);
Result<int> ShowJob(const Common&, const std::string& job, const std::string& version);
Result<int> CompareJob(const Common&, const std::string& job, int newest);  // the newest so many versions
Result<int> StopJob(const Common&, const std::string& job, const std::string& version);
Result<int> DeleteJob(const Common&, const std::string& job, const std::string& version);
Result<int> JobLogs(const Common&, const std::string& job, const std::string& version, bool follow);
Result<int> WaitForJob(const Common&, const std::string& job, const std::string& version, int timeout_seconds);

// --- atelier board ---
struct BoardOptions {
  std::string name, description, flavor;
  std::string events;  // the folder, or
  std::string job;     //   the training job whose output it is
  int hours = 0;       // after which it is stopped; 0: never
  bool wait = true;
};
Result<int> CreateBoard(const Common&, const BoardOptions&);
Result<int> ListBoards(const Common&);
Result<int> ShowBoard(const Common&, const std::string& board);
Result<int> StopBoard(const Common&, const std::string& board);
Result<int> RestartBoard(const Common&, const std::string& board, bool wait);
Result<int> DeleteBoard(const Common&, const std::string& board);
Result<int> OpenBoard(const Common&, const std::string& board);  // waits until it runs; prints its URL

// --- atelier model ---
struct ImportOptions {
  std::string name, version, source, job, job_version, description;
  bool wait = true;
};
Result<int> ImportModel(const Common&, const ImportOptions&);
Result<int> ListModels(const Common&, const std::string& name);
Result<int> ShowModel(const Common&, const std::string& model);
Result<int> DeleteModel(const Common&, const std::string& model, bool all_versions);

// --- atelier service ---
struct DeployOptions {
  std::string name, flavor, description;
  std::vector<std::string> models;  // name[:version][=weight], or an id
  int instances = 1;
  bool wait = true;
};
Result<int> DeployService(const Common&, const DeployOptions&);
Result<int> UpdateService(const Common&, const DeployOptions&);  // empty options stay as they are
Result<int> ListServices(const Common&);
Result<int> ShowService(const Common&, const std::string& service);
Result<int> SwitchService(const Common&, const std::string& service, bool running, bool wait);
Result<int> DeleteService(const Common&, const std::string& service, bool wait);
Result<int> ServiceLogs(const Common&, const std::string& service);
Result<int> Predict(const Common&, const std::string& service, const std::vector<std::string>& images,
                    const std::string& json_body, const std::string& field);

// --- atelier app ---
struct AppOptions {
  std::string app;  // name or id; for create: the name
  std::string remark, service, code;
};
Result<int> CreateApp(const Common&, const AppOptions&);
Result<int> ListApps(const Common&);
Result<int> ShowApp(const Common&, const AppOptions&);
Result<int> DeleteApp(const Common&, const AppOptions&);
Result<int> BindApp(const Common&, const AppOptions&, bool bind);
Result<int> AddAppCode(const Common&, const AppOptions&);
Result<int> DeleteAppCode(const Common&, const AppOptions&);
Result<int> ResetAppSecret(const Common&, const AppOptions&);

// --- atelier user, group, project, key, domain ---
struct UserOptions {
  std::string name, project, description;
  std::string role = "user";
  std::filesystem::path password_file, credentials_file;
  bool with_key = true;
};
Result<int> CreateUser(const Common&, const UserOptions&);
Result<int> ListUsers(const Common&);
Result<int> DeleteUser(const Common&, const std::string& user);
Result<int> SwitchUser(const Common&, const std::string& user, bool enabled);
Result<int> SetPassword(const Common&, const std::string& user, const std::filesystem::path& password_file);
Result<int> SetUserRole(const Common&, const std::string& user, const std::string& role, const std::string& project);
Result<int> CreateGroup(const Common&, const std::string& name, const std::string& description);
Result<int> ListGroups(const Common&);
Result<int> DeleteGroup(const Common&, const std::string& group);
Result<int> ListMembers(const Common&, const std::string& group);
Result<int> SwitchMember(const Common&, const std::string& group, const std::string& user, bool member);
Result<int> SetGroupRole(const Common&, const std::string& group, const std::string& role, const std::string& project);
Result<int> CreateProject(const Common&, const std::string& name, const std::string& description);
Result<int> ListProjects(const Common&);
Result<int> DeleteProject(const Common&, const std::string& project);
// `changes`: resource=number, or resource=none; without any the quotas are shown.
Result<int> ProjectQuota(const Common&, const std::string& project, const std::vector<std::string>& changes);
struct KeyOptions {
  std::string user, project, description;
  std::filesystem::path credentials_file;
};
Result<int> CreateKey(const Common&, const KeyOptions&);
struct TemporaryKeyOptions {
  int seconds = 900;
  std::filesystem::path credentials_file;
};
Result<int> CreateTemporaryKey(const Common&, const TemporaryKeyOptions&);
Result<int> ListKeys(const Common&, const std::string& user);
Result<int> SwitchKey(const Common&, const std::string& access_key, bool enabled);
Result<int> DeleteKey(const Common&, const std::string& access_key);
struct DomainOptions {
  std::string name;
  std::string user_name = "admin";
  std::filesystem::path credentials_file;
};
Result<int> CreateDomain(const Common&, const DomainOptions&);

// --- atelier audit ---
struct AuditOptions {
  std::string user, action, since;
  bool follow = false;
};
Result<int> ShowAuditLog(const Common&, const AuditOptions&);
// "30m", "2h", "7d" before `now`, or a time of ISO 8601.
Result<TimePoint> ReadSince(std::string_view text, TimePoint now);

// --- atelier engine --- (work on the data directory, no server needed)
struct EngineOptions {
  std::filesystem::path engines_dir, python_dir;
};
Result<int> ListEngines(const Common&, const EngineOptions&);
Result<int> InstallEngine(const Common&, const EngineOptions&, const std::string& name);
Result<int> ProbeEngine(const Common&, const EngineOptions&, const std::string& name);

// --- atelier env ---
Result<int> PrintEnvironment(const Common&, const std::string& shell);

}  // namespace atelier::cli
