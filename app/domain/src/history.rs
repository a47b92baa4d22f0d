//! The history in words: what each change did, as a sentence and field by field.

mod fields;
mod label;
mod put_back;
mod told;
mod words;

#[cfg(test)]
mod tests;

pub use fields::{FieldChange, field_changes};
pub use put_back::{Undo, may_undo, permit_to_put_back};
pub use words::{Piece, word_diff};

use crate::record::{Change, Dossier, Noun};
use crate::verdict::Verdict;
use crate::{Id, Person};

/// A change as a sentence: `Ada added the event “posts an answer”`.
pub fn sentence(change: &Change, dossier: &Dossier) -> String {
    match change.noun {
        Noun::VerdictEntry => verdict(change),
        _ => format!("{} {}", who(&change.actor), act(change, dossier)),
    }
}

/// The same without who did it: `added the event “posts an answer”`.
pub fn act(change: &Change, dossier: &Dossier) -> String {
    match change.noun {
        Noun::VerdictEntry => verdict(change),
        _ => told::Told::of(change, dossier).act(),
    }
}

/// What a change is about: `the event “posts an answer”`.
pub fn subject(change: &Change, dossier: &Dossier) -> String {
    told::Told::of(change, dossier).subject()
}

/// Who did it. An agent that wrote with somebody's token is named first.
pub fn who(person: &Person) -> String {
    match &person.agent {
        Some(agent) => format!("{agent} (agent, for {})", person.name),
        None => person.name.clone(),
    }
}

/// The page of an incident that shows a record, with its anchor.
pub fn place(change: &Change) -> String {
    let page = match change.noun {
        Noun::Incident => return "settings".into(),
        Noun::Principal => "principals",
        Noun::Event => return format!("timeline?event={0}#event-{0}", change.id),
        Noun::Edge | Noun::Mark => {
            let event = ["event", "from"].iter().find_map(|field| {
                [&change.after, &change.before].into_iter().find_map(|side| side.get(field)?.as_str())
            });
            return event.map_or_else(|| "timeline".into(), |id| format!("timeline?event={id}#event-{id}"));
        }
        Noun::Evidence => "evidence",
        Noun::Classification => return "evidence".into(),
        Noun::Coverage | Noun::Review => "exposure",
        Noun::Exposure => return "exposure".into(),
        Noun::Finding => "verdict",
        Noun::Signature | Noun::VerdictEntry => return "verdict".into(),
        Noun::Claim | Noun::Conflict | Noun::Factor => "claims",
        Noun::Rating | Noun::Override => return "severity".into(),
        Noun::Gap => "gaps",
        Noun::Remediation => "remediation",
        Noun::Wording => return "wording".into(),
        Noun::Merge => "history",
        Noun::Explanation => return "evidence".into(),
        Noun::Narrative | Noun::Postmortem => return "postmortem".into(),
        Noun::Comment => {
            let about = [&change.after, &change.before].into_iter().find_map(|side| side.get("about")?.as_str());
            return comment_place(about.unwrap_or_default(), &change.id);
        }
    };
    format!("{page}#{}-{}", change.noun.word(), change.id)
}

/// The page of an incident that shows a record of which only noun and id are known.
pub fn place_of(noun: Noun, id: &Id) -> String {
    let nobody = Person { id: Id::new(""), name: String::new(), agent: None };
    let (before, after) = (serde_json::Value::Null, serde_json::Value::Null);
    let at = crate::Instant::from_micros(0);
    place(&Change { version: 0, at, actor: nobody, kind: String::new(), noun, id: id.clone(), before, after })
}

/// A comment stands where the thing stands that it is about.
pub fn comment_place(about: &str, id: &Id) -> String {
    let (noun, of) = about.split_once('/').unwrap_or((about, ""));
    let page = match noun {
        "event" => return format!("timeline?edit={of}#comment-{id}"),
        "gap" => "gaps",
        "remediation" => "remediation",
        "section" => "postmortem",
        "evidence" => "evidence",
        "claim" => "claims",
        _ => return String::new(),
    };
    format!("{page}#comment-{id}")
}

fn verdict(change: &Change) -> String {
    let read =
        |field: &str| change.after.get(field).and_then(|word| word.as_str()).and_then(|word| Verdict::parse(word).ok());
    let (Some(from), Some(to)) = (read("from"), read("to")) else { return "The verdict changed".into() };
    let moved = match (from.is_better_than(to), to.is_better_than(from)) {
        (true, _) => "fell",
        (_, true) => "rose",
        _ => "changed",
    };
    let cause = change.after.get("cause").and_then(|cause| cause.as_str()).filter(|cause| !cause.is_empty());
    let cause = cause.map(|cause| format!(": {} {cause}", who(&change.actor))).unwrap_or_default();
    format!("The verdict {moved} from {} to {}{cause}", from.label().to_lowercase(), to.label().to_lowercase())
}
