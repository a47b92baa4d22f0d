//! What awaits whom.

use serde_json::json;

use super::{Ask, Waiting};
use crate::cast::{Story, person};
use crate::comment::CommentDraft;
use crate::mention::Known;
use crate::postmortem::NarrativeDraft;
use crate::rating::{OverrideDraft, RatingDraft};
use crate::review::ReviewDraft;
use crate::timeline::EventDraft;

fn known() -> Vec<Known> {
    ["Ada", "Grace", "Alan"]
        .map(|name| Known::new(person(name).id, name, &format!("{}@example.org", name.to_lowercase())))
        .into()
}

impl Story {
    fn waiting_for(&self, who: &str) -> Vec<Waiting> {
        let all = self.dossier.waiting(&self.dossier.evaluation().verdict, &known());
        all.into_iter().filter(|waiting| waiting.is_for(&person(who), &[])).collect()
    }

    fn asks(&self, who: &str) -> Vec<Ask> {
        self.waiting_for(who).into_iter().map(|waiting| waiting.ask).collect()
    }
}

fn event(name: &str) -> serde_json::Value {
    json!({"time": "2026-03-18T16:04:00Z", "kind": "action", "actor": {"kind": "human", "name": name}, "verb": "post", "body": "posts"})
}

#[test]
fn a_mention_waits_until_it_is_answered_or_settled() {
    let mut story = Story::new();
    let id = story.add::<EventDraft>("Ada", event("Asker"));
    let about = format!("event/{id}");
    let comment = story.add::<CommentDraft>("Ada", json!({"about": about, "body": "@grace @Ada who asked? @Alan"}));
    assert_eq!(story.asks("Grace"), [Ask::Mention]);
    assert!(story.asks("Ada").is_empty(), "nobody mentions themselves");
    let waiting = &story.waiting_for("Grace")[0];
    assert_eq!(
        (waiting.words.as_str(), waiting.place.clone()),
        ("@grace @Ada who asked? @Alan", format!("timeline?edit={id}#comment-{comment}"))
    );
    story.add::<CommentDraft>("Grace", json!({"about": about, "body": "Nobody."}));
    assert!(story.asks("Grace").is_empty());
    assert_eq!(story.asks("Alan"), [Ask::Mention]);
    story.enter("Ada", |entry| entry.resolve_comment(&comment)).unwrap();
    assert!(story.asks("Alan").is_empty());
}

#[test]
fn a_section_mentions_until_one_says_something_about_it() {
    let mut story = Story::new();
    story.add::<NarrativeDraft>("Ada", json!({"section": "summary", "body": "What @Alan saw."}));
    assert_eq!(story.waiting_for("Alan")[0].place, "postmortem#narrative-summary");
    story.add::<CommentDraft>("Alan", json!({"about": "section/summary", "body": "This."}));
    assert!(story.asks("Alan").is_empty());
}

#[test]
fn a_second_review_is_asked_of_those_who_took_no_part() {
    let mut story = Story::new();
    let item = story.upload("Ada", "agent-log.jsonl");
    story.add::<EventDraft>("Ada", event("Alan"));
    assert!(story.asks("Ada").is_empty(), "nobody has reviewed it once");
    let review = |method: &str| json!({"evidence": item, "from": "2026-03-18T16:00:00Z", "to": "2026-03-18T18:00:00Z", "depth": "content", "method": method, "outcome": "none"});
    story.add::<ReviewDraft>("Ada", review("sampled"));
    assert!(story.asks("Grace").is_empty(), "a sample is no review");
    story.add::<ReviewDraft>("Grace", review("full"));
    assert_eq!(story.asks("Ada"), [Ask::Review]);
    assert!(story.asks("Grace").is_empty(), "she is the first");
    assert!(story.asks("Alan").is_empty(), "he acted");
    story.add::<ReviewDraft>("Ada", review("query"));
    assert!(story.asks("Ada").is_empty());
}

#[test]
fn approvals_wait_for_somebody_else() {
    let mut story = Story::new();
    let levels: serde_json::Map<String, serde_json::Value> =
        crate::severity::Dimension::ALL.iter().map(|dimension| (dimension.word().to_string(), json!(2))).collect();
    story.add::<RatingDraft>("Ada", json!({"dimensions": levels}));
    let to = story.dossier.computed_severity().unwrap().sev.number() + 1;
    let wish = story.add::<OverrideDraft>("Grace", json!({"to": to, "reason": "It was contained."}));
    assert!(story.asks("Ada").is_empty() && story.asks("Grace").is_empty());
    assert_eq!(story.asks("Alan"), [Ask::Approval]);
    story.enter("Alan", |entry| entry.approve_override(&wish)).unwrap();
    story.enter("Ada", crate::casefile::Entry::submit_postmortem).unwrap();
    assert_eq!(story.waiting_for("Alan")[0].words, "the postmortem");
    assert!(story.asks("Ada").is_empty());
}
