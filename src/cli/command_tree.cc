#include "cli/command_tree.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace atelier::cli {
namespace {

// Options live as long as the tree: each command keeps its own in a shared object that its callback holds.
struct Arguments {
  std::string a, b, c;
  std::vector<std::string> list;
  bool flag = false;
  int number = 0;
};

class Tree {
 public:
  Tree(Common& common, Chosen& chosen) : common_(common), chosen_(chosen) {}

  CLI::App& Command(CLI::App& parent, const std::string& name, const std::string& help, Chosen run) {
    auto* command = parent.add_subcommand(name, help);
    command->add_flag("--json", common_.json, "Print JSON");
    command->callback([this, run = std::move(run)] { chosen_ = run; });
    return *command;
  }

 private:
  Common& common_;
  Chosen& chosen_;
};

void AddObs(CLI::App& root, Common& common, Tree& tree) {
  auto* obs = root.add_subcommand("obs", "Buckets, folders and objects")->require_subcommand(1);
  auto at = std::make_shared<Arguments>();
  const std::string kWhere = "obs://bucket/key";
  auto& ls = tree.Command(*obs, "ls", "List buckets, or what is under a prefix",
                          [&common, at] { return ListObjects(common, at->a, at->flag); });
  ls.add_option("location", at->a, kWhere);
  ls.add_flag("-r,--recursive", at->flag, "Everything below, not one level");
  tree.Command(*obs, "mb", "Make a bucket", [&common, at] { return MakeBucket(common, at->a); })
      .add_option("bucket", at->a)
      ->required();
  tree.Command(*obs, "rb", "Remove an empty bucket", [&common, at] { return RemoveBucket(common, at->a); })
      .add_option("bucket", at->a)
      ->required();
  tree.Command(*obs, "mkdir", "Make a folder", [&common, at] { return MakeFolder(common, at->a); })
      .add_option("location", at->a, kWhere)
      ->required();
  auto& cp = tree.Command(*obs, "cp", "Copy files to or from the store",
                          [&common, at] { return CopyObjects(common, at->a, at->b, at->flag); });
  cp.add_option("from", at->a, "Local path or obs://bucket/key")->required();
  cp.add_option("to", at->b, "obs://bucket/key or local path")->required();
  cp.add_flag("-r,--recursive", at->flag, "A whole folder");
  auto& rm =
      tree.Command(*obs, "rm", "Remove objects", [&common, at] { return RemoveObjects(common, at->a, at->flag); });
  rm.add_option("location", at->a, kWhere)->required();
  rm.add_flag("-r,--recursive", at->flag, "Everything below the prefix");
  tree.Command(*obs, "cat", "Print an object", [&common, at] { return CatObject(common, at->a); })
      .add_option("location", at->a, kWhere)
      ->required();
  tree.Command(*obs, "stat", "Show an object's headers", [&common, at] { return StatObject(common, at->a); })
      .add_option("location", at->a, kWhere)
      ->required();
  at->b = "GET";
  auto& presign = tree.Command(*obs, "presign", "A link that works without keys for a while", [&common, at] {
    return PresignObject(common, at->a, at->c.empty() ? "GET" : at->c, at->number == 0 ? 3600 : at->number);
  });
  presign.add_option("location", at->a, kWhere)->required();
  presign.add_option("--method", at->c, "GET (default) or PUT");
  presign.add_option("--expires", at->number, "Seconds (default 3600)")->check(CLI::Range(1, 604800));
}

void AddJobOptions(CLI::App& command, JobOptions& options) {
  command.add_option("--engine", options.engine, "AI engine, such as TF-1.8.0-python2.7");
  command.add_option("--code", options.code, "Code directory, /bucket/dir/");
  command.add_option("--boot", options.boot, "Boot file: a name in the code directory, or its whole path");
  command.add_option("--data", options.data, "Data path, /bucket/dir/");
  command.add_option("--output", options.output, "Training output path, /bucket/dir/");
  command.add_option("--flavor", options.flavor, "Specification, such as modelarts.vm.cpu.2u");
  command.add_option("-p,--parameter", options.parameters, "Running parameter label=value; may be repeated")
      ->allow_extra_args(false);
  command.add_flag("-f,--follow", options.follow, "Show the log until the job has ended");
}

void AddJob(CLI::App& root, Common& common, Tree& tree) {
  auto* job = root.add_subcommand("job", "Training jobs")->require_subcommand(1);
  auto options = std::make_shared<JobOptions>();
  auto at = std::make_shared<Arguments>();
  auto& create = tree.Command(*job, "create", "Create a training job and start its first version",
                              [&common, options] { return CreateJob(common, *options); });
  create.add_option("name", options->name, "Job name")->required();
  create.add_option("--description", options->description);
  AddJobOptions(create, *options);
  options->flavor = "";
  auto& rerun = tree.Command(*job, "rerun", "Start a new version; what is not given is taken from the newest one",
                             [&common, at, options] { return RerunJob(common, at->a, *options); });
  rerun.add_option("job", at->a, "Name or id")->required();
  AddJobOptions(rerun, *options);
  tree.Command(*job, "list", "List jobs, newest first", [&common, at] { return ListJobs(common, at->c); })
      .add_option("--search", at->c, "Part of the name");
  auto with_version = [&](const std::string& name, const std::string& help, Chosen run) -> CLI::App& {
    auto& command = tree.Command(*job, name, help, std::move(run));
    command.add_option("job", at->a, "Name or id")->required();
    command.add_option("--version", at->b, "V0002 or 2; the newest when left out");
    return command;
  };
  with_version("show", "Show a version", [&common, at] { return ShowJob(common, at->a, at->b); });
  auto& compare = tree.Command(*job, "compare", "Set the versions of a job side by side",
                               [&common, at] { return CompareJob(common, at->a, at->number == 0 ? 8 : at->number); });
  compare.add_option("job", at->a, "Name or id")->required();
  compare.add_option("--newest", at->number, "How many versions, newest first (default 8)")->check(CLI::Range(1, 100));
  with_version("stop", "Stop a running version", [&common, at] { return StopJob(common, at->a, at->b); });
  with_version("delete", "Delete a version, or with no version the whole job",
               [&common, at] { return DeleteJob(common, at->a, at->b); });
  with_version("logs", "Print the log", [&common, at] {
    return JobLogs(common, at->a, at->b, at->flag);
  }).add_flag("-f,--follow", at->flag, "Until the job has ended");
  with_version("wait", "Wait until a version has ended", [&common, at] {
    return WaitForJob(common, at->a, at->b, at->number == 0 ? 3600 : at->number);
  }).add_option("--timeout", at->number, "Seconds (default 3600)");
}

void AddBoard(CLI::App& root, Common& common, Tree& tree) {
  auto* board = root.add_subcommand("board", "TensorBoard over a job's events")->require_subcommand(1);
  auto options = std::make_shared<BoardOptions>();
  auto at = std::make_shared<Arguments>();
  auto& create =
      tree.Command(*board, "create", "Create a board, wait until it runs, print its URL", [&common, options, at] {
        options->wait = !at->flag;
        return CreateBoard(common, *options);
      });
  create.add_option("name", options->name)->required();
  auto* events = create.add_option("--events", options->events, "Folder of the event files, /bucket/dir/");
  create.add_option("--job", options->job, "Training job whose output it is, name or id")->excludes(events);
  create.add_option("--flavor", options->flavor, "Specification, such as modelarts.vm.cpu.2u");
  create.add_option("--hours", options->hours, "Stop it after so many hours")->check(CLI::Range(1, 24));
  create.add_option("--description", options->description);
  create.add_flag("--no-wait", at->flag, "Do not wait until it runs");
  tree.Command(*board, "list", "List boards, newest first", [&common] { return ListBoards(common); });
  auto named = [&](const std::string& name, const std::string& help, Chosen run) -> CLI::App& {
    auto& command = tree.Command(*board, name, help, std::move(run));
    command.add_option("board", at->a, "Name or id")->required();
    return command;
  };
  named("show", "Show a board", [&common, at] { return ShowBoard(common, at->a); });
  named("open", "Wait until it runs and print its URL", [&common, at] { return OpenBoard(common, at->a); });
  named("stop", "Stop a board", [&common, at] { return StopBoard(common, at->a); });
  named("restart", "Start a stopped board again", [&common, at] {
    return RestartBoard(common, at->a, !at->flag);
  }).add_flag("--no-wait", at->flag, "Do not wait until it runs");
  named("delete", "Delete a board; the events stay", [&common, at] { return DeleteBoard(common, at->a); });
}

void AddModel(CLI::App& root, Common& common, Tree& tree) {
  auto* model = root.add_subcommand("model", "Models")->require_subcommand(1);
  auto options = std::make_shared<ImportOptions>();
  auto at = std::make_shared<Arguments>();
  auto& import =
      tree.Command(*model, "import", "Import a model from a training job or a folder", [&common, options, at] {
        options->wait = !at->flag;
        return ImportModel(common, *options);
      });
  import.add_option("name", options->name)->required();
  auto* source = import.add_option("--source", options->source, "Folder that holds model/, /bucket/dir/");
  import.add_option("--job", options->job, "Training job, name or id")->excludes(source);
  import.add_option("--job-version", options->job_version, "V0002 or 2; the newest when left out");
  import.add_option("--version", options->version, "Model version; the next free one when left out");
  import.add_option("--description", options->description);
  import.add_flag("--no-wait", at->flag, "Do not wait until it is published");
  tree.Command(*model, "list", "List models, newest first", [&common, at] { return ListModels(common, at->b); })
      .add_option("--name", at->b, "Part of the name");
  tree.Command(*model, "show", "Show a model with its inputs and outputs",
               [&common, at] { return ShowModel(common, at->a); })
      .add_option("model", at->a, "Name, name:version or id")
      ->required();
  auto& remove = tree.Command(*model, "delete", "Delete a model version",
                              [&common, at] { return DeleteModel(common, at->a, at->flag); });
  remove.add_option("model", at->a, "Name, name:version or id")->required();
  remove.add_flag("--all-versions", at->flag, "Every version of that name");
}

void AddService(CLI::App& root, Common& common, Tree& tree) {
  auto* service = root.add_subcommand("service", "Real-time services")->require_subcommand(1);
  auto options = std::make_shared<DeployOptions>();
  options->flavor = "modelarts.vm.cpu.2u";
  auto at = std::make_shared<Arguments>();
  auto& deploy = tree.Command(*service, "deploy", "Deploy a model as a real-time service", [&common, options, at] {
    options->wait = !at->flag;
    return DeployService(common, *options);
  });
  deploy.add_option("name", options->name)->required();
  deploy.add_option("--model", options->models, "name[:version][=weight] or id; may be repeated")
      ->required()
      ->allow_extra_args(false);
  deploy.add_option("--flavor", options->flavor, "Specification")->capture_default_str();
  deploy.add_option("--instances", options->instances, "Instances of each model")->capture_default_str();
  deploy.add_option("--description", options->description);
  deploy.add_flag("--no-wait", at->flag, "Do not wait until it runs");
  auto changed = std::make_shared<DeployOptions>();
  auto& update = tree.Command(*service, "update", "Give a service another configuration without a gap",
                              [&common, changed] { return UpdateService(common, *changed); });
  changed->instances = 0;
  update.add_option("service", changed->name, "Name or id")->required();
  update.add_option("--model", changed->models, "name[:version][=weight] or id; all of them; may be repeated")
      ->allow_extra_args(false);
  update.add_option("--flavor", changed->flavor, "Specification of each model");
  update.add_option("--instances", changed->instances, "Instances of each model");
  update.add_option("--description", changed->description);
  tree.Command(*service, "list", "List services", [&common] { return ListServices(common); });
  auto named = [&](const std::string& name, const std::string& help, Chosen run) -> CLI::App& {
    auto& command = tree.Command(*service, name, help, std::move(run));
    command.add_option("service", at->a, "Name or id")->required();
    return command;
  };
  named("show", "Show a service and its last events", [&common, at] { return ShowService(common, at->a); });
  named("start", "Start a stopped service", [&common, at] { return SwitchService(common, at->a, true, true); });
  named("stop", "Stop a service", [&common, at] { return SwitchService(common, at->a, false, true); });
  named("delete", "Delete a service", [&common, at] { return DeleteService(common, at->a, true); });
  named("logs", "What its predictors printed", [&common, at] { return ServiceLogs(common, at->a); });
  auto& predict = named("predict", "Predict images, or a JSON body", [&common, at] {
    return Predict(common, at->a, at->list, at->b, at->c.empty() ? "images" : at->c);
  });
  predict.add_option("images", at->list, "Image files, one request each");
  predict.add_option("--data", at->b, "A JSON body: text, or @file");
  predict.add_option("--field", at->c, "Form field of the image (default images)");
}

void AddApp(CLI::App& root, Common& common, Tree& tree) {
  auto* app = root.add_subcommand("app", "Apps: who may predict without an account")->require_subcommand(1);
  auto options = std::make_shared<AppOptions>();
  auto named = [&](const std::string& name, const std::string& help, Chosen run) -> CLI::App& {
    auto& command = tree.Command(*app, name, help, std::move(run));
    command.add_option("app", options->app, name == "create" ? "Name" : "Name or id")->required();
    return command;
  };
  named("create", "Create an app with a key, a secret and a code", [&common, options] {
    return CreateApp(common, *options);
  }).add_option("--remark", options->remark);
  tree.Command(*app, "list", "List apps", [&common] { return ListApps(common); });
  named("show", "Show an app and the services it may call", [&common, options] { return ShowApp(common, *options); });
  named("delete", "Delete an app that is bound to no service",
        [&common, options] { return DeleteApp(common, *options); });
  named("bind", "Let an app call a service", [&common, options] { return BindApp(common, *options, true); })
      .add_option("service", options->service, "Name or id")
      ->required();
  named("unbind", "Take a service from an app", [&common, options] { return BindApp(common, *options, false); })
      .add_option("service", options->service, "Name or id")
      ->required();
  named("add-code", "Make a further code", [&common, options] { return AddAppCode(common, *options); });
  named("delete-code", "Refuse a code from now on", [&common, options] { return DeleteAppCode(common, *options); })
      .add_option("code", options->code, "The code, or its first six characters")
      ->required();
  named("reset-secret", "Make a new secret; the old one is refused from now on",
        [&common, options] { return ResetAppSecret(common, *options); });
}

constexpr const char* kCredentialsHelp = "Write what a client needs into this new file (0600), not onto the screen";
constexpr const char* kPasswordHelp = "File with the password, - for standard input; a new one is made when left out";

void AddUser(CLI::App& root, Common& common, Tree& tree) {
  auto* user = root.add_subcommand("user", "Users and their roles")->require_subcommand(1);
  auto options = std::make_shared<UserOptions>();
  auto at = std::make_shared<Arguments>();
  auto& create =
      tree.Command(*user, "create", "Create a user with a role and an access key in a project", [&common, options, at] {
        options->with_key = !at->flag;
        return CreateUser(common, *options);
      });
  create.add_option("name", options->name)->required();
  create.add_option("--project", options->project, "Name or id; one's own when left out");
  create.add_option("--role", options->role, "admin, user or read-only")->capture_default_str();
  create.add_option("--description", options->description);
  create.add_option("--password-file", options->password_file, kPasswordHelp);
  create.add_option("--credentials", options->credentials_file, kCredentialsHelp);
  create.add_flag("--no-key", at->flag, "Without an access key");
  tree.Command(*user, "list", "List users and their roles", [&common] { return ListUsers(common); });
  auto named = [&](const std::string& name, const std::string& help, Chosen run) -> CLI::App& {
    auto& command = tree.Command(*user, name, help, std::move(run));
    command.add_option("user", at->a, "Name or id")->required();
    return command;
  };
  named("delete", "Delete a user and its access keys", [&common, at] { return DeleteUser(common, at->a); });
  named("disable", "Refuse a user from now on", [&common, at] { return SwitchUser(common, at->a, false); });
  named("enable", "Let a disabled user in again", [&common, at] { return SwitchUser(common, at->a, true); });
  named("password", "Set a user's password", [&common, at] {
    return SetPassword(common, at->a, at->b);
  }).add_option("--password-file", at->b, kPasswordHelp);
  auto& role = named("role", "Set or take a user's role in a project",
                     [&common, at] { return SetUserRole(common, at->a, at->b, at->c); });
  role.add_option("role", at->b, "admin, user, read-only or none")->required();
  role.add_option("--project", at->c, "Name or id; one's own when left out");
}

void AddGroup(CLI::App& root, Common& common, Tree& tree) {
  auto* group = root.add_subcommand("group", "Groups of users, and the roles that they pass on")->require_subcommand(1);
  auto at = std::make_shared<Arguments>();
  auto& create =
      tree.Command(*group, "create", "Create a group", [&common, at] { return CreateGroup(common, at->a, at->b); });
  create.add_option("name", at->a)->required();
  create.add_option("--description", at->b);
  tree.Command(*group, "list", "List groups and their roles", [&common] { return ListGroups(common); });
  auto named = [&](const std::string& name, const std::string& help, Chosen run) -> CLI::App& {
    auto& command = tree.Command(*group, name, help, std::move(run));
    command.add_option("group", at->a, "Name or id")->required();
    return command;
  };
  named("delete", "Delete a group; its members stay users", [&common, at] { return DeleteGroup(common, at->a); });
  named("members", "List the users of a group", [&common, at] { return ListMembers(common, at->a); });
  for (bool member : {true, false})
    named(member ? "add" : "remove", member ? "Put a user into a group" : "Take a user out of a group",
          [&common, at, member] { return SwitchMember(common, at->a, at->b, member); })
        .add_option("user", at->b, "Name or id")
        ->required();
  auto& role = named("role", "Set or take a group's role in a project",
                     [&common, at] { return SetGroupRole(common, at->a, at->b, at->c); });
  role.add_option("role", at->b, "admin, user, read-only or none")->required();
  role.add_option("--project", at->c, "Name or id; one's own when left out");
}

void AddProject(CLI::App& root, Common& common, Tree& tree) {
  auto* project = root.add_subcommand("project", "Projects")->require_subcommand(1);
  auto at = std::make_shared<Arguments>();
  auto& create = tree.Command(*project, "create", "Create a project",
                              [&common, at] { return CreateProject(common, at->a, at->b); });
  create.add_option("name", at->a)->required();
  create.add_option("--description", at->b);
  tree.Command(*project, "list", "List the projects in which one has a role",
               [&common] { return ListProjects(common); });
  tree.Command(*project, "delete", "Delete a project that owns nothing any more",
               [&common, at] { return DeleteProject(common, at->a); })
      .add_option("project", at->a, "Name or id")
      ->required();
  auto& quota = tree.Command(*project, "quota", "Show what a project may have and has, or change what it may have",
                             [&common, at] { return ProjectQuota(common, at->a, at->list); });
  quota.add_option("project", at->a, "Name or id")->required();
  quota.add_option("change", at->list, "training-jobs=5, models=none, ...");
}

void AddKey(CLI::App& root, Common& common, Tree& tree) {
  auto* key = root.add_subcommand("key", "Access keys, one's own unless a user is named")->require_subcommand(1);
  auto options = std::make_shared<KeyOptions>();
  auto at = std::make_shared<Arguments>();
  auto& create =
      tree.Command(*key, "create", "Create an access key", [&common, options] { return CreateKey(common, *options); });
  create.add_option("--user", options->user, "Name or id");
  create.add_option("--project", options->project, "Name or id; one's own when left out");
  create.add_option("--description", options->description);
  create.add_option("--credentials", options->credentials_file, kCredentialsHelp);
  auto brief = std::make_shared<TemporaryKeyOptions>();
  auto& temporary = tree.Command(*key, "temporary", "Create an access key of one's own that ends by itself",
                                 [&common, brief] { return CreateTemporaryKey(common, *brief); });
  temporary.add_option("--seconds", brief->seconds, "How long it lives, 900 to 86400")->capture_default_str();
  temporary.add_option("--credentials", brief->credentials_file, kCredentialsHelp);
  tree.Command(*key, "list", "List access keys", [&common, at] { return ListKeys(common, at->b); })
      .add_option("--user", at->b, "Name or id");
  auto named = [&](const std::string& name, const std::string& help, Chosen run) {
    tree.Command(*key, name, help, std::move(run)).add_option("access-key", at->a)->required();
  };
  named("disable", "Refuse an access key from now on", [&common, at] { return SwitchKey(common, at->a, false); });
  named("enable", "Let a disabled access key in again", [&common, at] { return SwitchKey(common, at->a, true); });
  named("delete", "Delete an access key", [&common, at] { return DeleteKey(common, at->a); });
}

void AddDomain(CLI::App& root, Common& common, Tree& tree) {
  auto* domain = root.add_subcommand("domain", "Accounts of their own")->require_subcommand(1);
  auto options = std::make_shared<DomainOptions>();
  auto& create = tree.Command(*domain, "create", "Create a domain with a project, an administrator and an access key",
                              [&common, options] { return CreateDomain(common, *options); });
  create.add_option("name", options->name)->required();
  create.add_option("--user-name", options->user_name, "Who administers it")->capture_default_str();
  create.add_option("--credentials", options->credentials_file, kCredentialsHelp);
}

void AddAudit(CLI::App& root, Common& common, Tree& tree) {
  auto options = std::make_shared<AuditOptions>();
  auto& audit = tree.Command(root, "audit", "Who did what in the project; for its administrators",
                             [&common, options] { return ShowAuditLog(common, *options); });
  audit.add_option("--user", options->user, "Name or id");
  audit.add_option("--action", options->action, "Such as DeleteModel; docs/api-operations.md has them all");
  audit.add_option("--since", options->since, "A span (30m, 2h, 7d) or a time; the last 50 entries when left out");
  audit.add_flag("-f,--follow", options->follow, "Go on printing what comes");
}

void AddEngine(CLI::App& root, Common& common, EngineOptions& engines, Tree& tree) {
  auto* engine =
      root.add_subcommand("engine", "Frameworks and their environments; needs no server")->require_subcommand(1);
  auto at = std::make_shared<Arguments>();
  tree.Command(*engine, "list", "What there is and what is installed",
               [&common, &engines] { return ListEngines(common, engines); });
  tree.Command(*engine, "install", "Install an engine",
               [&common, &engines, at] { return InstallEngine(common, engines, at->a); })
      .add_option("engine", at->a, "Such as TF-2.15.1-python3.11")
      ->required();
  tree.Command(*engine, "probe", "Import the framework and say what it is",
               [&common, &engines, at] { return ProbeEngine(common, engines, at->a); })
      .add_option("engine", at->a)
      ->required();
}

}  // namespace

void AddCommands(CLI::App& root, Common& common, EngineOptions& engines, Chosen& chosen) {
  auto tree = std::make_shared<Tree>(common, chosen);
  AddObs(root, common, *tree);
  AddJob(root, common, *tree);
  AddBoard(root, common, *tree);
  AddModel(root, common, *tree);
  AddService(root, common, *tree);
  AddApp(root, common, *tree);
  AddUser(root, common, *tree);
  AddGroup(root, common, *tree);
  AddProject(root, common, *tree);
  AddKey(root, common, *tree);
  AddDomain(root, common, *tree);
  AddAudit(root, common, *tree);
  AddEngine(root, common, engines, *tree);
  auto shell = std::make_shared<std::string>("sh");
  auto& env = tree->Command(root, "env", "Shell exports for the AWS, OBS, OpenStack and ModelArts clients",
                            [&common, shell] { return PrintEnvironment(common, *shell); });
  env.add_option("--shell", *shell, "sh or fish")->capture_default_str();
  // The tree's callbacks refer to it: it lives as long as the root application.
  root.final_callback([tree] { (void)tree; });
}

}  // namespace atelier::cli
