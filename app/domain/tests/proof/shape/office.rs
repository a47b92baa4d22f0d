//! Services that people work with.

use domain::reader::log::Format;
use domain::vocabulary::{Channel, Op};
use serde_json::{Value, json};

use super::{SOURCE, Shape};
use crate::history::{Act, Deed};

pub fn shapes() -> Vec<Shape> {
    vec![
        Shape {
            name: "github_audit",
            format: Format::GithubAudit,
            channel: Channel::Cli,
            ops: &[Op::Read, Op::Write, Op::Grant],
            write: github,
            ..SOURCE
        },
        Shape {
            name: "google_workspace",
            format: Format::GoogleWorkspace,
            ops: &[Op::Read, Op::Write, Op::Grant, Op::Delete],
            write: workspace,
            ..SOURCE
        },
        Shape { name: "entra", format: Format::Entra, ops: &[Op::Read, Op::Write, Op::Delete], write: entra, ..SOURCE },
        Shape {
            name: "m365",
            format: Format::M365,
            ops: &[Op::Read, Op::Write, Op::Delete],
            write: microsoft,
            ..SOURCE
        },
        Shape { name: "okta", format: Format::Okta, ops: &[Op::Grant], write: okta, ..SOURCE },
        Shape { name: "slack_audit", format: Format::SlackAudit, ops: &[Op::Read, Op::Delete], write: slack, ..SOURCE },
        Shape {
            name: "anthropic_audit",
            format: Format::AnthropicAudit,
            ops: &[Op::Read, Op::Delete],
            write: anthropic,
            ..SOURCE
        },
    ]
}

fn line(value: &Value) -> Option<String> {
    Some(format!("{value}\n"))
}

fn github(act: &Act) -> Option<String> {
    let repo = format!("acme/{}", act.place);
    let (action, operation, more) = match (act.deed, act.way) {
        // What is refused is not in this log.
        _ if act.denied => return None,
        (Deed::Do(Op::Read), 1) => ("repo.download_zip", "access", json!({})),
        (Deed::Do(Op::Read), 2) => ("git.fetch", "access", json!({})),
        (Deed::Do(Op::Read), 3) => ("repo.staff_unlock", "access", json!({})),
        (Deed::Do(Op::Read), _) => ("git.clone", "access", json!({})),
        (Deed::Do(Op::Write), 1) => ("protected_branch.policy_override", "modify", json!({})),
        (Deed::Do(Op::Write), 2) => ("pull_request.merge", "modify", json!({})),
        (Deed::Do(Op::Write), _) => ("git.push", "modify", json!({})),
        (Deed::Do(Op::Grant), 1) => ("repo.update_member", "modify", json!({ "user": "eve" })),
        (Deed::Do(Op::Grant), 2) => ("public_key.create", "create", json!({})),
        (Deed::Do(Op::Grant), _) => ("repo.add_member", "create", json!({ "user": "eve" })),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => ("user.login", "authentication", json!({})),
        (Deed::Manage, _) => ("team.create", "create", json!({ "team": "acme/t" })),
        (Deed::Off, _) => ("audit_log_streaming.destroy", "remove", json!({})),
        (Deed::On, _) => ("audit_log_streaming.create", "create", json!({})),
        (Deed::Rename, _) => ("repo.rename", "modify", json!({ "old_name": act.thing })),
    };
    let mut value = json!({ "@timestamp": act.at, "_document_id": format!("d-{}-{}", act.at, act.thing), "action": action, "actor": act.who,
        "actor_ip": "192.0.2.7", "org": "acme", "operation_type": operation });
    if matches!(act.deed, Deed::Do(_) | Deed::Rename) {
        value["repo"] = json!(repo);
    }
    value.as_object_mut()?.extend(more.as_object().cloned()?);
    line(&value)
}

fn workspace(act: &Act) -> Option<String> {
    let (application, name, kind) = match (act.deed, act.way) {
        _ if act.denied => return None,
        (Deed::Do(Op::Read), 1) => ("drive", "download", "access"),
        (Deed::Do(Op::Read), 2) => ("drive", "copy", "access"),
        (Deed::Do(Op::Read), 3) => ("drive", "print", "access"),
        (Deed::Do(Op::Read), 4) => ("drive", "preview", "access"),
        (Deed::Do(Op::Read), _) => ("drive", "view", "access"),
        (Deed::Do(Op::Write), 1) => ("drive", "upload", "access"),
        (Deed::Do(Op::Write), _) => ("drive", "edit", "access"),
        (Deed::Do(Op::Grant), 1) => ("drive", "change_document_visibility", "acl_change"),
        (Deed::Do(Op::Grant), _) => ("drive", "change_user_access", "acl_change"),
        (Deed::Do(Op::Delete), 1) => ("drive", "trash", "access"),
        (Deed::Do(Op::Delete), _) => ("drive", "delete", "access"),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => ("login", "login_success", "login"),
        (Deed::Manage, _) => ("admin", "CREATE_GROUP", "GROUP_SETTINGS"),
        (Deed::Off | Deed::On, _) => return None,
        (Deed::Rename, _) => ("drive", "rename", "access"),
    };
    let parameter = |name: &str, value: &str| json!({ "name": name, "value": value });
    let parameters = match act.deed {
        Deed::Do(_) => vec![parameter("doc_title", &act.place), parameter("doc_id", &act.thing)],
        Deed::Rename => vec![
            parameter("doc_title", &act.place),
            parameter("old_value", &act.thing),
            parameter("new_value", &act.place),
        ],
        _ => vec![],
    };
    line(
        &json!({ "kind": "admin#reports#activity", "id": { "time": act.stamp(), "uniqueQualifier": format!("{}", act.at), "applicationName": application },
        "actor": { "email": act.who }, "ipAddress": "192.0.2.7", "events": [{ "type": kind, "name": name, "parameters": parameters }] }),
    )
}

fn entra(act: &Act) -> Option<String> {
    let uri = format!("https://graph.microsoft.com/v1.0/drives/{}/items/{}", act.place, act.thing);
    let (method, uri) = match (act.deed, act.way) {
        (Deed::Do(Op::Read), 1) => {
            ("POST", format!("https://graph.microsoft.com/v1.0/drives/{}/search?q={}", act.place, act.thing))
        }
        (Deed::Do(Op::Read), 2) => ("POST", format!("{uri}/copy")),
        (Deed::Do(Op::Read), 3) => ("GET", uri.replace("v1.0", "beta")),
        (Deed::Do(Op::Read), _) => ("GET", uri),
        (Deed::Do(Op::Write), 1) => ("PUT", format!("{uri}/content")),
        (Deed::Do(Op::Write), _) => ("PATCH", uri),
        (Deed::Do(Op::Delete), 1) => ("POST", format!("{uri}/permanentDelete")),
        (Deed::Do(Op::Delete), _) => ("DELETE", uri),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => {
            return line(
                &json!({ "time": act.stamp(), "category": "SignInLogs", "operationName": "Sign-in activity", "resultType": "0",
                "properties": { "createdDateTime": act.stamp(), "userPrincipalName": act.who, "appDisplayName": "Portal", "status": { "errorCode": 0 } } }),
            );
        }
        (Deed::Manage, _) => ("GET", "https://graph.microsoft.com/v1.0/organization".into()),
        (Deed::Off | Deed::On | Deed::Rename, _) => return None,
    };
    line(
        &json!({ "time": act.stamp(), "category": "MicrosoftGraphActivityLogs", "operationName": "Microsoft Graph Activity", "callerIpAddress": "192.0.2.7",
        "resourceId": "/TENANTS/1/PROVIDERS/MICROSOFT.AADIAM",
        "properties": { "requestMethod": method, "requestUri": uri, "responseStatusCode": if act.denied { 403 } else { 200 }, "appId": "app-1", "userId": act.who } }),
    )
}

fn microsoft(act: &Act) -> Option<String> {
    let operation = match (act.deed, act.way) {
        (Deed::Do(Op::Read), 1) => "FileDownloaded",
        (Deed::Do(Op::Read), 2) => "FileCopied",
        (Deed::Do(Op::Read), 3) => "FilePreviewed",
        (Deed::Do(Op::Read), 4) => "FileSyncDownloadedFull",
        (Deed::Do(Op::Read), _) => "FileAccessed",
        (Deed::Do(Op::Write), 1) => "FileCheckedIn",
        (Deed::Do(Op::Write), 2) => "FileUploaded",
        (Deed::Do(Op::Write), _) => "FileModified",
        (Deed::Do(Op::Delete), 1) => "FileRecycled",
        (Deed::Do(Op::Delete), _) => "FileDeleted",
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => "UserLoggedIn",
        (Deed::Manage, _) => "Add group.",
        (Deed::Off, _) => "Set-AdminAuditLogConfig",
        (Deed::On, _) => "Set-AdminAuditLogConfig",
        (Deed::Rename, _) => "FileRenamed",
    };
    let stamp = act.stamp();
    let mut value = json!({ "CreationTime": stamp.get(..19)?, "Id": format!("m-{}-{}", act.at, act.thing), "Operation": operation, "RecordType": 6, "UserType": 0,
        "Workload": "SharePoint", "UserId": act.who, "ClientIP": "192.0.2.7", "ResultStatus": if act.denied { "Failed" } else { "Succeeded" } });
    if matches!(act.deed, Deed::Do(_)) {
        value["ObjectId"] = json!(format!("https://acme.sharepoint.com/sites/{}/{}", act.place, act.thing));
    }
    if act.deed == Deed::Rename {
        value["ObjectId"] = json!(format!("https://acme.sharepoint.com/sites/{}", act.thing));
        value["DestinationFileName"] = json!(act.place);
    }
    line(&value)
}

fn okta(act: &Act) -> Option<String> {
    let user = json!({ "id": act.thing, "type": "User", "alternateId": format!("{}@example.com", act.thing), "displayName": "E" });
    let group = json!({ "id": "g", "type": "UserGroup", "alternateId": "unknown", "displayName": act.place });
    let (event, targets) = match (act.deed, act.way) {
        (Deed::Do(Op::Grant), 1) => ("group.privilege.grant", json!([group])),
        (Deed::Do(Op::Grant), _) => ("group.user_membership.add", json!([user, group])),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => ("user.session.start", Value::Null),
        (Deed::Manage, _) => ("policy.evaluate_sign_on", Value::Null),
        (Deed::Off, _) => ("system.log_stream.lifecycle.deactivate", json!([{ "id": "ls", "displayName": "SIEM" }])),
        (Deed::On, _) => ("system.log_stream.lifecycle.activate", json!([{ "id": "ls", "displayName": "SIEM" }])),
        (Deed::Rename, _) => return None,
    };
    line(
        &json!({ "uuid": format!("o-{}-{}", act.at, act.thing), "published": act.stamp(), "eventType": event, "version": "0", "severity": "INFO",
        "displayMessage": "x", "actor": { "id": act.who, "type": "User", "alternateId": act.who, "displayName": act.who },
        "client": { "ipAddress": "192.0.2.7" }, "outcome": { "result": if act.denied { "FAILURE" } else { "SUCCESS" } }, "target": targets }),
    )
}

fn slack(act: &Act) -> Option<String> {
    let action = match (act.deed, act.way) {
        _ if act.denied => return None,
        (Deed::Do(Op::Read), 1) => "file_downloaded_by_link",
        (Deed::Do(Op::Read), _) => "file_downloaded",
        (Deed::Do(Op::Delete), _) => "file_deleted",
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => "user_login",
        (Deed::Manage, _) => "emoji_added",
        (Deed::Off | Deed::On | Deed::Rename, _) => return None,
    };
    let entity = match act.deed {
        Deed::Do(_) => json!({ "type": "file", "file": { "id": act.thing, "title": act.place } }),
        _ => json!({ "type": "user", "user": { "id": "U1", "name": act.who } }),
    };
    line(&json!({ "id": format!("s-{}", act.at), "date_create": act.at / 1_000, "action": action,
        "actor": { "type": "user", "user": { "id": "U1", "name": act.who, "email": act.who } }, "entity": entity, "context": { "ip_address": "192.0.2.7" } }))
}

fn anthropic(act: &Act) -> Option<String> {
    let (kind, about) = match (act.deed, act.way) {
        _ if act.denied => return None,
        (Deed::Do(Op::Read), 1) => ("claude_project_file_downloaded", "claude_project_id"),
        (Deed::Do(Op::Read), 2) => ("claude_project_exported", "claude_project_id"),
        (Deed::Do(Op::Read), _) => ("claude_project_viewed", "claude_project_id"),
        (Deed::Do(Op::Delete), _) => ("claude_project_deleted", "claude_project_id"),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => ("user_signed_in", ""),
        (Deed::Manage, _) => ("org_user_invite_sent", ""),
        (Deed::Off | Deed::On | Deed::Rename, _) => return None,
    };
    let mut value = json!({ "id": format!("activity-{}-{}", act.at, act.thing), "created_at": act.stamp(), "organization_id": "org_1", "type": kind,
        "actor": { "type": "user_actor", "email_address": act.who, "user_id": act.who } });
    if !about.is_empty() {
        value[about] = json!(act.place);
    }
    line(&value)
}
