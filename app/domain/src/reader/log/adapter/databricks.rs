//! The audit log of Databricks, as it is delivered and as its system table. The actions are those of its "Audit log
//! reference" as known in November 2026; entries were not checked one by one.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::table::Known;
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, acts_alone};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Effect, Outcome, Verb};

const ACTS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "login|logout|tokenLogin|samlLogin|jwtLogin|oidcTokenAuthorization|oidcBrowserLogin|oauthLogin|aadTokenLogin|aadBrowserLogin|certLogin|passwordVerifyAuthentication|IpAccessDenied|mfaLogin|garbageCollectDbToken",
    ),
    (
        Verb::Read,
        Effect::Read,
        "getSecret|read|getTable|getCatalog|getSchema|getVolume|getFunction|getModel|getShare|getProvider|getRecipient|get|\
         downloadNotebook|downloadPreviewResults|downloadLargeResults|downloadQueryResult|exportNotebook|workspaceExport|\
         viewQuery|viewDashboard|getStatus|filesGet|getPermissions|generateTemporaryTableCredential|\
         generateTemporaryVolumeCredential|generateTemporaryPathCredential|deltaSharingQueryTable|deltaSharingQueryTableChanges|\
         deltaSharingGetTableVersion|deltaSharingGetTableMetadata|getMetastore|getMetastoreSummary|getStorageCredential|\
         metadataSnapshot|metadataAndPermissionsSnapshot|retrieveFromVectorSearchIndex|getRun|getQuery",
    ),
    (
        Verb::List,
        Effect::Read,
        "list|listSecrets|listScopes|listAcls|listTables|listSchemas|listCatalogs|listVolumes|listFunctions|listTableSummaries|\
         listShares|deltaSharingListShares|deltaSharingListSchemas|deltaSharingListTables|deltaSharingListAllTables|\
         getListNotebooks|listTokens|listNotebooks|listRepos|listRecipients|listProviders|listMetastores",
    ),
    (Verb::Search, Effect::Read, "queryVectorIndex|search"),
    (
        Verb::Execute,
        Effect::Mutating,
        "runCommand|submitCommand|commandSubmit|commandFinish|runNow|submitRun|runStart|runTriggered|runSucceeded|runFailed|\
         executeFastQuery|executeAdhocQuery|executeSavedQuery|executeWidgetQuery|executeAlert|start|restart|resize|startResult|\
         createResult|repairRun|attachNotebook|detachNotebook|cancel|cancelRun|cancelAllRuns|startEndpoint|\
         stopEndpoint|startUpdate|stop|genieExecuteMessageQuery|executeScheduledQuery|commandCancel",
    ),
    (
        Verb::Call,
        Effect::Mutating,
        "queryServedModel|serverlessQuery|invoke|genieStartConversationMessage|genieCreateConversationMessage|createConversation|createConversationMessage",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "create|update|edit|createTable|updateTables|createSchema|updateSchema|createCatalog|updateCatalog|createVolume|\
         updateVolume|createFunction|updateFunction|createNotebook|importNotebook|moveNotebook|renameNotebook|takeNotebookSnapshot|\
         modifyNotebook|cloneNotebook|createFolder|moveFolder|renameFolder|createRepo|updateRepo|pull|put|filesPut|mkdirs|move|addBlock|\
         createJob|resetJob|reset|createEndpoint|editEndpoint|putSecret|createScope|createQuery|updateQuery|createDashboard|\
         updateDashboard|createAlert|updateAlert|createServingEndpoint|updateServingEndpointConfig|restore|uploadFile|restoreNotebook|workspaceImport",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "delete|permanentDelete|deleteTable|deleteSchema|deleteCatalog|deleteVolume|deleteFunction|deleteNotebook|deleteFolder|\
         deleteRepo|deleteJob|deleteSecret|deleteScope|filesDelete|deleteQuery|deleteDashboard|deleteAlert|deleteEndpoint|\
         emptyTrash|trashNotebook|moveDashboardToTrash|moveQueryToTrash|moveAlertToTrash|deleteServingEndpoint|purge|remove|deleteResult|deleteMetastore|deleteStorageCredential",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "add|addPrincipalToGroup|addPrincipalsToGroup|createGroup|setAdmin|changePassword|generateDbToken|createToken|create-token|\
         updatePermissions|grantPermission|putAcl|changeClusterAcl|changeJobAcl|changeNotebookAcl|changeFolderAcl|\
         changeEndpointAcls|changeDbTokenAcl|changeServicePrincipalAcls|changeClusterPolicyAcl|changePipelineAcls|changeInstancePoolAcl|\
         changeRegisteredModelAcl|activateUser|createIpAccessList|updateIpAccessList|updateUser|createRecipient|createShare|updateShare|updateSharePermissions|\
         createStorageCredential|updateStorageCredential|createExternalLocation|updateExternalLocation|createMetastoreAssignment|\
         createServicePrincipalSecret|addCredential|createOAuthSecret|updatePermission|changeOwner|requestObjectAccess|updateRuleSet|addX509",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "removePrincipalFromGroup|removePrincipalsFromGroup|removeGroup|removeAdmin|revokeDbToken|revokePermission|deleteAcl|\
         deactivateUser|deleteIpAccessList|deleteUser|deleteRecipient|deleteShare|deleteServicePrincipalSecret|revokeToken|deleteOAuthSecret",
    ),
    (
        Verb::LoggingControl,
        Effect::Mutating,
        "createLogDeliveryConfiguration|updateLogDeliveryConfiguration|disableSystemSchema|enableSystemSchema",
    ),
    (
        Verb::Config,
        Effect::Mutating,
        "workspaceConfEdit|setSetting|deleteSetting|updateAccount|workspaceConfKeys|updateWorkspace|installLibraries|uninstallLibraries|installLibrary|changeWarehouseConfig",
    ),
    (Verb::Other, Effect::None, "deltaPipelineEvent"),
];

/// The audit log of Databricks.
pub struct Databricks;

impl LogFormat for Databricks {
    const SIGNS: &'static [Sign] = &[Sign::Record(70, |record| {
        record.all(&["serviceName", "actionName"])
            || record.all(&["service_name", "action_name"]) && record.any(&["user_identity", "workspace_id"])
    })];
    const LISTS: &'static [&'static str] = &["data", "records"];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Events::new(&SPEC))
    }

    fn mode(summary: &Summary) -> Mode {
        acts_alone(summary)
    }
}

/// Where the fields are.
pub static SPEC: Spec = Spec {
    needed: &["actionName", "action_name"],
    time: &["timestamp", "event_time"],
    is_utc: true,
    actor: &["userIdentity.email", "user_identity.email", "userIdentity.subjectName", "user_identity.subject_name"],
    actor_id: &["userIdentity.subjectId"],
    action: &["actionName", "action_name"],
    error: &["response.errorMessage", "response.error_message"],
    address: &["sourceIPAddress", "source_ip_address"],
    id: &["eventId", "event_id", "requestId", "request_id"],
    trace: &["requestId", "request_id"],
    session: &["sessionId", "session_id"],
    tool: &["userAgent", "user_agent"],
    message: &["requestParams.commandText", "request_params.commandText", "requestParams.query_text"],
    acts: ACTS,
    special,
    ..NOTHING
};

/// What a request names, the narrower things first.
const NAMED: &[&str] = &[
    "full_name_arg",
    "table_full_name",
    "volume_full_name",
    "securable_full_name",
    "key",
    "path",
    "notebookFullPath",
    "notebookId",
    "jobId",
    "job_id",
    "cluster_id",
    "clusterId",
    "endpointId",
    "warehouse",
    "warehouseId",
    "name",
    "catalog_name",
    "schema_name",
    "scope",
    "share",
    "recipient_name",
    "targetUserName",
    "targetGroupName",
    "endpoint",
    "user",
    "queryId",
    "dashboardId",
    "workspaceConfKeys",
    "settingKeyName",
    "settingName",
    "id",
];

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    record.outcome = super::web::of_status(&fields.text(&["response.statusCode", "response.status_code"]));
    if record.outcome == Outcome::Success {
        record.error = None;
    }
    let service = fields.text(&["serviceName", "service_name"]).into_owned();
    let asked = |name: &str| {
        fields
            .get(&[&format!("requestParams.{name}"), &format!("request_params.{name}")])
            .map(std::borrow::Cow::into_owned)
    };
    let what = NAMED.iter().find_map(|name| asked(name)).unwrap_or_default();
    let within = asked("scope").filter(|scope| *scope != what).map(|scope| format!("{scope}/")).unwrap_or_default();
    record.resource = clip(&format!("{service}/{within}{what}"), TEXT_CHARS_MAX);
    if let Some(statement) = asked("commandText").filter(|_| service == "databrickssql") {
        return Special::Act(super::sql::statement_act(&statement));
    }
    let settings = [asked("workspaceConfKeys"), asked("settingKeyName"), asked("settingName")].into_iter().flatten();
    if record.action != "get" && settings.map(|key| key.to_ascii_lowercase()).any(|key| key.contains("audit")) {
        return Special::Act(Act::new(Verb::LoggingControl, Effect::Mutating));
    }
    // Whose account this is, and what an account may do.
    if service == "accounts" && matches!(record.action.as_str(), "delete" | "remove") {
        return Special::Act(Act::new(Verb::Revoke, Effect::Privilege));
    }
    Special::Nothing
}
