//! Acts that their words do not tell: answers over JSON-RPC, lists of providers, requests to Azure storage.

use super::fixtures::read_detected as read;
use crate::vocabulary::PrincipalKind::Human;
use crate::vocabulary::{Effect, Outcome, Verb};

#[test]
fn a_call_over_json_rpc_has_the_outcome_of_its_answer() {
    let call = |id: &str, name: &str| {
        format!(
            r#"{{"timestamp":"2026-03-18T17:00:00Z","message":{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{name}","arguments":{{"path":"/a"}}}}}}}}"#
        )
    };
    let answer = |id: &str, body: &str| {
        format!(r#"{{"timestamp":"2026-03-18T17:00:01Z","message":{{"jsonrpc":"2.0","id":{id},{body}}}}}"#)
    };
    let lines = [
        answer("0", r#""result":{"protocolVersion":"2025-06-18"}"#),
        call("1", "delete_file"),
        call("\"b\"", "read_file"),
        call("3", "write_file"),
        answer("\"b\"", r#""result":{"content":[{"type":"text","text":"words"}]}"#),
        answer("1", r#""result":{"isError":true,"content":[{"type":"text","text":"denied"}]}"#),
        answer("3", r#""error":{"code":-32000,"message":"no such tool"}"#),
    ];
    let reading = read(&lines.join("\n"));
    let of = |name: &str| reading.records.iter().find(|record| record.action == name).map(|record| record.outcome);
    assert_eq!(of("read_file"), Some(Outcome::Success), "{:?}", reading.records);
    assert!(matches!(of("delete_file"), Some(Outcome::Error | Outcome::Denied)), "{:?}", of("delete_file"));
    assert_eq!(of("write_file"), Some(Outcome::Error));
}

#[test]
fn what_the_words_of_an_act_do_not_tell_is_told_by_the_list_of_its_provider() {
    let github = |action: &str| {
        format!(
            r#"{{"@timestamp":1773853200000,"action":"{action}","actor":"vera","repo":"o/r","org":"o","_document_id":"1"}}"#
        )
    };
    let office = |operation: &str| {
        format!(
            r#"{{"CreationTime":"2026-03-18T17:00:00","Id":"1","Operation":"{operation}","OrganizationId":"o","RecordType":14,"UserId":"vera@example.com","Workload":"SharePoint","ObjectId":"https://s/a"}}"#
        )
    };
    let okta = |kind: &str| {
        format!(
            r#"{{"uuid":"1","published":"2026-03-18T17:00:00.000Z","eventType":"{kind}","actor":{{"id":"1","type":"User","alternateId":"vera@example.com"}},"outcome":{{"result":"SUCCESS"}},"target":[]}}"#
        )
    };
    let rows = [
        (github("repo.access"), Verb::Grant, Effect::Privilege),
        (github("protected_branch.policy_override"), Verb::Grant, Effect::Privilege),
        (github("git.clone"), Verb::Read, Effect::Read),
        (office("AnonymousLinkCreated"), Verb::Grant, Effect::Privilege),
        (office("SecureLinkDeleted"), Verb::Revoke, Effect::Privilege),
        (office("FileRecycled"), Verb::Delete, Effect::Destructive),
        (office("FileSyncDownloadedFull"), Verb::Read, Effect::Read),
        (office("UserLoggedIn"), Verb::Login, Effect::None),
        (okta("user.session.impersonation.initiate"), Verb::Grant, Effect::Privilege),
        (okta("user.mfa.factor.deactivate"), Verb::Grant, Effect::Privilege),
        (okta("user.session.start"), Verb::Login, Effect::None),
    ];
    for (text, verb, effect) in rows {
        let reading = read(&text);
        let record = reading.records.first().expect("a record");
        assert_eq!((record.verb, record.effect), (verb, effect), "{text}");
    }
}

#[test]
fn a_request_to_azure_storage_names_who_asked_for_what() {
    let text = r#"{"time":"2026-03-18T17:00:00Z","resourceId":"/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a/blobServices/default","category":"StorageRead","operationName":"GetBlob","statusCode":403,"statusText":"AuthorizationFailure","uri":"https://a.blob.core.windows.net/c/b","identity":{"type":"OAuth","requester":{"upn":"vera@example.com","objectId":"7"}}}
{"time":"2026-03-18T17:00:01Z","resourceId":"/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a/blobServices/default","category":"StorageRead","operationName":"GetBlob","statusCode":200,"uri":"https://a.blob.core.windows.net/c/b?sig=x","identity":{"type":"SAS"}}
{"time":"2026-03-18T17:00:02Z","resourceId":"/subscriptions/s/providers/Microsoft.Storage/storageAccounts/a","operationName":"MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION","category":"Administrative","resultType":"Success","caller":"vera@example.com"}
"#;
    let reading = read(text);
    let [denied, signed, keys] = reading.records.as_slice() else { panic!("{:?}", reading.records) };
    assert_eq!(
        (denied.actor.kind, denied.actor.name.as_str(), denied.verb, denied.resource.as_str(), denied.outcome),
        (Human, "vera@example.com", Verb::Read, "https://a.blob.core.windows.net/c/b", Outcome::Denied)
    );
    assert_eq!((signed.actor.name.as_str(), signed.outcome), ("SAS", Outcome::Success));
    assert_eq!((keys.verb, keys.effect), (Verb::Read, Effect::Read));
}
