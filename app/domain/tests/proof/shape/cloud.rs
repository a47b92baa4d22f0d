//! Clouds and what runs in them.

use domain::reader::log::Format;
use domain::vocabulary::Op;
use serde_json::{Value, json};

use super::{SOURCE, Shape, Whole};
use crate::history::{Act, Deed};

pub fn shapes() -> Vec<Shape> {
    let ops = &[Op::Read, Op::Write, Op::Delete, Op::List];
    vec![
        Shape {
            name: "cloudtrail",
            format: Format::Cloudtrail,
            ops,
            whole: Whole::Digests,
            write: cloudtrail,
            ..SOURCE
        },
        Shape {
            name: "k8s_audit",
            format: Format::K8sAudit,
            ops: &[Op::Read, Op::Write, Op::Delete],
            write: kubernetes,
            ..SOURCE
        },
        Shape { name: "gcp_audit", format: Format::GcpAudit, ops, write: google, ..SOURCE },
        Shape {
            name: "azure_activity",
            format: Format::AzureActivity,
            place: "plans.vault.azure.net",
            other: "notes.vault.azure.net",
            renamed: "archive-7.vault.azure.net",
            ops: &[Op::Read, Op::Write, Op::Delete],
            write: azure,
            ..SOURCE
        },
    ]
}

fn line(value: &Value) -> Option<String> {
    Some(format!("{value}\n"))
}

fn cloudtrail(act: &Act) -> Option<String> {
    let (bucket, key) = (&act.place, &act.thing);
    let object = json!({ "bucketName": bucket, "key": key });
    // A copy is recorded at the bucket it goes to, and names the other one in its source.
    let copy =
        |from: &str, to: &str| json!({ "bucketName": to, "key": key, "x-amz-copy-source": format!("{from}/{key}") });
    let (source, name, request, category) = match (act.deed, act.way) {
        (Deed::Do(Op::Read), 1) => ("s3", "SelectObjectContent", object, "Data"),
        (Deed::Do(Op::Read), 2) => ("s3", "CopyObject", copy(bucket, "elsewhere"), "Data"),
        (Deed::Do(Op::Read), 3) => ("s3", "GetObjectTorrent", object, "Data"),
        (Deed::Do(Op::Read), 4) => ("s3", "UploadPartCopy", copy(bucket, "elsewhere"), "Data"),
        (Deed::Do(Op::Read), _) => ("s3", "GetObject", object, "Data"),
        (Deed::Do(Op::Write), 1) => ("s3", "CopyObject", copy("elsewhere", bucket), "Data"),
        (Deed::Do(Op::Write), 2) => ("s3", "CompleteMultipartUpload", object, "Data"),
        (Deed::Do(Op::Write), 3) => ("s3", "RestoreObject", object, "Data"),
        (Deed::Do(Op::Write), _) => ("s3", "PutObject", object, "Data"),
        (Deed::Do(Op::Delete), 1) => ("s3", "DeleteObjects", json!({ "bucketName": bucket, "delete": key }), "Data"),
        (Deed::Do(Op::Delete), _) => ("s3", "DeleteObject", object, "Data"),
        (Deed::Do(Op::List), 1) => ("s3", "ListObjectVersions", json!({ "bucketName": bucket, "prefix": key }), "Data"),
        (Deed::Do(Op::List), _) => ("s3", "ListObjects", json!({ "bucketName": bucket, "prefix": key }), "Data"),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => ("signin", "ConsoleLogin", Value::Null, "Management"),
        (Deed::Manage, _) => ("iam", "ListUsers", Value::Null, "Management"),
        (Deed::Off, 1) => ("cloudtrail", "DeleteTrail", json!({ "name": "data" }), "Management"),
        (Deed::Off, 2) => ("cloudtrail", "PutEventSelectors", json!({ "trailName": "data" }), "Management"),
        (Deed::Off, _) => ("cloudtrail", "StopLogging", json!({ "name": "data" }), "Management"),
        (Deed::On, _) => ("cloudtrail", "StartLogging", json!({ "name": "data" }), "Management"),
        // A bucket cannot be renamed.
        (Deed::Rename, _) => return None,
    };
    let mut value = json!({ "eventVersion": "1.10", "eventTime": act.stamp(), "eventSource": format!("{source}.amazonaws.com"), "eventName": name,
        "userIdentity": { "type": "IAMUser", "userName": act.who }, "sourceIPAddress": "192.0.2.7",
        "requestParameters": request, "eventID": format!("e-{}-{}", act.at, act.thing), "eventCategory": category });
    if act.denied {
        value["errorCode"] = json!("AccessDenied");
    }
    line(&value)
}

fn kubernetes(act: &Act) -> Option<String> {
    let space = &act.place;
    let object = |kind: &str| json!({ "resource": kind, "namespace": space, "name": act.thing });
    let (verb, object) = match (act.deed, act.way) {
        (Deed::Do(Op::Read), 1) => ("list", json!({ "resource": "secrets", "namespace": space, "name": act.thing })),
        (Deed::Do(Op::Read), 2) => {
            ("create", json!({ "resource": "pods", "namespace": space, "name": act.thing, "subresource": "exec" }))
        }
        (Deed::Do(Op::Read), 3) => ("watch", object("secrets")),
        (Deed::Do(Op::Read), 4) => {
            ("get", json!({ "resource": "pods", "namespace": space, "name": act.thing, "subresource": "log" }))
        }
        (Deed::Do(Op::Read), _) => ("get", object("secrets")),
        (Deed::Do(Op::Write), 1) => ("patch", object("configmaps")),
        (Deed::Do(Op::Write), 2) => ("create", object("pods")),
        (Deed::Do(Op::Write), _) => ("update", object("configmaps")),
        (Deed::Do(Op::Delete), 1) => ("deletecollection", object("pods")),
        (Deed::Do(Op::Delete), _) => ("delete", object("pods")),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => ("create", json!({ "resource": "tokenreviews" })),
        (Deed::Manage, _) => ("get", json!({ "resource": "nodes", "name": act.thing })),
        // The policy of an API server is a file, and its log does not tell of it.
        (Deed::Off | Deed::On | Deed::Rename, _) => return None,
    };
    line(
        &json!({ "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse", "auditID": format!("a-{}-{}", act.at, act.thing),
        "stage": "ResponseComplete", "requestURI": "/api/v1/x", "verb": verb, "user": { "username": act.who }, "objectRef": object,
        "responseStatus": { "code": if act.denied { 403 } else { 200 } },
        "requestReceivedTimestamp": act.stamp(), "stageTimestamp": act.stamp() }),
    )
}

fn google(act: &Act) -> Option<String> {
    let (log, service, method, resource) = match (act.deed, act.way) {
        (Deed::Do(Op::Read), 1) => (
            "data_access",
            "storage",
            "storage.objects.get",
            format!("projects/_/buckets/{}/objects/{}", act.place, act.thing),
        ),
        (Deed::Do(op), way) => {
            let method = match (op, way) {
                (Op::Read, _) => "storage.objects.get",
                (Op::Write, 1) => "storage.objects.update",
                (Op::Write, _) => "storage.objects.create",
                (Op::Delete, _) => "storage.objects.delete",
                (Op::List, _) => "storage.objects.list",
                _ => return None,
            };
            ("data_access", "storage", method, format!("projects/_/buckets/{}/objects/{}", act.place, act.thing))
        }
        (Deed::SignIn, _) => ("activity", "iam", "google.iam.admin.v1.GetServiceAccount", "projects/p".into()),
        (Deed::Manage, _) => {
            ("activity", "compute", "v1.compute.instances.start", "projects/p/zones/z/instances/i".into())
        }
        (Deed::Off, 1) => {
            ("activity", "logging", "google.logging.v2.ConfigServiceV2.UpdateSink", "projects/p/sinks/data".into())
        }
        (Deed::Off, _) => {
            ("activity", "logging", "google.logging.v2.ConfigServiceV2.DeleteSink", "projects/p/sinks/data".into())
        }
        (Deed::On, _) => {
            ("activity", "logging", "google.logging.v2.ConfigServiceV2.CreateSink", "projects/p/sinks/data".into())
        }
        (Deed::Rename, _) => return None,
    };
    let mut value = json!({ "insertId": format!("i-{}-{}", act.at, act.thing), "logName": format!("projects/p/logs/cloudaudit.googleapis.com%2F{log}"),
        "timestamp": act.stamp(), "protoPayload": { "authenticationInfo": { "principalEmail": act.who }, "methodName": method,
        "resourceName": resource, "serviceName": format!("{service}.googleapis.com") } });
    if act.denied {
        value["protoPayload"]["status"] = json!({ "code": 7, "message": "denied" });
    }
    line(&value)
}

fn azure(act: &Act) -> Option<String> {
    let vault = act.place.split('.').next().unwrap_or_default().to_uppercase();
    let content = json!({ "id": format!("https://{}/secrets/{}", act.place, act.thing), "httpStatusCode": 200 });
    let provider = "/SUBSCRIPTIONS/1/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT";
    let (category, operation, resource, content) = match (act.deed, act.way) {
        (Deed::Do(op), way) => {
            let operation = match (op, way) {
                (Op::Read, 1) => "SecretBackup",
                (Op::Read, 2) => "KeyDecrypt",
                (Op::Read, 3) => "CertificateGet",
                (Op::Read, _) => "SecretGet",
                (Op::Write, 1) => "SecretUpdate",
                (Op::Write, 2) => "SecretRestore",
                (Op::Write, _) => "SecretSet",
                (Op::Delete, 1) => "SecretPurge",
                (Op::Delete, _) => "SecretDelete",
                _ => return None,
            };
            ("AuditEvent", operation, format!("{provider}.KEYVAULT/VAULTS/{vault}"), content)
        }
        (Deed::SignIn, _) => ("AuditEvent", "Authentication", format!("{provider}.KEYVAULT/VAULTS/{vault}"), json!({})),
        (Deed::Manage, _) => (
            "Administrative",
            "Microsoft.Compute/virtualMachines/start/action",
            format!("{provider}.COMPUTE/VM"),
            json!({}),
        ),
        (Deed::Off, _) => (
            "Administrative",
            "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE",
            format!("{provider}.INSIGHTS/DIAGNOSTICSETTINGS/MAIN"),
            json!({}),
        ),
        (Deed::On, _) => (
            "Administrative",
            "MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/WRITE",
            format!("{provider}.INSIGHTS/DIAGNOSTICSETTINGS/MAIN"),
            json!({}),
        ),
        (Deed::Rename, _) => return None,
    };
    line(&json!({ "time": act.stamp(), "category": category, "operationName": operation,
        "resultType": if act.denied { "Forbidden" } else { "Success" }, "callerIpAddress": "192.0.2.7",
        "identity": { "claim": { "upn": act.who } }, "properties": content, "resourceId": resource }))
}
