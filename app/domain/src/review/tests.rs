//! Which queries count as a review of a way in.

use serde_json::json;

use super::{PassedOver, naming, renamed};
use crate::Id;
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
