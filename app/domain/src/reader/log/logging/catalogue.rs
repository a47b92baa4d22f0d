//! The catalogue of acts on logging: data per provider.
//!
//! It was written in November 2026 after the providers' own lists, not checked entry by entry: AWS's "Service Authorization
//! Reference" and the API references of its services, Google's "Audit logging" pages of the Logging API, Microsoft's "Audit
//! log activities" and Azure's resource provider operations, the event lists of Okta, GitHub and Slack, and the man pages
//! of `auditctl` and `auditd`.

use super::{Family, Reach};
use crate::reader::log::format::Format;

/// Names of calls that many services have: alone they say nothing of logging.
pub(super) const COMMON: &str = "deletebucket updatebucket undeletebucket createview updateview deleteview updatesettings deletechannel \
     deleteresourcepolicy deletedestination deletedelivery deletemembers disassociatemembers deletelog updateclusterconfig \
     updatedetector deletedetector hook.destroy leaveorganization removeaccountfromorganization deleteorganization enablelogging disablelogging updatedatalake updateloggingconfiguration";

/// Calls of one service that change what is logged.
pub(super) struct Entry {
    pub(super) format: Format,
    /// What the name of the service begins with.
    service: &'static str,
    pub(super) reach: Reach,
    pub(super) names: &'static str,
    /// They change it only where what they are given says one of these, in small letters.
    pub(super) marks: &'static [&'static str],
    by_parameters: bool,
}

impl Entry {
    /// Whether such calls change what is logged by what they are given, and not by their names alone.
    pub(super) const fn is_by_parameters(&self) -> bool {
        self.by_parameters
    }

    /// Whether a service is the one meant.
    pub(super) fn is_of(&self, service: &str) -> bool {
        self.service.split(' ').any(|known| service.starts_with(known))
    }
}

const fn entry(format: Format, service: &'static str, reach: Reach, names: &'static str) -> Entry {
    Entry { format, service, reach, names, marks: &[], by_parameters: false }
}

/// Calls that change what is logged where they are given something that switches it off, or that says one of the marks.
const fn given(service: &'static str, reach: Reach, names: &'static str, marks: &'static [&'static str]) -> Entry {
    Entry { format: Format::Cloudtrail, service, reach, names, marks, by_parameters: true }
}

const WEB: Reach = Reach::Of(Family::Own(Format::WebAccess));
const DATABASE: Reach = Reach::Of(Family::Own(Format::Postgres));
const NETWORK: Reach = Reach::Of(Family::Own(Format::VpcFlow));
const ELSEWHERE: Reach = Reach::Of(Family::Other);

pub(super) const CATALOGUE: &[Entry] = &[
    entry(
        Format::Cloudtrail,
        "cloudtrail.",
        Reach::Own,
        "StopLogging StartLogging DeleteTrail UpdateTrail CreateTrail PutEventSelectors PutInsightSelectors \
         DeleteEventDataStore UpdateEventDataStore StopEventDataStoreIngestion StartEventDataStoreIngestion \
         RestoreEventDataStore DeleteChannel DeleteResourcePolicy DeregisterOrganizationDelegatedAdmin",
    ),
    entry(
        Format::Cloudtrail,
        "logs.",
        Reach::Store,
        "DeleteLogGroup DeleteLogStream PutRetentionPolicy DeleteRetentionPolicy DeleteSubscriptionFilter \
         DeleteDestination DeleteDataProtectionPolicy DeleteDelivery DeleteDeliverySource DeleteDeliveryDestination",
    ),
    entry(Format::Cloudtrail, "eks.", Reach::Store, "UpdateClusterConfig"),
    entry(Format::Cloudtrail, "ec2.", NETWORK, "DeleteFlowLogs CreateFlowLogs"),
    entry(Format::Cloudtrail, "ec2.", WEB, "ModifyVerifiedAccessInstanceLoggingConfiguration"),
    entry(Format::Cloudtrail, "vpc-lattice.", WEB, "DeleteAccessLogSubscription UpdateAccessLogSubscription"),
    entry(Format::Cloudtrail, "apigateway.", WEB, "DeleteAccessLogSettings"),
    entry(Format::Cloudtrail, "cloudfront.", WEB, "DeleteRealtimeLogConfig UpdateRealtimeLogConfig"),
    entry(Format::Cloudtrail, "redshift.", DATABASE, "DisableLogging EnableLogging"),
    entry(Format::Cloudtrail, "rds.", DATABASE, "StopActivityStream StartActivityStream ModifyActivityStream"),
    entry(Format::Cloudtrail, "route53.", ELSEWHERE, "DeleteQueryLoggingConfig"),
    entry(Format::Cloudtrail, "network-firewall.", ELSEWHERE, "UpdateLoggingConfiguration"),
    entry(
        Format::Cloudtrail,
        "securitylake.",
        Reach::Store,
        "DeleteDataLake UpdateDataLake DeleteAwsLogSource DeleteCustomLogSource",
    ),
    given("elasticloadbalancing.", WEB, "ModifyLoadBalancerAttributes", &[]),
    given("apigateway.", WEB, "UpdateStage", &[]),
    given("cloudfront.", WEB, "UpdateDistribution", &[]),
    given("globalaccelerator.", WEB, "UpdateAcceleratorAttributes", &[]),
    given("rds.", DATABASE, "ModifyDBInstance ModifyDBCluster", &[]),
    given(
        "rds. redshift.",
        DATABASE,
        "ModifyDBParameterGroup ModifyDBClusterParameterGroup ResetDBParameterGroup ResetDBClusterParameterGroup \
         ModifyClusterParameterGroup ModifyOptionGroup",
        &["\"log_", "pgaudit", "audit", "general_log", "logging", "resetallparameters\":true"],
    ),
    given("redshift-serverless.", DATABASE, "UpdateNamespace", &[]),
    given(
        "ssm.",
        ELSEWHERE,
        "UpdateDocument CreateDocument DeleteDocument UpdateDocumentDefaultVersion",
        &["sessionmanagerrunshell"],
    ),
    // A trail of the organisation ends with its access to the service, with its role, and for an account with its leaving.
    entry(
        Format::Cloudtrail,
        "organizations.",
        Reach::Own,
        "LeaveOrganization RemoveAccountFromOrganization DeleteOrganization",
    ),
    given("organizations.", Reach::Own, "DisableAWSServiceAccess DeregisterDelegatedAdministrator", &["\"cloudtrail."]),
    given("iam.", Reach::Own, "DeleteServiceLinkedRole DeleteRole", &["awsserviceroleforcloudtrail"]),
    // What calls the interface of another service in turn.
    given(
        "cloudcontrolapi.",
        Reach::Store,
        "DeleteResource UpdateResource",
        &["aws::cloudtrail::", "aws::logs::", "aws::ec2::flowlog", "aws::s3::bucketpolicy"],
    ),
    given(
        "scheduler. states. events. ssm. cloudformation.",
        Reach::Store,
        "CreateSchedule UpdateSchedule CreateStateMachine UpdateStateMachine StartExecution StartSyncExecution PutTargets \
         StartAutomationExecution CreateStack UpdateStack CreateChangeSet",
        &[
            "aws-sdk:cloudtrail:stop",
            "aws-sdk:cloudtrail:delete",
            "aws-sdk:cloudtrail:put",
            "aws-sdk:cloudtrail:update",
            "aws-sdk:cloudwatchlogs:delete",
            "stoplogging",
            "deletetrail",
            "puteventselectors",
            "deleteloggroup",
            "deleteflowlogs",
        ],
    ),
    given(
        "kms.",
        Reach::Store,
        "DisableKey ScheduleKeyDeletion PutKeyPolicy DisableKeyRotation RevokeGrant",
        &["cloudtrail", "trail", "audit", "/log", "-log"],
    ),
    entry(
        Format::Cloudtrail,
        "guardduty.",
        Reach::Of(Family::Own(Format::Guardduty)),
        "DeleteDetector UpdateDetector StopMonitoringMembers DisassociateFromMasterAccount \
         DisassociateFromAdministratorAccount DisassociateMembers DeleteMembers DeletePublishingDestination",
    ),
    entry(
        Format::Cloudtrail,
        "config.",
        ELSEWHERE,
        "StopConfigurationRecorder StartConfigurationRecorder DeleteConfigurationRecorder PutConfigurationRecorder \
         DeleteDeliveryChannel",
    ),
    entry(Format::Cloudtrail, "s3.", WEB, "PutBucketLogging"),
    entry(
        Format::Cloudtrail,
        "bedrock.",
        Reach::Of(Family::Agent),
        "PutModelInvocationLoggingConfiguration DeleteModelInvocationLoggingConfiguration",
    ),
    entry(Format::Cloudtrail, "securityhub.", ELSEWHERE, "DisableSecurityHub"),
    entry(
        Format::Cloudtrail,
        "route53resolver.",
        ELSEWHERE,
        "DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig",
    ),
    entry(Format::Cloudtrail, "waf", WEB, "DeleteLoggingConfiguration PutLoggingConfiguration"),
    entry(
        Format::GcpAudit,
        "google.logging.v2.ConfigServiceV2.",
        Reach::Own,
        "CreateSink UpdateSink DeleteSink CreateExclusion UpdateExclusion DeleteExclusion UpdateSettings \
         UpdateCmekSettings",
    ),
    entry(
        Format::GcpAudit,
        "google.logging.v2.ConfigServiceV2.",
        Reach::Store,
        "CreateBucket UpdateBucket DeleteBucket UndeleteBucket CreateView UpdateView DeleteView",
    ),
    entry(Format::GcpAudit, "google.logging.v2.LoggingServiceV2.", Reach::Store, "DeleteLog"),
    entry(
        Format::M365,
        "",
        Reach::Own,
        "Set-AdminAuditLogConfig Set-MailboxAuditBypassAssociation New-UnifiedAuditLogRetentionPolicy \
         Set-UnifiedAuditLogRetentionPolicy Remove-UnifiedAuditLogRetentionPolicy Disable-OrganizationCustomization",
    ),
    entry(
        Format::AzureActivity,
        "microsoft.insights/",
        Reach::Own,
        "microsoft.insights/diagnosticsettings/write microsoft.insights/diagnosticsettings/delete \
         microsoft.insights/logprofiles/write microsoft.insights/logprofiles/delete",
    ),
    entry(
        Format::AzureActivity,
        "microsoft.",
        Reach::Store,
        "microsoft.operationalinsights/workspaces/delete microsoft.operationalinsights/workspaces/purge/action \
         microsoft.operationalinsights/workspaces/tables/write microsoft.eventhub/namespaces/delete \
         microsoft.eventhub/namespaces/eventhubs/delete microsoft.network/networkwatchers/flowlogs/delete \
         microsoft.network/networkwatchers/flowlogs/write microsoft.insights/datacollectionrules/write \
         microsoft.insights/datacollectionrules/delete microsoft.insights/datacollectionruleassociations/write \
         microsoft.insights/datacollectionruleassociations/delete microsoft.operationalinsights/workspaces/dataexports/delete \
         microsoft.operationalinsights/workspaces/dataexports/write",
    ),
    entry(
        Format::AzureActivity,
        "microsoft.",
        DATABASE,
        "microsoft.sql/servers/auditingsettings/write microsoft.sql/servers/extendedauditingsettings/write \
         microsoft.sql/servers/devopsauditingsettings/write microsoft.sql/servers/databases/auditingsettings/write \
         microsoft.sql/servers/databases/extendedauditingsettings/write microsoft.sql/managedinstances/devopsauditingsettings/write \
         microsoft.synapse/workspaces/auditingsettings/write microsoft.synapse/workspaces/extendedauditingsettings/write",
    ),
    entry(
        Format::Okta,
        "",
        Reach::Own,
        "system.log_stream.lifecycle.create system.log_stream.lifecycle.activate \
         system.log_stream.lifecycle.deactivate system.log_stream.lifecycle.delete system.log_stream.lifecycle.update \
         event_hook.deactivated event_hook.deleted event_hook.updated",
    ),
    entry(
        Format::GithubAudit,
        "",
        Reach::Own,
        "audit_log_streaming.create audit_log_streaming.update audit_log_streaming.destroy \
         audit_log_streaming.check org.audit_log_export hook.destroy business.audit_log_stream_create \
         business.audit_log_stream_update business.audit_log_stream_destroy org.audit_log_git_events_disable",
    ),
];
