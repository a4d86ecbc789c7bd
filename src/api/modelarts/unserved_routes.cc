#include "api/modelarts/unserved_routes.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::api {
namespace {

// "# what is not served", then its operations: method, version, path below the project, action.
constexpr std::string_view kOperations = R"(
# agencies
POST /v2 /agency CreateModelArtsAgency
DELETE /v2 /authorizations DeleteAuthorizations
GET /v2 /authorizations GetAuthorizations
POST /v2 /authorizations CreateAuthorization
# datasets
GET /v2 /datasets ListDatasets
POST /v2 /datasets CreateDataset
DELETE /v2 /datasets/{dataset_id} DeleteDataset
GET /v2 /datasets/{dataset_id} ShowDataset
PUT /v2 /datasets/{dataset_id} UpdateDataset
GET /v2 /datasets/{dataset_id}/data-annotations/labels ListDatasetLabels
POST /v2 /datasets/{dataset_id}/data-annotations/labels CreateDatasetLabel
PUT /v2 /datasets/{dataset_id}/data-annotations/labels UpdateDatasetLabels
POST /v2 /datasets/{dataset_id}/data-annotations/labels/delete DeleteDatasetLabels
GET /v2 /datasets/{dataset_id}/data-annotations/samples ListDatasetSamples
POST /v2 /datasets/{dataset_id}/data-annotations/samples CreateDatasetSample
POST /v2 /datasets/{dataset_id}/data-annotations/samples/delete DeleteDatasetSamples
GET /v2 /datasets/{dataset_id}/data-annotations/samples/{sample_id} ShowDatasetSample
GET /v2 /datasets/{dataset_id}/data-annotations/stats ShowDatasetStatistics
GET /v2 /datasets/{dataset_id}/export-tasks ListDatasetExports
POST /v2 /datasets/{dataset_id}/export-tasks CreateDatasetExport
GET /v2 /datasets/{dataset_id}/export-tasks/{task_id} ShowDatasetExport
GET /v2 /datasets/{dataset_id}/import-tasks ListDatasetImports
POST /v2 /datasets/{dataset_id}/import-tasks CreateDatasetImport
GET /v2 /datasets/{dataset_id}/import-tasks/{task_id} ShowDatasetImport
GET /v2 /datasets/{dataset_id}/sync-data ShowDatasetSync
POST /v2 /datasets/{dataset_id}/sync-data SyncDataset
GET /v2 /datasets/{dataset_id}/versions ListDatasetVersions
POST /v2 /datasets/{dataset_id}/versions CreateDatasetVersion
DELETE /v2 /datasets/{dataset_id}/versions/{version_id} DeleteDatasetVersion
GET /v2 /datasets/{dataset_id}/versions/{version_id} ShowDatasetVersion
# development clusters
GET /v1 /authoring/clusters ListAuthoringClusters
GET /v1 /authoring/clusters/{cluster_id} ShowCluster
GET /v1 /authoring/features/{feature} ListFeatures
# development environments
GET /v1 /demanager/instances ListDevEnvironments
POST /v1 /demanager/instances CreateDevEnvironment
DELETE /v1 /demanager/instances/{instance_id} DeleteDevEnvironment
GET /v1 /demanager/instances/{instance_id} ShowDevEnvironment
PUT /v1 /demanager/instances/{instance_id} UpdateDevEnvironment
POST /v1 /demanager/instances/{instance_id}/action ChangeDevEnvironment
# fine-tuning, route plans, reports and saved images of training jobs
GET /v2 /training-jobs/{training_job_id}/ft-artifacts ListFtArtifacts
POST /v2 /training-jobs/{training_job_id}/ft-artifacts/publish PublishFtArtifacts
GET /v2 /training-jobs/{training_job_id}/ft-detail ShowFtDetail
GET /v2 /training-jobs/{training_job_id}/ft-metrics ShowFtMetrics
GET /v2 /training-jobs/{training_job_id}/route_plan ShowTrainingJobRoutePlan
POST /v2 /training-jobs/{training_job_id}/tasks/{task_id}/reports/{report_type} NotifyTrainingJobInformation
GET /v2 /training-jobs/{training_job_id}/tasks/{task_id}/save-image-job ShowSaveImageJob
POST /v2 /training-jobs/{training_job_id}/tasks/{task_id}/save-image-job CreateSaveImageJob
# gallery publications
POST /v2 /gallery-algorithm-publication CreateAlgorithmVersionToGallery
# hyperparameter searches
GET /v2 /training-jobs/autosearch/yaml-templates ShowAutoSearchYamlTemplatesInfo
GET /v2 /training-jobs/autosearch/yaml-templates/{algorithm_type}/{algorithm_name} ShowAutoSearchYamlTemplateContent
GET /v2 /training-jobs/{training_job_id}/autosearch-parameter-analysis ShowAutoSearchParamsAnalysis
GET /v2 /training-jobs/{training_job_id}/autosearch-parameter-analysis/{parameter_name} ShowAutoSearchParamAnalysisResultPath
POST /v2 /training-jobs/{training_job_id}/autosearch-trial-earlystop/{trial_id} ShowAutoSearchTrialEarlyStop
GET /v2 /training-jobs/{training_job_id}/autosearch-trials ShowAutoSearchTrials
GET /v2 /training-jobs/{training_job_id}/autosearch-trials/{trial_id} ShowAutoSearchPerTrial
# intranet connections of services
POST /v2 /intranet-connection CreateInferIntranetConnection
POST /v2 /intranet-connection/delete BatchDeleteInferIntranetConnections
GET /v2 /intranet-connection/requests ListInferIntranetConnectionApplications
GET /v2 /intranet-connection/reviews ListInferIntranetConnectionReviews
PUT /v2 /intranet-connection/{id} UpdateInferIntranetConnection
POST /v2 /intranet-connection/{id}/modify ModifyInferIntranetConnections
# Lite servers
GET /v1 /dev-servers ListDevServers
POST /v1 /dev-servers CreateDevServer
POST /v1 /dev-servers/action BatchDevServersAction
GET /v1 /dev-servers/all ListAllDevServers
GET /v1 /dev-servers/flavors ListDevServerFlavors
GET /v1 /dev-servers/hyper-clusters ListHyperCluster
POST /v1 /dev-servers/hyper-clusters CreateHyperCluster
DELETE /v1 /dev-servers/hyper-clusters/{id} DeleteHyperCluster
GET /v1 /dev-servers/hyper-clusters/{id} GetHyperCluster
GET /v1 /dev-servers/hyperinstance ListHyperinstances
GET /v1 /dev-servers/hyperinstance/all ListAllHyperinstances
POST /v1 /dev-servers/hyperinstance/cluster-capacity-evaluations ListHyperinstanceClustersCapacity
POST /v1 /dev-servers/hyperinstance/group-capacity-evaluations ListHyperinstanceGroupsCapacity
GET /v1 /dev-servers/hyperinstance/groups ListHyperinstanceGroup
POST /v1 /dev-servers/hyperinstance/groups CreateHyperinstanceGroup
DELETE /v1 /dev-servers/hyperinstance/groups/{id} DeleteHyperinstanceGroup
GET /v1 /dev-servers/hyperinstance/groups/{id} GetHyperinstanceGroup
DELETE /v1 /dev-servers/hyperinstance/{id} DeleteHyperinstance
GET /v1 /dev-servers/hyperinstance/{id} GetHyperinstance
POST /v1 /dev-servers/hyperinstance/{id}/changeos ChangeHyperinstanceOs
POST /v1 /dev-servers/hyperinstance/{id}/live-scale-down ScaleDownHyperinstance
POST /v1 /dev-servers/hyperinstance/{id}/live-scale-up ScaleUpHyperinstance
GET /v1 /dev-servers/hyperinstance/{id}/operation/{operation_id} GetHyperinstanceOperation
GET /v1 /dev-servers/hyperinstance/{id}/scale-evaluations GetScaleEvaluationsDevServer
GET /v1 /dev-servers/hyperinstance/{id}/servers ListHyperinstanceServers
PUT /v1 /dev-servers/hyperinstance/{id}/start StartHyperinstance
PUT /v1 /dev-servers/hyperinstance/{id}/stop StopHyperinstance
GET /v1 /dev-servers/hyperinstance/{id}/tags QueryHyperinstanceTags
POST /v1 /dev-servers/hyperinstance/{id}/tags/create CreateHyperinstanceTags
POST /v1 /dev-servers/hyperinstance/{id}/tags/delete DeleteHyperinstanceTags
GET /v1 /dev-servers/images ListDevServerImages
GET /v1 /dev-servers/images/{id} GetDevServerImage
GET /v1 /dev-servers/instance-physical-topologies GetTopologies
DELETE /v1 /dev-servers/jobs DeleteDevServerJobs
GET /v1 /dev-servers/jobs ListDevServerJobs
POST /v1 /dev-servers/jobs CreateDevServerJob
GET /v1 /dev-servers/jobs/services/{id} GetDevServerJobService
GET /v1 /dev-servers/jobs/templates ListDevServerJobTemplates
GET /v1 /dev-servers/jobs/templates/{id} GetDevServerJobTemplate
GET /v1 /dev-servers/jobs/{id} GetDevServerJob
POST /v1 /dev-servers/networks CreateRoceNetwork
PUT /v1 /dev-servers/sync SyncDevServers
DELETE /v1 /dev-servers/{id} DeleteDevServer
GET /v1 /dev-servers/{id} ShowDevServer
PUT /v1 /dev-servers/{id} UpdateDevServer
POST /v1 /dev-servers/{id}/attach-ports AttachDevServerPort
POST /v1 /dev-servers/{id}/attachvolume AttachDevServerVolume
POST /v1 /dev-servers/{id}/changeos ChangeDevServerOs
DELETE /v1 /dev-servers/{id}/detach-ports/{port_id} DetachDevServerPort
DELETE /v1 /dev-servers/{id}/detachvolume/{volume_id} DetachDevServerVolume
GET /v1 /dev-servers/{id}/operation/{operation_id} GetDevServerOperation
GET /v1 /dev-servers/{id}/publicips ListDevServerPublicIp
POST /v1 /dev-servers/{id}/publicips BindDevServerPublicIp
DELETE /v1 /dev-servers/{id}/publicips/{publicip_id} UnbindDevServerPublicIp
PUT /v1 /dev-servers/{id}/reboot RebootDevServer
POST /v1 /dev-servers/{id}/reinstallos ReinstallDevServerOs
PUT /v1 /dev-servers/{id}/start StartDevServer
PUT /v1 /dev-servers/{id}/stop StopDevServer
# networks of resource pools
GET /v1 /networks ListNetworks
POST /v1 /networks CreateNetwork
DELETE /v1 /networks/{network_name} DeleteNetwork
GET /v1 /networks/{network_name} ShowNetwork
PATCH /v1 /networks/{network_name} PatchNetwork
GET /v1 /networks/{network_name}/network-ip-availabilities ShowNetworkAvailableIp
# notebooks
GET /v1 /notebooks ListNotebooks
POST /v1 /notebooks CreateNotebook
GET /v1 /notebooks/all ListAllNotebooks
GET /v1 /notebooks/flavors ListFlavors
GET /v1 /notebooks/tags ShowNotebookTags
DELETE /v1 /notebooks/{id} DeleteNotebook
GET /v1 /notebooks/{id} ShowNotebook
PUT /v1 /notebooks/{id} UpdateNotebook
POST /v1 /notebooks/{id}/create-image CreateImage
GET /v1 /notebooks/{id}/flavors ShowSwitchableFlavors
GET /v1 /notebooks/{id}/lease ShowLease
PATCH /v1 /notebooks/{id}/lease RenewLease
POST /v1 /notebooks/{id}/start StartNotebook
POST /v1 /notebooks/{id}/stop StopNotebook
GET /v1 /notebooks/{instance_id}/storage ListDynamicStorages
POST /v1 /notebooks/{instance_id}/storage AttachDynamicStorage
DELETE /v1 /notebooks/{instance_id}/storage/{storage_id} DetachDynamicStorage
GET /v1 /notebooks/{instance_id}/storage/{storage_id} ShowDynamicStorage
POST /v1 /notebooks/{resource_id}/tags/create CreateNotebookTags
DELETE /v1 /notebooks/{resource_id}/tags/delete DeleteNotebookTags
# registered images
GET /v1 /images ListImage
POST /v1 /images RegisterImage
GET /v1 /images/group ListImageGroup
DELETE /v1 /images/group/{id} DeleteImageGroup
PUT /v1 /images/group/{id} UpdateImageGroup
DELETE /v1 /images/{id} DeleteImage
GET /v1 /images/{id} ShowImage
POST /v1 /images/{image_id}/sync SyncImage
# resource pools of one's own
GET /v1 /events ListEvents
GET /v1 /nodeconfigtemplates/{nodeconfigtemplate_name} ShowNodeConfigTemplate
GET /v1 /orders/{order_name} ShowOrder
GET /v1 /plugintemplates/{plugintemplate_name} ShowPluginTemplate
GET /v1 /pools/tags ListPoolTags
GET /v1 /pools/{pool_name}/tags ShowPoolTags
POST /v1 /pools/{pool_name}/tags/create BatchCreatePoolTags
DELETE /v1 /pools/{pool_name}/tags/delete BatchDeletePoolTags
GET /v1 /resourceflavors ListResourceFlavors
GET /v1 /scheduled-events ListScheduledEvents
POST /v1 /scheduled-events/{event_id}/accept AcceptScheduledEvent
GET /v2 /jobs ListJobs
GET /v2 /metrics/runtime/pools ShowPoolRuntimeMetrics
GET /v2 /plugintemplates ListPluginTemplates
POST /v2 /pools CreatePool
POST /v2 /pools/{name}/orderid CreateOrderId
DELETE /v2 /pools/{pool_name} DeletePool
PATCH /v2 /pools/{pool_name} PatchPool
GET /v2 /pools/{pool_name}/monitor ShowPoolMonitor
GET /v2 /pools/{pool_name}/node-config ShowPoolNodeConfig
GET /v2 /pools/{pool_name}/node-config-template ShowPoolNodeConfigTemplate
GET /v2 /pools/{pool_name}/nodepools ListNodePools
POST /v2 /pools/{pool_name}/nodepools CreateNodePool
DELETE /v2 /pools/{pool_name}/nodepools/{nodepool_name} DeleteNodePool
GET /v2 /pools/{pool_name}/nodepools/{nodepool_name} ShowNodePool
PATCH /v2 /pools/{pool_name}/nodepools/{nodepool_name} PatchNodePool
GET /v2 /pools/{pool_name}/nodepools/{nodepool_name}/nodes ListNodePoolNodes
GET /v2 /pools/{pool_name}/nodes ListPoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-bind BatchBindPoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-delete BatchDeletePoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-drain BatchDrainPoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-lock BatchLockPoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-migrate BatchMigratePoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-reboot BatchRebootPoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-reset BatchResetPoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-resize BatchResizePoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-unlock BatchUnlockPoolNodes
POST /v2 /pools/{pool_name}/nodes/batch-update BatchUpdatePoolNodes
GET /v2 /pools/{pool_name}/nodes/{node_name} ShowPoolNode
GET /v2 /pools/{pool_name}/plugins ListPoolPlugins
POST /v2 /pools/{pool_name}/plugins CreatePoolPlugin
GET /v2 /pools/{pool_name}/workloads ListWorkloads
GET /v2 /statistics/pools ShowPoolStatistics
GET /v2 /statistics/pools/{pool_name}/workloads ShowWorkloadStatistics
# changes, versions, instances and scaling of deployments, temporary API keys and clusters of services
POST /v2 /services/api-keys/temp CreateInferTempApiKey
GET /v2 /services/clusters/{id} ShowInferServiceCluster
DELETE /v2 /services/{id}/deployments/{deployment_name}/instances/{instance_name}/pods/{name} DeleteInferDeploymentPod
GET /v2 /services/{id}/deployments/{deployment_name}/instances/{instance_name}/pods/{name}/events ListInferDeploymentPodEvents
DELETE /v2 /services/{id}/deployments/{deployment_name}/instances/{name} DeleteInferDeploymentInstance
GET /v2 /services/{id}/deployments/{deployment_name}/instances/{name}/pods ListInferDeploymentPods
GET /v2 /services/{id}/deployments/{name}/instances ListInferDeploymentInstances
POST /v2 /services/{service_id}/deployments CreateInferDeployment
DELETE /v2 /services/{service_id}/deployments/{deployment_id} DeleteInferDeployment
PUT /v2 /services/{service_id}/deployments/{deployment_id} UpdateInferDeployment
DELETE /v2 /services/{service_id}/deployments/{deployment_id}/hpa DeleteInferDeploymentHpa
GET /v2 /services/{service_id}/deployments/{deployment_id}/hpa ShowInferDeploymentHpa
POST /v2 /services/{service_id}/deployments/{deployment_id}/hpa CreateInferDeploymentHpa
PUT /v2 /services/{service_id}/deployments/{deployment_id}/hpa UpdateInferDeploymentHpa
GET /v2 /services/{service_id}/deployments/{deployment_id}/hpa/events ListInferDeploymentHpaEvents
GET /v2 /services/{service_id}/deployments/{deployment_id}/hra ShowInferHra
POST /v2 /services/{service_id}/deployments/{deployment_id}/hra CreateInferHra
PUT /v2 /services/{service_id}/deployments/{deployment_id}/hra UpdateInferHra
POST /v2 /services/{service_id}/deployments/{deployment_id}/interrupt CancelInferDeployment
POST /v2 /services/{service_id}/deployments/{deployment_id}/start StartInferDeployment
POST /v2 /services/{service_id}/deployments/{deployment_id}/stop StopInferDeployment
GET /v2 /services/{service_id}/deployments/{deployment_id}/versions ListInferDeploymentVersions
DELETE /v2 /services/{service_id}/deployments/{deployment_id}/versions/{version} DeleteInferDeploymentVersion
GET /v2 /services/{service_id}/deployments/{deployment_id}/versions/{version} ShowInferDeploymentVersion
POST /v2 /services/{service_id}/deployments/{deployment_id}/versions/{version}/switch SwitchInferDeploymentVersion
PUT /v2 /services/{service_id}/deployments/{deployment_name}/scale UpdateInferDeploymentScale
# settings of Lite clusters
GET /v1 /os-user-config ShowOsConfig
# training events by category and flavors of resource pools
GET /v2 /training-event-categories ListEventCategories
GET /v2 /training-pool-flavors ShowTrainingFlavorMaxAvailableResource
# training experiments
GET /v2 /training-experiment-names CheckTrainingExperiment
GET /v2 /training-experiments ListTrainingExperiments
POST /v2 /training-experiments CreateTrainingExperiment
DELETE /v2 /training-experiments/{experiment_id} DeleteTrainingExperiment
GET /v2 /training-experiments/{experiment_id} ShowTrainingExperimentDetails
PUT /v2 /training-experiments/{experiment_id} ChangeTrainingExperiment
# users, permissions and quotas of workspaces
GET /v1 /workspaces/users/list ListWorkspaceUsers
POST /v1 /workspaces/{workspace_id}/auth ValidateAuthorization
GET /v1 /workspaces/{workspace_id}/quotas ShowWorkspaceQuotas
PUT /v1 /workspaces/{workspace_id}/quotas UpdateWorkspaceQuotas
# workflows
GET /v2 /workflows ListWorkflows
POST /v2 /workflows CreateWorkflow
GET /v2 /workflows/labels ShowWorkflowLabels
GET /v2 /workflows/overview ShowWorkflowsOverview
POST /v2 /workflows/service/auth CreateWorkflowServiceAuth
GET /v2 /workflows/todolist ShowWorkflowsTodolist
DELETE /v2 /workflows/{workflow_id} DeleteWorkflow
GET /v2 /workflows/{workflow_id} ShowWorkflow
PUT /v2 /workflows/{workflow_id} UpdateWorkflow
GET /v2 /workflows/{workflow_id}/executions ListWorkflowExecutions
POST /v2 /workflows/{workflow_id}/executions CreateWorkflowExecution
GET /v2 /workflows/{workflow_id}/executions/labels ListExecutionLabels
DELETE /v2 /workflows/{workflow_id}/executions/{execution_id} DeleteWorkflowExecution
GET /v2 /workflows/{workflow_id}/executions/{execution_id} ShowWorkflowExecution
PUT /v2 /workflows/{workflow_id}/executions/{execution_id} UpdateWorkflowExecution
POST /v2 /workflows/{workflow_id}/executions/{execution_id}/actions CreateWorkflowExecutionsActions
POST /v2 /workflows/{workflow_id}/executions/{execution_id}/step-executions/{step_execution_id}/actions CreateWorkflowStepExecutionsActions
GET /v2 /workflows/{workflow_id}/executions/{execution_id}/step-executions/{step_execution_id}/metrics ShowWorkflowStepExecutionMetrics
GET /v2 /workflows/{workflow_id}/schedules ShowWorkflowScheduleList
POST /v2 /workflows/{workflow_id}/schedules CreateWorkflowSchedule
DELETE /v2 /workflows/{workflow_id}/schedules/{schedule_id} DeleteWorkflowScheduleId
GET /v2 /workflows/{workflow_id}/schedules/{schedule_id} ShowWorkflowSchedule
PUT /v2 /workflows/{workflow_id}/schedules/{schedule_id} UpdateWorkflowSchedule
POST /v2 /workflows/{workflow_id}/service/packages CreateWorkflowPurchasePool
GET /v2 /workflows/{workflow_id}/step-executions ListWorkflowStepExecution
POST /v2 /workflows/{workflow_id}/subscriptions CreateWorkflowSubscriptions
DELETE /v2 /workflows/{workflow_id}/subscriptions/{subscription_id} DeleteWorkflowSubscription
GET /v2 /workflows/{workflow_id}/subscriptions/{subscription_id} ShowWorkflowSubscription
PUT /v2 /workflows/{workflow_id}/subscriptions/{subscription_id} UpdateWorkflowSubscription
)";

PlatformRoute Unserved(std::string_view what, const std::vector<std::string_view>& words) {
  PlatformTarget target{.handler = {},
                        .error_shape = ErrorShape::kModelArts,
                        .unserved = fmt::format("{} are not served by this server", what)};
  return {.method = std::string(words.at(0)),
          .pattern = fmt::format("{}/{{project_id}}{}", words.at(1), words.at(2)),
          .action = std::string(words.at(3)),
          .target = std::move(target)};
}

}  // namespace

std::vector<PlatformRoute> UnservedRoutes() {
  std::vector<PlatformRoute> routes;
  std::string_view what;
  for (auto line : Split(Trim(kOperations), '\n')) {
    if (line.starts_with("# "))
      what = line.substr(2);
    else
      routes.push_back(Unserved(what, Split(line, ' ')));
  }
  return routes;
}

}  // namespace atelier::api
