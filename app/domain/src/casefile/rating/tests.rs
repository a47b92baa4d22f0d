//! Rating again.

use serde_json::{Value, json};

use super::{OverrideDraft, RatingDraft};
use crate::cast::Story;
use crate::{Id, Refusal};

fn rating(exposure: u8, why: &str) -> Value {
    let levels = json!({ "exposure": exposure, "integrity": 1, "availability": 0, "people": 0, "authority": 1, "propagation": 1,
        "duration": 1, "recoverability": 1 });
    json!({ "class": "incident", "dimensions": levels, "rationale": { "exposure": why } })
}

fn rate(story: &mut Story, who: &str, sent: Value) -> Result<Id, Refusal> {
    let draft: RatingDraft = serde_json::from_value(sent).unwrap();
    story.enter(who, |entry| entry.add(draft))
}

#[test]
fn the_same_rating_by_the_same_person_is_none() {
    let mut story = Story::new();
    let same = rating(2, "It was internal.");
    rate(&mut story, "Ada", same.clone()).unwrap();
    let refusal = rate(&mut story, "Ada", same.clone()).unwrap_err();
    assert!(refusal.sentence.contains("Nothing differs"), "{}", refusal.sentence);
    // Another reason, another level, and another person are ratings of their own.
    rate(&mut story, "Ada", rating(2, "It was internal, and old.")).unwrap();
    rate(&mut story, "Ada", rating(3, "It was internal, and old.")).unwrap();
    rate(&mut story, "Grace", rating(3, "It was internal, and old.")).unwrap();
    assert_eq!(story.dossier.ratings.len(), 4);
    // Alike to an older one is a change of mind.
    rate(&mut story, "Ada", same).unwrap();
}

#[test]
fn to_rate_alike_ends_an_override() {
    let mut story = Story::new();
    let same = rating(2, "It was internal.");
    rate(&mut story, "Ada", same.clone()).unwrap();
    let computed = story.dossier.computed_severity().unwrap().sev.number();
    let wish: OverrideDraft =
        serde_json::from_value(json!({ "to": computed - 1, "reason": "It was on the news." })).unwrap();
    story.enter("Ada", |entry| entry.add(wish)).unwrap();
    rate(&mut story, "Ada", same.clone()).unwrap();
    let latest = story.dossier.latest_rating().unwrap().id.clone();
    assert!(story.dossier.overrides.iter().all(|wish| wish.rating != latest), "the override is of the rating before");
    assert!(rate(&mut story, "Ada", same).is_err(), "and now it is the same again");
}
