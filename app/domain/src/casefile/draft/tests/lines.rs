//! Whatever names something in one line holds nothing that is not seen.

use serde_json::{Value, json};

use super::{Draft, draft};
use crate::cast::Story;
use crate::claim::ClaimDraft;
use crate::evidence::{EvidenceDraft, Upload};
use crate::exposure::{ExposureDraft, PathDraft, ResourceDraft};
use crate::gap::GapDraft;
use crate::incident::IncidentDraft;
use crate::principal::PrincipalDraft;
use crate::remediation::RemediationDraft;
use crate::timeline::EventDraft;
use crate::{Id, Ruled};

/// Turned direction, nothing to see in the middle, a control character, a mark on nothing, a tag character.
const UNSEEN: [&str; 6] = ["repo\u{202e}txt", "re\u{200b}po", "re\u{7}po", "\u{301}", "repo\u{e0041}", "re\u{200d}po"];

/// What reads as it is written, also with joiners where a script or a picture needs them.
const SEEN: [&str; 5] = ["repo-a", "می\u{200c}خواهم", "👩\u{200d}💻", "❤\u{fe0f}", "क\u{94d}\u{200d}ष"];

/// Puts a text where a path of dots leads.
fn put(value: &mut Value, path: &str, text: &str) {
    let slot = path.split('.').fold(value, |slot, step| match step.parse::<usize>() {
        Ok(row) => &mut slot[row],
        Err(_) => &mut slot[step],
    });
    *slot = json!(text);
}

/// One act with the draft in the story.
fn try_with(
    story: &mut Story,
    value: Value,
    act: &dyn Fn(&mut crate::casefile::Entry, Value) -> Ruled<()>,
) -> Ruled<()> {
    story.enter("Ada", |entry| act(entry, value))
}

fn reads_as_written(value: &Value, paths: &[&str], act: &dyn Fn(&mut crate::casefile::Entry, Value) -> Ruled<()>) {
    for path in paths {
        for text in UNSEEN {
            let (mut story, mut value) = (Story::new(), value.clone());
            put(&mut value, path, text);
            let refused = try_with(&mut story, value, act);
            let field = path.trim_end_matches(".0");
            let named = refused.as_ref().is_err_and(|refusal| {
                refusal.field.as_deref().is_some_and(|at| field.starts_with(at) || at.ends_with(field))
            });
            assert!(named, "{path} with {text:?}: {refused:?}");
        }
        for text in SEEN {
            let (mut story, mut value) = (Story::new(), value.clone());
            put(&mut value, path, text);
            assert_eq!(try_with(&mut story, value, act), Ok(()), "{path} with {text:?}");
        }
    }
}

fn adds<D: Draft>(value: Value, paths: &[&str]) {
    reads_as_written(&value, paths, &|entry, value| entry.add(draft::<D>(value)).map(|_| ()));
}

#[test]
fn no_noun_takes_a_line_with_something_in_it_that_is_not_seen() {
    let event = json!({"time": "2026-03-18", "kind": "action", "actor": {"name": "forum-agent"}});
    adds::<EventDraft>(event, &["resource", "trace"]);
    let claim = json!({"statement": "It posted.", "field": "start", "source": "Press", "source_kind": "press"});
    adds::<ClaimDraft>(claim, &["field", "source", "value", "scope"]);
    let head = json!({"title": "Agent answers", "tags": ["a"], "systems": ["forum"]});
    adds::<IncidentDraft>(head, &["tags.0", "systems.0"]);
    let gap = json!({"control": "authorization", "state": "absent", "statement": "Too broad.", "tags": ["a"]});
    adds::<GapDraft>(gap, &["tags.0"]);
    let item = json!({"title": "Narrow it", "kind": "prevent", "enforcement": "hard"});
    adds::<RemediationDraft>(item, &["owner", "owner_account"]);
    let principal = json!({"kind": "agent", "name": "ops-agent"});
    adds::<PrincipalDraft>(principal, &["part", "owner", "model", "agent_version", "framework", "account"]);
    let grant = json!({"kind": "agent", "name": "ops-agent", "grants": [{"scope": "read forum"}]});
    let lines = ["grants.0.approver", "grants.0.granted_at", "grants.0.expires_at", "grants.0.last_review"];
    adds::<PrincipalDraft>(grant, &lines);
    let exposure =
        json!({"resources": [{"id": "r", "class": "public", "paths": [{"id": "p", "op": "read", "channel": "api"}]}]});
    reads_as_written(&exposure, &["resources.0.id", "resources.0.note", "resources.0.paths.0.id"], &|entry, value| {
        entry.set_exposure(draft::<ExposureDraft>(value))
    });
    reads_as_written(&json!({"id": "r", "class": "public"}), &["id", "note"], &|entry, value| {
        entry.put_resource(draft::<ResourceDraft>(value), None).map(|_| ())
    });
    reads_as_written(&json!({"id": "p", "op": "read", "channel": "api"}), &["id"], &|entry, value| {
        entry.put_resource(draft::<ResourceDraft>(json!({"id": "r", "class": "public"})), None)?;
        entry.put_path(&Id::new("r"), draft::<PathDraft>(value)).map(|_| ())
    });
}

#[test]
fn the_same_letters_are_the_same_name_from_every_keyboard() {
    let mut story = Story::new();
    let tags = json!({"title": "A", "tags": ["Cafe\u{301}", "Caf\u{e9}", "a\tb"]});
    let id = story.enter("Ada", |entry| entry.add(draft::<IncidentDraft>(tags))).unwrap();
    assert_eq!(story.dossier.incidents.get(&id).unwrap().tags, ["Café", "a b"]);
    let resource = |id: &str| draft::<ResourceDraft>(json!({"id": id, "class": "public"}));
    story.enter("Ada", |entry| entry.put_resource(resource("Cafe\u{301}"), None)).unwrap();
    assert!(story.enter("Ada", |entry| entry.put_resource(resource("Caf\u{e9}"), None)).is_err());
}

#[test]
fn an_upload_is_taken_whatever_its_name_and_shows_what_is_in_it() {
    let mut story = Story::new();
    let mut upload = |name: &str, source: &str| {
        let upload = Upload {
            id: None,
            name: name.into(),
            sha256: "ab".repeat(32),
            bytes: 1,
            format: "jsonl".into(),
            lines: None,
            source: Some(source.into()),
            collector: Some(source.into()),
        };
        let id = story.enter("Ada", |entry| entry.add_evidence(upload)).unwrap();
        let item = story.dossier.evidence.get(&id).unwrap();
        (item.name.clone(), item.source.clone())
    };
    assert_eq!(upload("log\u{202e}gpj.exe", "a\u{200b}b"), ("log[U+202E]gpj.exe".into(), "a[U+200B]b".into()));
    assert_eq!(upload("\u{200b}", "").0, "[U+200B]");
    assert_eq!(upload("\u{301}", "").0, "[U+0301]");
    assert_eq!(upload("a\nb\t\u{1b}.log", "").0, "a[U+000A]b[U+0009][U+001B].log");
    assert_eq!(upload("Cafe\u{301} 👩\u{200d}💻.log", "").0, "Café 👩\u{200d}💻.log");
    let (long, _) = upload(&format!("{}.tar.gz", "\u{202e}x".repeat(400)), "");
    assert!(long.chars().count() <= 300 && long.ends_with(".tar.gz") && long.contains('…'), "{long}");
    // A name that was kept before there was this rule stays as it is while nobody touches it.
    let id = story.upload("Ada", "kept.log");
    let edit = |name: &str| draft::<EvidenceDraft>(json!({"name": name}));
    assert!(story.enter("Ada", |entry| entry.revise(&id, edit("ke\u{202e}pt.log"))).is_err());
    story.enter("Ada", |entry| entry.revise(&id, edit("kept.log"))).unwrap();
}
