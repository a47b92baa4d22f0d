//! Comments on records and sections.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Permit;
use crate::casefile::{
    CaseDocument, Change, Definition, Dossier, Draft, Entry, Fields, Mentioning, Naming, Noun, Travel,
};
use crate::draft::{LINE_CHARS_MAX, required};
use crate::history::ChangeContext;
use crate::nesting;
use crate::{Id, Refusal, Ruled, Stamp};

/// A comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comment {
    /// Its id.
    pub id: Id,
    /// What it is about: `event/<id>`, `evidence/<id>`, `gap/<id>`, `remediation/<id>`, `claim/<id>`, `section/<name>`.
    pub about: String,
    /// What is said, in Markdown.
    pub body: String,
    /// Who said it and when.
    pub said: Stamp,
    /// Who resolved it.
    #[serde(default)]
    pub resolved: Option<Stamp>,
}

/// A comment as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct CommentDraft {
    #[serde(default)]
    about: String,
    #[serde(default)]
    body: String,
}

impl Draft for CommentDraft {
    type Document = Comment;

    fn apply(self, id: Id, old: Option<&Comment>, entry: &mut Entry) -> Ruled<Comment> {
        if old.is_some_and(|old| old.said.by.id != entry.by().id) {
            return Err(Refusal::forbidden("A comment is edited by the one who wrote it."));
        }
        let about =
            required("about", self.about, LINE_CHARS_MAX, "Say what the comment is about, such as event/<id>.")?;
        if old.is_none_or(|old| old.about != about) && !is_there(&about, entry.dossier()) {
            return Err(Refusal::field(
                "about",
                "A comment is about an event, evidence, a gap, a remediation item or a claim of this incident, or about a section: write event/<id> or section/<name>.",
            ));
        }
        Ok(Comment {
            id,
            about,
            body: nesting::required("body", self.body, "Write the comment first.")?,
            said: old.map_or_else(|| entry.stamp(), |old| old.said.clone()),
            resolved: old.and_then(|old| old.resolved.clone()),
        })
    }
}

/// How a comment names a section of the postmortem: that has no record before somebody writes it.
const SECTION: &str = "section";

/// Whether there is such a thing to say something about.
fn is_there(about: &str, dossier: &Dossier) -> bool {
    let Some((noun, id)) = about.split_once('/') else { return false };
    let is_section = noun == SECTION && crate::postmortem::Section::parse(id).is_ok();
    let discussed = Noun::parse(noun).ok().filter(|noun| noun.definition().is_discussed());
    is_section || discussed.is_some_and(|noun| dossier.standing(noun, &Id::new(id)).is_some())
}

impl Entry {
    /// Resolves a comment, or opens it again.
    pub fn resolve_comment(&mut self, id: &Id) -> Ruled<()> {
        let mut comment = self.get::<Comment>(id)?.record;
        comment.resolved = match comment.resolved {
            None => Some(self.stamp()),
            Some(_) => None,
        };
        self.put(comment);
        Ok(())
    }
}

impl Definition for Comment {
    const PAGE: &'static str = "";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Review);
    const MENTIONING: Option<Mentioning<Self>> = Some(|comment| (comment.about.clone(), &comment.body));
    const FIELDS: Fields = Fields { texts: &["body"], references: &["about"], ..Fields::NONE };
    const NAMING: Naming = Naming::StaysBehind;
    const TRAVEL: Travel = Travel::WithMergesOnly;

    fn place(id: &Id, record: &Value) -> String {
        place(record.get("about").and_then(Value::as_str).unwrap_or_default(), id)
    }

    fn subject(told: &ChangeContext) -> String {
        format!("a comment on {}", told.dossier.about_words(told.text("about")))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("commented on {}", told.dossier.about_words(told.text("about"))))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        told.toggled("resolved", "resolved", "opened")
    }

    /// A comment that was deleted comes back as it was; its words are its author's alone.
    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        let was: Self = crate::casefile::read_older(document)?;
        let deleted = Self::table(entry.dossier()).find(id).filter(|kept| kept.deleted.is_some());
        if deleted.is_some_and(|kept| kept.body == was.body) {
            return entry.restore::<Self>(id);
        }
        entry.apply_again::<CommentDraft>(id, document)
    }

    fn revert(entry: &mut Entry, change: &Change) -> Ruled<()> {
        let (was, is): (Self, Self) =
            (crate::casefile::read_older(&change.before)?, entry.get::<Self>(&change.id)?.record);
        if was.body != is.body {
            Self::put_back(entry, &change.id, &change.before)?;
        }
        let mut comment = entry.get::<Self>(&change.id)?.record;
        comment.resolved = was.resolved;
        entry.put(comment);
        Ok(())
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.body]
    }

    fn public(_document: Value) -> Option<Value> {
        None
    }
}

/// A comment stands where the thing stands that it is about.
pub fn place(about: &str, id: &Id) -> String {
    let (noun, of) = about.split_once('/').unwrap_or((about, ""));
    match noun {
        "event" => format!("timeline?edit={of}#comment-{id}"),
        "section" => format!("postmortem#comment-{id}"),
        noun => Noun::parse(noun).map_or_else(|_| String::new(), |noun| format!("{}#comment-{id}", noun.page())),
    }
}
