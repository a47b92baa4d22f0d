//! The acts on logging of AWS.

use crate::reader::log::format::Format;
use crate::reader::log::logging::{DATABASE, ELSEWHERE, Family, LoggingAct, NETWORK, Reach, WEB, entry, given};

/// Calls that change what is logged.
pub(super) const ACTS: &[LoggingAct] = &[
    entry(
        "cloudtrail.",
        Reach::Own,
        "StopLogging StartLogging DeleteTrail UpdateTrail CreateTrail PutEventSelectors PutInsightSelectors \
         DeleteEventDataStore UpdateEventDataStore StopEventDataStoreIngestion StartEventDataStoreIngestion \
         RestoreEventDataStore DeleteChannel DeleteResourcePolicy DeregisterOrganizationDelegatedAdmin",
    ),
    entry(
        "logs.",
        Reach::Store,
        "DeleteLogGroup DeleteLogStream PutRetentionPolicy DeleteRetentionPolicy DeleteSubscriptionFilter \
         DeleteDestination DeleteDataProtectionPolicy DeleteDelivery DeleteDeliverySource DeleteDeliveryDestination",
    ),
    entry("eks.", Reach::Store, "UpdateClusterConfig"),
    entry("ec2.", NETWORK, "DeleteFlowLogs CreateFlowLogs"),
    entry("ec2.", WEB, "ModifyVerifiedAccessInstanceLoggingConfiguration"),
    entry("vpc-lattice.", WEB, "DeleteAccessLogSubscription UpdateAccessLogSubscription"),
    entry("apigateway.", WEB, "DeleteAccessLogSettings"),
    entry("cloudfront.", WEB, "DeleteRealtimeLogConfig UpdateRealtimeLogConfig"),
    entry("redshift.", DATABASE, "DisableLogging EnableLogging"),
    entry("rds.", DATABASE, "StopActivityStream StartActivityStream ModifyActivityStream"),
    entry("route53.", ELSEWHERE, "DeleteQueryLoggingConfig"),
    entry("network-firewall.", ELSEWHERE, "UpdateLoggingConfiguration"),
    entry("securitylake.", Reach::Store, "DeleteDataLake UpdateDataLake DeleteAwsLogSource DeleteCustomLogSource"),
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
    entry("organizations.", Reach::Own, "LeaveOrganization RemoveAccountFromOrganization DeleteOrganization"),
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
        "guardduty.",
        Reach::Of(Family::Own(Format::Guardduty)),
        "DeleteDetector UpdateDetector StopMonitoringMembers DisassociateFromMasterAccount \
         DisassociateFromAdministratorAccount DisassociateMembers DeleteMembers DeletePublishingDestination",
    ),
    entry(
        "config.",
        ELSEWHERE,
        "StopConfigurationRecorder StartConfigurationRecorder DeleteConfigurationRecorder PutConfigurationRecorder \
         DeleteDeliveryChannel",
    ),
    entry("s3.", WEB, "PutBucketLogging"),
    entry(
        "bedrock.",
        Reach::Of(Family::Agent),
        "PutModelInvocationLoggingConfiguration DeleteModelInvocationLoggingConfiguration",
    ),
    entry("securityhub.", ELSEWHERE, "DisableSecurityHub"),
    entry("route53resolver.", ELSEWHERE, "DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig"),
    entry("waf", WEB, "DeleteLoggingConfiguration PutLoggingConfiguration"),
];
