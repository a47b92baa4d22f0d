//! CloudTrail, Kubernetes, Google Cloud, GitHub and Google Workspace.

use super::fixtures::read;
use crate::reader::log::{Format, Options, TimeFlag, read_as};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

#[test]
fn cloudtrail_tells_agents_denials_and_logging() {
    let reading = read(Format::Cloudtrail);
    let records = &reading.records;
    assert_eq!((records[0].actor.kind, records[0].actor.name.as_str()), (PrincipalKind::Agent, "BedrockAgents-7"));
    assert_eq!(records[0].on_behalf_of.as_ref().unwrap().name, "ada");
    assert_eq!(records[0].delegation, ["ada", "arn:aws:iam::111122223333:role/Deploy"]);
    assert_eq!((records[0].verb, records[0].effect, records[0].outcome), (Verb::Read, Effect::Read, Outcome::Success));
    assert_eq!(records[0].resource, "plans/q3.pdf");
    assert_eq!(records[0].trace.as_deref(), Some("shared-1"));
    assert_eq!((records[1].outcome, records[1].error.as_deref()), (Outcome::Denied, Some("AccessDenied: no")));
    assert_eq!(
        (records[1].actor.kind, records[1].actor.name.as_str()),
        (PrincipalKind::Unknown, "arn:aws:iam::111122223333:user/bob")
    );
    assert_eq!((records[2].verb, records[2].hints.logging_control), (Verb::LoggingControl, true));
    assert_eq!((records[4].outcome, records[4].effect), (Outcome::Error, Effect::Privilege));
    assert_eq!(records[4].resource, "eve (arn:aws:iam::aws:policy/AdministratorAccess)");
    // Duplicates are kept.
    assert_eq!(records.len(), 5);
    let changes = &reading.summary.logging_changes;
    assert_eq!(
        changes.iter().map(|change| (change.action.as_str(), change.line, change.outcome)).collect::<Vec<_>>(),
        [("StopLogging", 3, Outcome::Success), ("StopLogging", 4, Outcome::Success)]
    );
    assert_eq!(reading.summary.actors["bob"], 2);
}

#[test]
fn cloudtrail_looked_up_is_unpacked() {
    let text = r#"{"Events":[{"EventId":"1","EventName":"GetObject","CloudTrailEvent":"{\"eventName\":\"GetObject\",\"eventSource\":\"s3.amazonaws.com\",\"eventID\":\"inner\"}"}]}"#;
    let reading = read_as(text.as_bytes(), Format::Cloudtrail, &Options::default());
    assert_eq!(reading.records[0].id.as_deref(), Some("inner"));
}

#[test]
fn kubernetes_stages_are_one_event() {
    let reading = read(Format::K8sAudit);
    let ids: Vec<_> = reading
        .records
        .iter()
        .map(|record| (record.id.as_deref().unwrap(), record.hints.pieces, record.outcome))
        .collect();
    assert_eq!(ids, [("a-2", 1, Outcome::Denied), ("a-1", 2, Outcome::Success), ("a-3", 1, Outcome::Unknown)]);
    assert_eq!(reading.summary.merged, 1);
    let [list, exec, _] = reading.records.as_slice() else { panic!() };
    assert_eq!(
        (list.time_flag.clone(), list.time.unwrap().rfc3339().as_str()),
        (TimeFlag::AssumedUtc, "2026-03-18T17:05:01.320496Z")
    );
    assert_eq!((list.actor.kind, list.on_behalf_of.as_ref().unwrap().name.as_str()), (PrincipalKind::Agent, "bob"));
    assert_eq!((exec.verb, exec.resource.as_str()), (Verb::Execute, "prod/pods/web/exec"));
    assert_eq!((exec.raw.first_line, exec.raw.last_line), (1, 3));
    assert_eq!(exec.time.unwrap().rfc3339(), "2026-03-18T17:05:00.000001Z");
}

#[test]
fn kubernetes_stages_may_come_late_and_only_so_many_wait() {
    let line = |id: usize, stage: &str| {
        format!(
            "{{\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"{id}\",\"stage\":\"{stage}\",\"verb\":\"get\",\"requestURI\":\"/\"}}\n"
        )
    };
    let swapped = line(1, "ResponseComplete") + &line(1, "RequestReceived");
    let reading = read_as(swapped.as_bytes(), Format::K8sAudit, &Options::default());
    assert_eq!((reading.summary.records, reading.summary.merged), (1, 1));
    let many: String = (0..1_000)
        .map(|id| line(id, "RequestReceived"))
        .chain((0..1_000).map(|id| line(id, "ResponseComplete")))
        .collect();
    let reading = read_as(many.as_bytes(), Format::K8sAudit, &Options::default());
    // Those in the window are merged; the others are two records, and none is lost.
    assert_eq!(reading.summary.records + reading.summary.merged, 2_000);
    assert_eq!(reading.summary.merged, 256);
}

#[test]
fn google_cloud_tells_delegation() {
    let reading = read(Format::GcpAudit);
    let [read_object, delete_sink] = reading.records.as_slice() else { panic!() };
    assert_eq!(read_object.on_behalf_of.as_ref().unwrap().name, "ada@example.com");
    assert_eq!(read_object.delegation, ["ada@example.com", "deployer@p.iam.gserviceaccount.com"]);
    assert_eq!(
        (read_object.actor.kind, read_object.verb, read_object.outcome),
        (PrincipalKind::Service, Verb::Read, Outcome::Success)
    );
    assert_eq!(read_object.id.as_deref(), Some("i1"));
    assert_eq!(
        (delete_sink.verb, delete_sink.outcome, delete_sink.actor.kind),
        (Verb::LoggingControl, Outcome::Denied, PrincipalKind::Unknown)
    );
    assert_eq!(delete_sink.time_flag, TimeFlag::AssumedUtc);
}

#[test]
fn github_is_read_from_json_and_from_csv() {
    let json = read(Format::GithubAudit);
    let csv = "action,actor,actor_ip,org,repo,user,@timestamp,_document_id\nrepo.access,ada,192.0.2.7,acme,acme/plans,,1773853500000,d1\norg.add_member,dependabot[bot],,acme,,eve,1773853560000,d2\n";
    let csv = super::fixtures::read_detected(csv);
    assert_eq!(csv.format, Format::GithubAudit);
    for (json, csv) in json.records.iter().zip(&csv.records) {
        assert_eq!(
            (json.time, &json.action, &json.resource, &json.actor),
            (csv.time, &csv.action, &csv.resource, &csv.actor)
        );
    }
    assert_eq!(csv.records[0].time.unwrap().rfc3339(), "2026-03-18T17:05:00Z");
    assert_eq!((csv.records[1].actor.kind, csv.records[1].effect), (PrincipalKind::Service, Effect::Privilege));
    assert_eq!(csv.records[1].resource, "acme (eve)");
}

#[test]
fn one_workspace_activity_may_be_several_events() {
    let reading = read(Format::GoogleWorkspace);
    let told: Vec<_> =
        reading.records.iter().map(|record| (record.action.as_str(), record.resource.as_str(), record.verb)).collect();
    assert_eq!(told, [("download", "Plans", Verb::Read), ("change_user_access", "eve@example.org", Verb::Grant)]);
}
