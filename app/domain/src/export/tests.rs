//! One case file, exported: the same bytes each time, and nothing in public that is not for it.

use serde_json::json;

use super::docx::tests as docx;
use super::{ExportOptions, Format, Profile, timeline_csv};
use crate::casefile::Dossier;
use crate::cast::{Story, at, berlin};
use crate::claim::ClaimDraft;
use crate::comment::CommentDraft;
use crate::document::Part;
use crate::evidence::CoverageDraft;
use crate::exposure::{ResourceDraft, WindowDraft};
use crate::gap::GapDraft;
use crate::postmortem::NarrativeDraft;
use crate::principal::PrincipalDraft;
use crate::rating::RatingDraft;
use crate::remediation::RemediationDraft;
use crate::review::ReviewDraft;
use crate::timeline::{EventDraft, MarkDraft};

pub(crate) fn world() -> Story {
    let mut story = Story::new();
    let log = story.upload("Ada", "agent|log.jsonl");
    story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "Jane Roe", "part": "asker"}));
    story.add::<PrincipalDraft>(
        "Ada",
        json!({"kind": "agent", "name": "skunkworks-bot", "private": true, "owner": "John Doe"}),
    );
    let post = story.add::<EventDraft>("Ada", json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": "agent", "name": "forum-agent"}, "verb": "post", "effect": "mutating",
        "resource": "forum|thread", "requested": "no", "prevented_by": "luck", "output_mode": "direct", "provenance_label": "none",
        "body": "# Posts\n\nan answer, as *Jane Roe* asked", "evidence": [{"id": log, "lines": [41, 61]}]}));
    story.add::<EventDraft>("Ada", json!({"time": "about 2026-03-18 17:00", "kind": "access", "actor": {"name": "Jane Roe"}, "evidence": [{"id": log, "lines": [41, 61]}]}));
    story.add::<EventDraft>(
        "Ada",
        json!({"time": "unknown", "kind": "note", "actor": {"name": "skunkworks-bot"}, "body": "between us: =bad"}),
    );
    story.add::<MarkDraft>("Ada", json!({"mark": "impact_start", "event": post}));
    let gap = story.add::<GapDraft>("Ada", json!({"control": "authorization", "state": "bypassed", "statement": "It could write.", "granted_scope": "read|write", "events": [post]}));
    story.add::<RemediationDraft>("Ada", json!({"title": "Gate | writes", "gaps": [gap], "kind": "prevent", "enforcement": "hard", "owner": "John Doe", "due": "2026-04-01", "link": "https://tracker.example/1"}));
    story.add::<NarrativeDraft>(
        "Ada",
        json!({"section": "summary", "body": "# Title\nJane Roe asked, Ada filed it.\n```\nnot closed"}),
    );
    story.add::<CommentDraft>("Grace", json!({"about": format!("event/{post}"), "body": "secret remark"}));
    let claim = |value: &str, source: &str, kind: &str| {
        serde_json::from_value::<ClaimDraft>(json!({"statement": "It began.", "field": "start", "value": value, "source": source, "source_kind": kind, "touches": "window"})).unwrap()
    };
    story.enter("Ada", |entry| entry.put_claim(None, claim("Tuesday", "Jim Leak", "anonymous"))).unwrap();
    story.enter("Ada", |entry| entry.put_claim(None, claim("Wednesday", "The Paper", "press"))).unwrap();
    story
}

pub(crate) fn options(profile: Profile) -> ExportOptions {
    ExportOptions { zone: berlin(), profile, as_of: at("2026-03-20T09:30:00Z"), head: "ab".repeat(32) }
}

/// An export as text; of a file of parts, what its document reads.
pub(crate) fn text(dossier: &Dossier, format: Format, options: &ExportOptions) -> String {
    let bytes = super::write(dossier, format, options);
    match format {
        Format::Docx => docx::read(docx::part(&bytes, "word/document.xml")),
        _ => String::from_utf8(bytes).unwrap(),
    }
}

fn write(profile: Profile) -> String {
    text(&world().dossier, Format::Markdown, &options(profile))
}

#[test]
fn the_same_case_file_gives_the_same_bytes() {
    for profile in [Profile::Internal, Profile::Public] {
        assert_eq!(write(profile), write(profile));
        let story = world();
        assert_eq!(timeline_csv(&story.dossier, &options(profile)), timeline_csv(&world().dossier, &options(profile)));
    }
}

#[test]
fn the_parts_stand_in_their_order() {
    let text = write(Profile::Internal);
    let headings: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(headings, Part::ALL.iter().map(|part| part.label()).collect::<Vec<_>>());
}

#[test]
fn an_internal_postmortem_says_where_it_comes_from() {
    let text = write(Profile::Internal);
    let expected = [
        "# INC-12: Agent answers \\| in public",
        "**As of:** 20 March 2026, 10:30 (incident version",
        "**Times:** in Europe/Berlin",
        "**17:04:00** forum-agent (agent) posts forum\\|thread (not requested; authorised: unknown; confirmed: unknown; no label; worse prevented by luck; **impact starts**)[^source-1]",
        "  **Posts**",
        "[^source-1]: agent\\|log.jsonl, lines 41–61, SHA-256 `6167656e747c6c6f672e6a736f6e6c`",
        "### Authorization: bypassed",
        "*Nothing is recorded, and it has to be.*",
        "### Conflict on “start”: open",
        "| Gate \\| writes | Authorization | prevent | hard | John Doe | 2 April 2026, 01:59 | open |",
        "```\nnot closed\n```",
        "**G1** Window bounded, both ends linked to evidence: no window is recorded",
    ];
    for line in expected {
        assert!(text.contains(line), "{line}\n---\n{text}");
    }
    assert_eq!(super::ChainHead::read_all(&text).len(), 1, "the head of its chain can be read again");
    assert_eq!(text.matches("[^source-1]:").count(), 1, "one source is one footnote");
    assert!(!text.contains("[^source-2]"));
}

#[test]
fn the_judgement_shows_its_working() {
    let text = {
        let story = judged();
        text(&story.dossier, Format::Markdown, &options(Profile::Internal))
    };
    let expected = [
        "**Computed:** Sev 1 (2nd of 5)",
        "| People | unknown, at worst 2 |",
        "| Exposure | 3 | Restricted information",
        "code \\| plans |",
        "**Undetermined.** Whether harm occurred cannot be determined:",
        "| repo-a | api-read | restricted | 75 % | 75 % | 50 % |",
        "- repo-a/api-read: 18 March 2026, 19:00 to 18 March 2026, 19:30 (logged, not reviewed)",
        "- repo-a/api-read: 18 March 2026, 19:30 to 18 March 2026, 20:00 (not logged)",
        "Least reviewed: 50 %.",
        "- **G8** Everything reviewed, by two people:",
        "Grace reviewed log.jsonl, 18 March 2026, 18:00 to 18 March 2026, 19:00: every record, depth content",
        "- The level of people is unknown",
    ];
    for line in expected {
        assert!(text.contains(line), "{line}\n---\n{text}");
    }
    let failed = text.find("### Failed gates").unwrap();
    assert!(failed < text.find("### Passed gates").unwrap(), "what fails comes first");
}

/// A case file that is rated, and half covered.
pub(super) fn judged() -> Story {
    let mut story = Story::new();
    let log = story.upload("Ada", "log.jsonl");
    let window: WindowDraft = serde_json::from_value(json!({"start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z", "start_evidence": [log], "end_evidence": [log]})).unwrap();
    story.enter("Ada", |entry| entry.set_window(window)).unwrap();
    let resource: ResourceDraft = serde_json::from_value(
        json!({"id": "repo-a", "class": "restricted", "paths": [{"op": "read", "channel": "api"}]}),
    )
    .unwrap();
    story.enter("Ada", |entry| entry.put_resource(resource, None)).unwrap();
    story.add::<CoverageDraft>("Ada", json!({"evidence": log, "cell": "repo-a/api-read", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T18:30:00Z", "mode": "all", "completeness": "sequence"}));
    story.add::<ReviewDraft>("Grace", json!({"evidence": log, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T18:00:00Z", "depth": "content", "method": "full", "outcome": "authorised_only"}));
    story.add::<RatingDraft>("Ada", json!({"dimensions": {"exposure": 3, "integrity": 3, "availability": 0, "people": null, "authority": 3, "propagation": 3, "duration": 3, "recoverability": 1},
        "worst_credible": {"people": 2}, "rationale": {"exposure": "code | plans"}}));
    story
}

#[test]
fn every_table_keeps_its_columns() {
    let story = judged();
    let text = write(Profile::Internal) + &text(&story.dossier, Format::Markdown, &options(Profile::Internal));
    let mut width = None;
    for line in text.lines() {
        if !line.starts_with('|') {
            width = None;
            continue;
        }
        let bars = line.replace("\\|", "").matches('|').count();
        assert_eq!(*width.get_or_insert(bars), bars, "{line}");
    }
}

#[test]
fn the_public_profile_names_nobody_and_says_so() {
    let text = write(Profile::Public);
    let (story, told) = (world(), judged());
    let other = |dossier, format| self::text(dossier, format, &options(Profile::Public));
    let mut documents = vec![text.clone()];
    for format in super::Format::ALL {
        documents.extend([other(&story.dossier, *format), other(&told.dossier, *format)]);
    }
    for secret in [
        "Jane Roe",
        "Ada",
        "Grace",
        "John Doe",
        "skunkworks",
        "Jim Leak",
        "between us",
        "secret remark",
        "tracker.example",
    ] {
        for document in &documents {
            assert!(!document.contains(secret), "{secret}\n---\n{document}");
        }
    }
    for kept in [
        "This is the public profile. Withheld: 1 private principal, the names of",
        "asker",
        "forum-agent",
        "The Paper",
        "Tuesday (withheld, anonymous)",
        "SHA-256 `6167",
    ] {
        assert!(text.contains(kept), "{kept}\n---\n{text}");
    }
    let story = world();
    let csv = timeline_csv(&story.dossier, &options(Profile::Public));
    assert!(csv.contains("asker") && !csv.contains("Jane Roe") && !csv.contains("between us"), "{csv}");
}

#[test]
fn the_timeline_is_csv_that_timesketch_reads() {
    let story = world();
    let csv = timeline_csv(&story.dossier, &options(Profile::Internal));
    let first = csv.lines().next().unwrap();
    assert!(first.starts_with("\u{feff}message,datetime,timestamp_desc,"), "{first}");
    assert!(csv.contains("forum-agent posts forum|thread: Posts,2026-03-18T16:04:00Z,Event Time,INC-12,"), "{csv}");
    assert!(csv.contains(",2026-03-18T16:55:00Z,Event Time (earliest of a range),"), "{csv}");
    assert!(csv.contains(",,Event Time (unknown),"), "{csv}");
    assert!(csv.contains("\"# Posts\n\nan answer, as *Jane Roe* asked\""), "{csv}");
    assert!(csv.contains("agent|log.jsonl:41–61 sha256:6167"), "{csv}");
}

#[test]
fn nothing_in_an_export_acts_on_what_stands_beside_it() {
    let mut story = world();
    let odd = "shown \u{1b}[8mhidden\u{1b}[0m \u{8}\u{9b}2J, f ab \u{202e}RLO cd";
    let event =
        json!({"time": "2026-03-18 17:20 UTC", "kind": "action", "actor": {"name": "forum-agent"}, "body": odd});
    let event = story.add::<EventDraft>("Ada", event);
    let finding =
        json!({"summary": odd, "facet": "integrity", "class": "unknown", "confidence": "suspected", "role": "effect"});
    story.add::<crate::finding::FindingDraft>("Ada", finding);
    story.add::<GapDraft>("Ada", json!({"control": "kill_switch", "state": "absent", "statement": odd, "signal": odd}));
    let item = json!({"title": "Ask first", "kind": "prevent", "enforcement": "hard", "acceptance_test": odd});
    story.add::<RemediationDraft>("Ada", item);
    // The summary is what formats of others carry, too.
    for section in ["lessons", "summary"] {
        let body = format!("- {odd}\n\n`{odd}`\n\n    {odd}\n");
        story.add::<NarrativeDraft>("Ada", json!({"section": section, "body": body}));
    }
    story.add::<CommentDraft>("Ada", json!({"about": "section/lessons", "body": odd}));
    // What is kept is what was typed.
    assert_eq!(story.dossier.events.get(&event).unwrap().body, odd);
    for profile in [Profile::Internal, Profile::Public] {
        let options =
            || ExportOptions { zone: berlin(), profile, as_of: at("2026-03-20T12:00:00Z"), head: "ab".repeat(32) };
        for format in super::Format::ALL {
            let text = text(&story.dossier, *format, &options());
            assert!(!crate::spelling::may_act(&text), "{profile:?} {}", format.word());
            let is_json = format.media_type() == "application/json";
            let mark = if is_json { "\\u202e" } else { "U+202E" };
            assert!(text.contains(mark), "{profile:?} {}", format.word());
        }
    }
}
