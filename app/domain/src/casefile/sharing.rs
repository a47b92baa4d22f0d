//! Links by which anybody reads the public text of a published revision, without an account.
//!
//! A link is a document of its incident, so that its log says who made it and who revoked it, and its chain vouches for
//! what it opens. Of the secret in its address only the digest is known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Permit, refuse_agent};
use crate::casefile::redact::UNDECIDED;
use crate::casefile::{Change, Definition, Dossier, Entry, Fields, Naming, Travel};
use crate::history::ChangeContext;
use crate::words::words;
use crate::{Id, Instant, Refusal, Ruled, Stamp};

/// How many days a link opens, unless somebody says otherwise.
pub const DAYS: u32 = 30;
/// How many it opens at most.
pub const DAYS_MAX: u32 = 365;
/// So many links of an incident open at once.
const OPEN_MAX: usize = 100;
const DAY_MICROS: i64 = 24 * 3600 * 1_000_000;

/// A link to a revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SharedLink {
    /// Its id.
    pub id: Id,
    /// The number of the revision.
    pub revision: u32,
    /// The SHA-256 of its secret, in hex.
    pub digest: String,
    /// Who made it, and when.
    pub made: Stamp,
    /// Until when it opens.
    pub until: Instant,
    /// Who revoked it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Stamp>,
}

words! {
    /// Whether a link opens.
    LinkState is "a state of a link" { Open "open" "open", Expired "expired" "expired", Revoked "revoked" "revoked" }
}

impl SharedLink {
    /// Whether it opens now.
    pub fn state(&self, now: Instant) -> LinkState {
        match &self.revoked {
            Some(_) => LinkState::Revoked,
            None if self.until <= now => LinkState::Expired,
            None => LinkState::Open,
        }
    }
}

impl Dossier {
    /// The link that a secret of this digest opens now. An incident that was merged shows nothing by itself.
    pub fn opened(&self, digest: &str, now: Instant) -> Option<&SharedLink> {
        let opens = |link: &&SharedLink| link.digest == digest && link.state(now) == LinkState::Open;
        let link = self.shared_links.iter().map(|kept| &kept.record).find(opens)?;
        self.merged_into().is_none().then_some(link)
    }
}

impl Entry {
    /// Makes a link to a revision; `digest` is that of its secret.
    pub fn share_revision(&mut self, number: u32, digest: String, days: Option<u32>) -> Ruled<SharedLink> {
        refuse_agent(self.by(), "share a revision")?;
        let days = days.unwrap_or(DAYS);
        if days == 0 || days > DAYS_MAX {
            let sentence = format!("A link opens for 1 to {DAYS_MAX} days: write a number between them.");
            return Err(Refusal::field("days", sentence));
        }
        let revisions = self.dossier().postmortem().revisions;
        let revision = revisions.iter().find(|revision| revision.number == number);
        if revision.ok_or_else(|| Refusal::absent("revision of that number"))?.manifest.is_empty() {
            return Err(Refusal::state(format!(
                "Revision {number} was published by an older version, which kept no texts: publish a new revision."
            )));
        }
        match self.dossier().private_texts().iter().filter(|text| text.choice.is_none()).count() {
            0 => {}
            count => return Err(undecided(&format!("{count} {}", if count == 1 { "text" } else { "texts" }))),
        }
        let (id, now, made) = (self.new_id(), self.now(), self.stamp());
        let open = self.dossier().shared_links.iter().filter(|link| link.state(now) == LinkState::Open).count();
        if open >= OPEN_MAX {
            return Err(Refusal::state(format!("{open} links are open already: revoke some that nobody needs.")));
        }
        let until = now.plus_micros(i64::from(days) * DAY_MICROS);
        let link = SharedLink { id, revision: number, digest, made, until, revoked: None };
        self.put(link.clone());
        Ok(link)
    }

    /// Revokes a link. One that was revoked stays as it is.
    pub fn revoke_link(&mut self, id: &Id) -> Ruled<SharedLink> {
        refuse_agent(self.by(), "revoke a link")?;
        let mut link = self.get::<SharedLink>(id)?.record;
        if link.revoked.is_none() {
            link.revoked = Some(self.stamp());
            self.put(link.clone());
        }
        Ok(link)
    }
}

/// Refuses to share a revision whose public file withholds texts because nobody had decided about them when it was
/// published: there they stay withheld for ever.
pub fn refuse_withheld(number: u32, public: &[u8]) -> Ruled<()> {
    let withholds = public.windows(UNDECIDED.len()).any(|part| part == UNDECIDED.as_bytes());
    if withholds { Err(undecided(&format!("texts of revision {number}"))) } else { Ok(()) }
}

/// A public text that says less than it could because nobody decided is not for sharing.
fn undecided(which: &str) -> Refusal {
    Refusal::state(format!(
        "Nobody has decided yet about {which} with private names: decide on the page “Public export”, publish a new revision, and share that."
    ))
}

impl Definition for SharedLink {
    const PAGE: &'static str = "revisions";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("A link is revoked on the page of its revision, and made anew there.");
    const FIELDS: Fields = Fields { instants: &["until"], codes: &["digest"], ..Fields::NONE };
    const TRAVEL: Travel = Travel::Stays;
    const NAMING: Naming = Naming::OfThePast;
    const STAYS_INSIDE: bool = true;

    fn place(_id: &Id, record: &Value) -> String {
        match record.get("revision").and_then(Value::as_u64) {
            Some(number) => format!("revisions/{number}#links"),
            None => Self::PAGE.into(),
        }
    }

    fn subject(told: &ChangeContext) -> String {
        let number = told.record.get("revision").and_then(Value::as_u64).unwrap_or(1);
        format!("a link to revision {number}")
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("made {}", Self::subject(told)))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        Some(format!("revoked {}", Self::subject(told)))
    }

    fn refuse_undo(_change: &Change) -> Option<&'static str> {
        Self::PUT_BACK.err()
    }

    fn public(_document: Value) -> Option<Value> {
        None
    }

    fn imported(self, _entry: &mut Entry) -> Option<Self> {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cast::{Story, at};
    use crate::postmortem::{NarrativeDraft, Postmortem, PostmortemStatus, Revision};
    use crate::principal::PrincipalDraft;
    use crate::verdict::Verdict;

    /// A case file with a published revision.
    fn published() -> Story {
        let mut story = Story::new();
        let revision = |entry: &Entry, number, manifest: &str| Revision {
            number,
            stamp: entry.stamp(),
            version: 1,
            verdict: Verdict::NotAssessed,
            approved: None,
            manifest: manifest.into(),
        };
        let publish = |entry: &mut Entry| {
            let revisions = vec![revision(entry, 1, ""), revision(entry, 2, "ab")];
            let (id, status) = (Id::new("postmortem"), PostmortemStatus::Published);
            entry.put(Postmortem { id, status, submitted: None, approved: None, revisions, map: None });
            Ok(())
        };
        story.enter("Ada", publish).unwrap();
        story
    }

    #[test]
    fn a_link_opens_until_it_expires_or_is_revoked() {
        let mut story = published();
        let link = story.enter("Ada", |entry| entry.share_revision(2, "d1".into(), Some(2))).unwrap();
        let (before, after) = (link.until.plus_micros(-1), link.until);
        assert_eq!(link.until, link.made.at.plus_micros(2 * DAY_MICROS));
        let opened = |story: &Story, digest: &str, now| story.dossier.opened(digest, now).map(|link| link.revision);
        assert_eq!((opened(&story, "d1", before), opened(&story, "d1", after)), (Some(2), None));
        assert_eq!((opened(&story, "d2", before), opened(&story, "", before)), (None, None));
        story.enter("Grace", |entry| entry.revoke_link(&link.id)).unwrap();
        assert_eq!(opened(&story, "d1", before), None);
        let revoked = story.enter("Ada", |entry| entry.revoke_link(&link.id)).unwrap().revoked;
        assert_eq!(revoked.unwrap().by.name, "Grace", "who revoked first did it");
        let told: Vec<&str> = story.log.iter().rev().take(2).map(|change| change.kind.as_str()).collect();
        assert_eq!(told, ["edited", "added"]);
    }

    #[test]
    fn what_cannot_be_shared_is_refused() {
        let mut story = published();
        let mut share =
            |number, days| story.enter("Ada", |entry| entry.share_revision(number, "d".into(), days)).unwrap_err();
        for (number, days, expected) in [
            (1, None, "kept no texts"),
            (3, None, "no revision of that number"),
            (2, Some(0), "1 to 365 days"),
            (2, Some(366), "1 to 365 days"),
        ] {
            let refusal = share(number, days);
            assert!(refusal.sentence.contains(expected), "{refusal}");
        }
        assert_eq!(share(2, Some(366)).field.as_deref(), Some("days"));
        let mut agent = crate::cast::person("Ada");
        agent.agent = Some("forum-agent".into());
        let refused = story.enter_as(agent, |entry| entry.share_revision(2, "d".into(), None)).unwrap_err();
        assert!(refused.sentence.contains("agent"), "{refused}");
        story.add::<PrincipalDraft>("Ada", json!({"kind": "human", "name": "Wilhelmina Asker", "private": true}));
        story.add::<NarrativeDraft>("Ada", json!({"section": "impact", "body": "Wilhelmina Asker waited."}));
        let refused = story.enter("Ada", |entry| entry.share_revision(2, "d".into(), None)).unwrap_err();
        assert!(refused.sentence.starts_with("Nobody has decided yet about 1 text with private names"), "{refused}");
        assert_eq!(story.dossier.opened("d", at("2026-03-20T09:00:00Z")), None);
    }

    #[test]
    fn what_was_withheld_when_it_was_published_is_not_shared() {
        let text = format!("… {UNDECIDED} …");
        let refused = refuse_withheld(3, text.as_bytes()).unwrap_err();
        assert!(refused.sentence.contains("about texts of revision 3 with private names"), "{refused}");
        for shared in ["", "[withheld: something else]", &UNDECIDED[1..]] {
            assert!(refuse_withheld(3, shared.as_bytes()).is_ok(), "{shared}");
        }
    }

    #[test]
    fn no_more_links_open_at_once_than_somebody_can_overlook() {
        let mut story = published();
        let mut share = |number: usize| story.enter("Ada", |entry| entry.share_revision(2, format!("d{number}"), None));
        let first = share(0).unwrap();
        assert!((1..OPEN_MAX).all(|number| share(number).is_ok()));
        assert!(share(OPEN_MAX).unwrap_err().sentence.starts_with("100 links are open already"));
        story.enter("Ada", |entry| entry.revoke_link(&first.id)).unwrap();
        assert!(story.enter("Ada", |entry| entry.share_revision(2, "d".into(), None)).is_ok());
    }
}
