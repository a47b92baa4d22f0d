//! Which queries count as a review of an access path.

use serde_json::json;

use super::{Examined, PassedOver, ReviewDraft, naming, renamed};
use crate::Id;
use crate::cast::Story;
use crate::evidence::Upload;
use crate::exposure::ExposureDraft;
use crate::reader::log::{Filter, Format, Options, is_renaming, read_as};

fn filter(value: serde_json::Value) -> Filter {
    serde_json::from_value(value).unwrap()
}

#[test]
fn all_records_leave_out_none_and_a_query_is_held_against_the_name() {
    let span = json!({ "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z" });
    let south = Id::new("south");
    assert_eq!(naming(&filter(span.clone()), &south), None);
    let mut asked = span.clone();
    asked["verb"] = json!("read");
    let mut named = span;
    named["q"] = json!("south");
    assert_eq!(naming(&filter(asked), &south), Some(filter(named)));
}

#[test]
fn a_name_is_looked_for_in_the_whole_record() {
    let line = r#"{"eventTime":"2026-03-18T17:40:00Z","eventSource":"s3.amazonaws.com","eventName":"CopyObject","requestParameters":{"bucketName":"elsewhere","x-amz-copy-source":"South\/Caf\u00e9"}}"#;
    let record = read_as(line.as_bytes(), Format::Cloudtrail, &Options::default()).records.remove(0);
    for q in ["south/cafe", "SOUTH/CAFÉ", "x-amz-copy-source", "elsewhere", "copyobject"] {
        assert!(filter(json!({ "q": q })).finds(&record, line.as_bytes()), "{q}");
    }
    assert!(!filter(json!({ "q": "north" })).finds(&record, line.as_bytes()));
    assert!(!filter(json!({ "q": "south/", "outcome": "denied" })).finds(&record, line.as_bytes()));
    assert!(!filter(json!({ "resource": "south" })).finds(&record, line.as_bytes()));
}

#[test]
fn what_gives_a_thing_another_name_ends_a_query_by_its_name() {
    for action in
        ["repo.rename", "FileRenamed", "repo.transfer", "owner_transferred", "MOVE", "file_moved", "MigrateTable"]
    {
        assert!(is_renaming(action), "{action}");
    }
    for action in ["repo.remove", "GetObject", "removed", "transform", "movie.read", "RemoveUser"] {
        assert!(!is_renaming(action), "{action}");
    }
    let line =
        r#"{"@timestamp":1773853500000,"action":"repo.rename","actor":"ada","repo":"acme/archive","old_name":"plans"}"#;
    let record = read_as(line.as_bytes(), Format::GithubAudit, &Options::default()).records.remove(0);
    assert!(record.needs_review.as_deref().is_some_and(|said| said.contains("another name")));
    assert!(renamed(&filter(json!({ "resource": "plans" })), &record));
    let moved = |command: &str| {
        let call = json!({ "type": "assistant", "timestamp": "2026-03-18T17:00:00Z", "sessionId": "s", "message": { "role": "assistant",
            "model": "m", "content": [{ "type": "tool_use", "id": "c", "name": "Bash", "input": { "command": command } }] } });
        read_as(call.to_string().as_bytes(), Format::ClaudeCode, &Options::default()).records[0].renames()
    };
    assert!(moved("mv /srv/plans /srv/archive") && moved("cd /srv && git mv plans archive"));
    assert!(!moved("rm -rf build") && !moved("cat removed.txt"));
    assert!(!renamed(&filter(json!({ "actor": "ada" })), &record));
}

#[test]
fn the_sentence_says_what_was_left_out_and_what_would_be_a_review() {
    let of = |records, renamed| PassedOver { resource: Id::new("south"), records, renamed, unseen: 3 }.told();
    assert!(of(1, 0).starts_with("1 record names south") && of(1, 0).contains("read them all"), "{}", of(1, 0));
    assert!(of(0, 0).starts_with("3 records were not searched whole"), "{}", of(0, 0));
    assert!(of(0, 2).starts_with("2 records say that south got another name"), "{}", of(0, 2));
}

/// The paths that a review of two records shows, where one was read and another written through the API.
fn shown(format: &str, said: serde_json::Value) -> Option<Vec<String>> {
    let mut story = Story::new();
    let upload = Upload {
        id: None,
        name: "log.jsonl".into(),
        sha256: "ab".repeat(32),
        bytes: 10,
        format: format.into(),
        lines: Some(2),
        source: None,
        collector: None,
    };
    let item = story.enter("Ada", |entry| entry.add_evidence(upload)).unwrap();
    let exposure: ExposureDraft = serde_json::from_value(json!({
        "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z", "start_evidence": [item], "end_evidence": [item] },
        "resources": [{ "id": "books", "class": "restricted", "paths": [
            { "id": "see", "op": "read", "channel": "api" }, { "id": "change", "op": "write", "channel": "api" }] }],
        "principals": { "names": ["forum-agent"] }, "resources_enumerated": "the inventory", "principals_enumerated": "the directory",
    }))
    .unwrap();
    story.enter("Ada", |entry| entry.set_exposure(exposure)).unwrap();
    let mut draft = json!({ "evidence": item, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "depth": "content", "outcome": "none" });
    for (name, value) in said.as_object().unwrap() {
        draft[name] = value.clone();
    }
    let mut draft: ReviewDraft = serde_json::from_value(draft).unwrap();
    draft.examined = Some(Examined { records: 2, sha256: "cd".repeat(32), ..Examined::default() });
    let id = story.enter("Grace", |entry| entry.add(draft)).unwrap();
    let review = story.dossier.reviews.get(&id).unwrap().record.clone();
    let cells = story.dossier.cells_shown(&review)?;
    Some(cells.iter().map(|cell| cell.path.to_string()).collect())
}

#[test]
fn a_query_that_is_told_in_words_alone_shows_no_path() {
    for words in ["where bucket == 'north'", "verb:delete", "-books"] {
        assert_eq!(shown("cloudtrail", json!({ "method": "query", "query": words })), Some(vec![]), "{words}");
    }
    // Who read every record may say what for.
    assert_eq!(shown("cloudtrail", json!({ "method": "full", "query": "every read of books" })), None);
    let asked = json!({ "method": "query", "filter": { "resource": "books" } });
    assert_eq!(shown("cloudtrail", asked), Some(vec!["see".to_string(), "change".to_string()]));
}

#[test]
fn in_a_cluster_a_query_by_name_shows_no_reading() {
    let asked = json!({ "method": "query", "filter": { "resource": "books" } });
    assert_eq!(shown("k8s_audit", asked), Some(vec!["change".to_string()]));
    assert_eq!(shown("k8s_audit", json!({ "method": "full" })), None);
}
