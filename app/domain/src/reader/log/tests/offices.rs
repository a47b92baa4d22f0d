//! Microsoft, Okta, Slack and the platforms of model makers.

use super::fixtures::{read, read_detected};
use crate::reader::log::{Format, TimeFlag};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Outcome, Verb};

#[test]
fn entra_tells_sign_ins_and_changes() {
    let reading = read(Format::Entra);
    let [sign_in, change] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (sign_in.verb, sign_in.outcome, sign_in.error.as_deref()),
        (Verb::Login, Outcome::Denied, Some("Invalid password"))
    );
    assert_eq!(sign_in.time.unwrap().rfc3339(), "2026-03-18T17:04:59Z");
    assert_eq!(
        (change.verb, change.actor.kind, change.resource.as_str()),
        (Verb::Grant, PrincipalKind::Service, "eve@example.com")
    );
}

#[test]
fn azure_activity_is_read_in_both_shapes() {
    let reading = read(Format::AzureActivity);
    let [hub, portal] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (hub.verb, hub.actor.name.as_str(), hub.outcome),
        (Verb::LoggingControl, "ada@example.com", Outcome::Success)
    );
    assert_eq!(
        (portal.verb, portal.actor.name.as_str(), portal.outcome),
        (Verb::Execute, "bob@example.com", Outcome::Error)
    );
}

#[test]
fn microsoft_365_times_are_utc() {
    let reading = read(Format::M365);
    let [download, copilot] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (download.time.unwrap().rfc3339().as_str(), &download.time_flag),
        ("2026-03-18T17:05:00Z", &TimeFlag::Exact)
    );
    assert_eq!(
        (copilot.actor.kind, copilot.on_behalf_of.as_ref().unwrap().name.as_str()),
        (PrincipalKind::Agent, "ada@example.com")
    );
    let csv = "RecordId,CreationDate,RecordType,Operation,UserId,AuditData\nm1,x,6,FileDownloaded,ada,\"{\"\"CreationTime\"\":\"\"2026-03-18T17:05:00\"\",\"\"Operation\"\":\"\"FileDownloaded\"\",\"\"UserId\"\":\"\"ada@example.com\"\"}\"\n";
    let reading = read_detected(csv);
    assert_eq!(
        (reading.format, reading.records[0].time, reading.records[0].actor.name.as_str()),
        (Format::M365, download.time, "ada@example.com")
    );
}

#[test]
fn okta_tells_refusals_and_log_streams() {
    let reading = read(Format::Okta);
    let [start, stream] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (start.verb, start.outcome, start.error.as_deref()),
        (Verb::Login, Outcome::Denied, Some("INVALID_CREDENTIALS"))
    );
    assert_eq!((stream.verb, stream.resource.as_str()), (Verb::LoggingControl, "SIEM"));
}

#[test]
fn slack_is_read_from_the_audit_log_and_the_export() {
    let audit = read(Format::SlackAudit);
    assert_eq!((audit.records[0].verb, audit.records[0].resource.as_str()), (Verb::Read, "plans.pdf"));
    let export = read(Format::SlackExport);
    let told: Vec<_> =
        export.records.iter().map(|record| (record.actor.kind, record.actor.name.as_str(), record.verb)).collect();
    assert_eq!(
        told,
        [
            (PrincipalKind::Human, "Ada", Verb::Post),
            (PrincipalKind::Agent, "forum agent", Verb::Post),
            (PrincipalKind::Human, "U2", Verb::Other)
        ]
    );
    assert_eq!(export.records[0].time.unwrap().rfc3339(), "2026-03-18T17:05:00.000100Z");
    assert_eq!(export.records[1].message, "Change the access list: [example]");
}

#[test]
fn platforms_tell_keys_and_their_owners() {
    let anthropic = read(Format::AnthropicAudit);
    assert_eq!(
        (anthropic.records[0].resource.as_str(), anthropic.records[1].actor.kind),
        ("chat_1", PrincipalKind::Service)
    );
    let openai = read(Format::OpenaiAudit);
    let record = &openai.records[0];
    assert_eq!(
        (record.actor.name.as_str(), record.on_behalf_of.as_ref().unwrap().name.as_str(), record.resource.as_str()),
        ("key_1", "ada@example.com", "key_2")
    );
}

#[test]
fn whoever_narrows_the_audit_of_mailboxes_changes_logging() {
    let line = |operation: &str, properties: &str| {
        format!(
            "{{\"CreationTime\":\"2026-03-18T17:30:00\",\"Operation\":\"{operation}\",\"Workload\":\"Exchange\",\"RecordType\":1,\"ResultStatus\":\"True\",\"UserId\":\"ada@example.com\",\"Id\":\"x\",{properties}}}\n"
        )
    };
    let of = |text: &str| {
        crate::reader::log::read_as(
            text.as_bytes(),
            crate::reader::log::Format::M365,
            &crate::reader::log::Options::default(),
        )
        .summary
    };
    let set = |name: &str, value: &str| format!("\"Parameters\":[{{\"Name\":\"{name}\",\"Value\":\"{value}\"}}]");
    for (operation, properties, changes) in [
        ("Set-MailboxAuditBypassAssociation", set("AuditBypassEnabled", "True"), 1),
        ("Set-Mailbox", set("AuditEnabled", "False"), 1),
        ("Set-Mailbox", set("AuditEnabled", "True"), 0),
        ("Set-OrganizationConfig", set("AuditDisabled", "True"), 1),
    ] {
        assert_eq!(of(&line(operation, &properties)).logging_change_count, changes, "{operation} {properties}");
    }
    let read = |throttled: &str| {
        line(
            "MailItemsAccessed",
            &format!("\"OperationProperties\":[{{\"Name\":\"IsThrottled\",\"Value\":\"{throttled}\"}}]"),
        )
    };
    assert_eq!((of(&read("True")).gap_count, of(&read("False")).gap_count), (1, 0));
}
