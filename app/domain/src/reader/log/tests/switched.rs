//! Acts that switch logging off by what they are given.

use super::fixtures::read_detected;
use crate::reader::log::{Format, LoggingChange, WholeLog, touches};
use crate::vocabulary::{Outcome, Verb};

fn aws(source: &str, name: &str, request: &str) -> WholeLog {
    read_detected(&format!(
        r#"{{"eventTime":"2026-03-18T17:00:00Z","eventSource":"{source}.amazonaws.com","eventName":"{name}","userIdentity":{{"type":"IAMUser","userName":"vera"}},"requestParameters":{request},"readOnly":false,"eventCategory":"Management"}}"#
    ))
}

#[test]
fn calls_to_amazon_switch_logging_off_by_their_parameters() {
    for (source, name, request) in [
        (
            "rds",
            "ModifyDBInstance",
            r#"{"dBInstanceIdentifier":"books","cloudwatchLogsExportConfiguration":{"disableLogTypes":["audit"]}}"#,
        ),
        (
            "rds",
            "ModifyDBCluster",
            r#"{"dBClusterIdentifier":"books","cloudwatchLogsExportConfiguration":{"disableLogTypes":["postgresql"],"enableLogTypes":[]}}"#,
        ),
        (
            "rds",
            "ModifyDBParameterGroup",
            r#"{"dBParameterGroupName":"p","parameters":[{"parameterName":"log_statement","parameterValue":"ddl","applyMethod":"immediate"}]}"#,
        ),
        (
            "rds",
            "ModifyDBClusterParameterGroup",
            r#"{"parameters":[{"parameterName":"pgaudit.log","parameterValue":"none"}]}"#,
        ),
        ("rds", "StopActivityStream", r#"{"resourceArn":"arn:aws:rds:us-east-1:1:cluster:books"}"#),
        (
            "elasticloadbalancing",
            "ModifyLoadBalancerAttributes",
            r#"{"loadBalancerArn":"lb","attributes":[{"key":"deletion_protection.enabled","value":"true"},{"key":"access_logs.s3.enabled","value":"false"}]}"#,
        ),
        (
            "elasticloadbalancing",
            "ModifyLoadBalancerAttributes",
            r#"{"loadBalancerName":"lb","loadBalancerAttributes":{"accessLog":{"enabled":false}}}"#,
        ),
        ("s3", "PutBucketLogging", r#"{"bucketName":"books","BucketLoggingStatus":{"xmlns":"x"}}"#),
        (
            "apigateway",
            "UpdateStage",
            r#"{"restApiId":"a","stageName":"prod","patchOperations":[{"op":"remove","path":"/accessLogSettings"}]}"#,
        ),
        (
            "apigateway",
            "UpdateStage",
            r#"{"restApiId":"a","stageName":"prod","patchOperations":[{"op":"replace","path":"/*/*/logging/loglevel","value":"OFF"}]}"#,
        ),
        (
            "apigateway",
            "UpdateStage",
            r#"{"apiId":"a","stageName":"prod","defaultRouteSettings":{"loggingLevel":"OFF"}}"#,
        ),
        (
            "cloudfront",
            "UpdateDistribution",
            r#"{"id":"E1","distributionConfig":{"enabled":true,"logging":{"enabled":false,"includeCookies":false,"bucket":"","prefix":""}}}"#,
        ),
        (
            "cloudfront",
            "UpdateDistribution2020_05_31",
            r#"{"id":"E1","distributionConfig":{"enabled":true,"logging":{"enabled":false}}}"#,
        ),
        ("redshift", "DisableLogging", r#"{"clusterIdentifier":"c"}"#),
        (
            "redshift",
            "ModifyClusterParameterGroup",
            r#"{"parameterGroupName":"p","parameters":[{"parameterName":"enable_user_activity_logging","parameterValue":"false"}]}"#,
        ),
        ("redshift-serverless", "UpdateNamespace", r#"{"namespaceName":"n","logExports":[]}"#),
        (
            "eks",
            "UpdateClusterConfig",
            r#"{"name":"c","logging":{"clusterLogging":[{"types":["audit"],"enabled":false}]}}"#,
        ),
        ("ec2", "DeleteFlowLogs", r#"{"DeleteFlowLogsRequest":{"FlowLogId":{"content":"fl-1"}}}"#),
        (
            "ec2",
            "ModifyClientVpnEndpoint",
            r#"{"ModifyClientVpnEndpointRequest":{"ConnectionLogOptions":{"Enabled":false}}}"#,
        ),
        ("wafv2", "DeleteLoggingConfiguration", r#"{"resourceArn":"w"}"#),
        ("waf-regional", "DeleteLoggingConfiguration", r#"{"resourceArn":"w"}"#),
        ("route53", "DeleteQueryLoggingConfig", r#"{"id":"q"}"#),
        ("es", "UpdateDomainConfig", r#"{"domainName":"d","logPublishingOptions":{"AUDIT_LOGS":{"enabled":false}}}"#),
        ("states", "UpdateStateMachine", r#"{"stateMachineArn":"s","loggingConfiguration":{"level":"OFF"}}"#),
        ("amazonmq", "UpdateBroker", r#"{"brokerId":"b","logs":{"audit":false,"general":true}}"#),
        ("globalaccelerator", "UpdateAcceleratorAttributes", r#"{"acceleratorArn":"a","flowLogsEnabled":false}"#),
        ("codebuild", "UpdateProject", r#"{"name":"p","logsConfig":{"cloudWatchLogs":{"status":"DISABLED"}}}"#),
        ("organizations", "DisableAWSServiceAccess", r#"{"servicePrincipal":"cloudtrail.amazonaws.com"}"#),
        ("ssm", "UpdateDocument", r#"{"name":"SSM-SessionManagerRunShell","documentVersion":"$LATEST"}"#),
    ] {
        let reading = aws(source, name, request);
        assert_eq!(reading.records[0].verb, Verb::LoggingControl, "{name} {request}");
        assert_eq!(reading.summary.logging_changes.len(), 1, "{name} {request}");
    }
}

#[test]
fn calls_to_amazon_on_something_else_leave_logging_as_it_is() {
    for (source, name, request) in [
        ("rds", "ModifyDBInstance", r#"{"dBInstanceIdentifier":"books","allocatedStorage":20,"multiAZ":false}"#),
        (
            "rds",
            "ModifyDBInstance",
            r#"{"dBInstanceIdentifier":"books","cloudwatchLogsExportConfiguration":{"enableLogTypes":["audit"],"disableLogTypes":[]}}"#,
        ),
        (
            "rds",
            "ModifyDBParameterGroup",
            r#"{"dBParameterGroupName":"p","parameters":[{"parameterName":"work_mem","parameterValue":"8"}]}"#,
        ),
        (
            "elasticloadbalancing",
            "ModifyLoadBalancerAttributes",
            r#"{"attributes":[{"key":"deletion_protection.enabled","value":"false"}]}"#,
        ),
        (
            "elasticloadbalancing",
            "ModifyLoadBalancerAttributes",
            r#"{"attributes":[{"key":"access_logs.s3.enabled","value":"true"}]}"#,
        ),
        ("apigateway", "UpdateStage", r#"{"patchOperations":[{"op":"replace","path":"/deploymentId","value":"d"}]}"#),
        (
            "cloudfront",
            "UpdateDistribution",
            r#"{"distributionConfig":{"enabled":false,"logging":{"enabled":true,"includeCookies":false}}}"#,
        ),
        (
            "lambda",
            "UpdateFunctionConfiguration20150331v2",
            r#"{"functionName":"f","loggingConfig":{"logFormat":"Text","logGroup":"/aws/lambda/f"}}"#,
        ),
        ("iam", "UpdateLoginProfile", r#"{"userName":"vera","passwordResetRequired":false}"#),
        ("glue", "UpdateTable", r#"{"catalogId":"1","databaseName":"d","enabled":false}"#),
        ("ssm", "UpdateDocument", r#"{"name":"install"}"#),
        ("organizations", "DisableAWSServiceAccess", r#"{"servicePrincipal":"ram.amazonaws.com"}"#),
    ] {
        let reading = aws(source, name, request);
        assert_ne!(reading.records[0].verb, Verb::LoggingControl, "{name} {request}");
        assert!(reading.summary.logging_changes.is_empty(), "{name} {request}");
    }
}

#[test]
fn calls_to_other_clouds_switch_logging_off_by_their_parameters() {
    let google = |method: &str, rest: &str| {
        format!(
            r#"{{"logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","timestamp":"2026-03-18T17:00:00Z","protoPayload":{{"authenticationInfo":{{"principalEmail":"vera@example.com"}},"methodName":"{method}","resourceName":"projects/p","serviceName":"x.googleapis.com",{rest}}}}}"#
        )
    };
    let azure = |operation: &str, resource: &str, rest: &str| {
        format!(
            r#"{{"time":"2026-03-18T17:00:00Z","resourceId":"/SUBSCRIPTIONS/1/PROVIDERS/{resource}","operationName":"{operation}","resultType":"Success","caller":"vera@example.com","callerIpAddress":"192.0.2.1"{rest}}}"#
        )
    };
    for (text, changes) in [
        (
            google(
                "SetIamPolicy",
                r#""serviceData":{"policyDelta":{"auditConfigDeltas":[{"action":"REMOVE","service":"allServices"}]}}"#,
            ),
            true,
        ),
        (
            google(
                "SetIamPolicy",
                r#""request":{"policy":{"bindings":[],"auditConfigs":[{"service":"allServices"}]}}"#,
            ),
            true,
        ),
        (google("SetIamPolicy", r#""request":{"policy":{"bindings":[]},"updateMask":"auditConfigs"}"#), true),
        (
            google(
                "SetIamPolicy",
                r#""serviceData":{"policyDelta":{"bindingDeltas":[{"action":"ADD","role":"r","member":"m"}]}},"request":{"policy":{"auditConfigs":[{"service":"allServices"}]}}"#,
            ),
            false,
        ),
        (google("v1.compute.subnetworks.patch", r#""request":{"logConfig":{"enable":false}}"#), true),
        (google("v1.compute.subnetworks.patch", r#""request":{"enableFlowLogs":false}"#), true),
        (
            google("v1.compute.backendServices.patch", r#""request":{"logConfig":{"enable":true,"sampleRate":1}}"#),
            false,
        ),
        (
            google(
                "dns.managedZones.patch",
                r#""request":{"managedZone":{"cloudLoggingConfig":{"enableLogging":false}}}"#,
            ),
            true,
        ),
        (
            google(
                "cloudsql.instances.update",
                r#""request":{"body":{"settings":{"databaseFlags":[{"name":"cloudsql.enable_pgaudit","value":"off"}]}}}"#,
            ),
            true,
        ),
        (
            google(
                "google.container.v1.ClusterManager.UpdateCluster",
                r#""request":{"update":{"desiredLoggingService":"none"}}"#,
            ),
            true,
        ),
        (google("v1.compute.instances.setLabels", r#""request":{"labels":{"a":"b"}}"#), false),
        (azure("MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/WRITE", "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/D", ""), true),
        (azure("MICROSOFT.SQL/SERVERS/DATABASES/AUDITINGSETTINGS/WRITE", "MICROSOFT.SQL/SERVERS/S", ""), true),
        (
            azure(
                "MICROSOFT.DBFORPOSTGRESQL/FLEXIBLESERVERS/CONFIGURATIONS/WRITE",
                "MICROSOFT.DBFORPOSTGRESQL/FLEXIBLESERVERS/S/CONFIGURATIONS/PGAUDIT.LOG",
                "",
            ),
            true,
        ),
        (
            azure(
                "MICROSOFT.DBFORPOSTGRESQL/FLEXIBLESERVERS/CONFIGURATIONS/WRITE",
                "MICROSOFT.DBFORPOSTGRESQL/FLEXIBLESERVERS/S/CONFIGURATIONS/WORK_MEM",
                "",
            ),
            false,
        ),
        (
            azure(
                "MICROSOFT.WEB/SITES/CONFIG/WRITE",
                "MICROSOFT.WEB/SITES/S/CONFIG/WEB",
                r#","properties":{"requestbody":"{\"properties\":{\"httpLoggingEnabled\":false}}"}"#,
            ),
            true,
        ),
        (
            azure(
                "MICROSOFT.WEB/SITES/CONFIG/WRITE",
                "MICROSOFT.WEB/SITES/S/CONFIG/WEB",
                r#","properties":{"requestbody":"{\"properties\":{\"alwaysOn\":false}}"}"#,
            ),
            false,
        ),
    ] {
        let reading = read_detected(&text);
        assert_eq!(!reading.summary.logging_changes.is_empty(), changes, "{text} {:?}", reading.records[0]);
    }
}

#[test]
fn what_is_switched_off_is_the_log_that_it_fills() {
    use Format::{Auditd, Cloudtrail, Csv, GcpAudit, K8sAudit, Postgres, VpcFlow, WebAccess};
    let told = |action: &str| LoggingChange {
        at: None,
        action: action.into(),
        actor: String::new(),
        resource: String::new(),
        outcome: Outcome::Success,
        line: 1,
        command: None,
        place: None,
    };
    for (action, touched, others) in [
        ("DeleteFlowLogs", &[VpcFlow, Csv][..], &[Cloudtrail, WebAccess, Postgres, Auditd][..]),
        ("PutBucketLogging", &[WebAccess, Csv], &[Cloudtrail, Postgres, VpcFlow]),
        ("ModifyLoadBalancerAttributes", &[WebAccess, Csv], &[Cloudtrail, Postgres]),
        ("ModifyDBInstance", &[Postgres, Csv], &[Cloudtrail, WebAccess]),
        ("StopActivityStream", &[Postgres], &[Cloudtrail]),
        ("DeleteLogGroup", &[Cloudtrail, Postgres, WebAccess, VpcFlow, K8sAudit, Auditd, Csv], &[GcpAudit]),
        ("StopLogging", &[Cloudtrail], &[WebAccess, GcpAudit]),
    ] {
        for format in touched {
            assert!(touches(Some(Cloudtrail), &told(action), Some(*format)), "{action} {format}");
        }
        for format in others {
            assert!(!touches(Some(Cloudtrail), &told(action), Some(*format)), "{action} {format}");
        }
    }
}
