//! What awaits people in an incident: mentions without an answer, and acts that need a second person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::casefile::{CaseItem, Dossier, Noun};
use crate::comment::Comment;
use crate::mention::{Known, is_author, mentioned};
use crate::names::name_of;
use crate::postmortem::PostmortemStatus;
use crate::review::Review;
use crate::spelling::alike;
use crate::verdict::Judgement;
use crate::vocabulary::{Depth, EvidenceStatus, ReviewMethod};
use crate::words::words;
use crate::{Id, Instant, Person, Stamp};

words! {
    /// What is asked of somebody.
    Ask is "a kind of request" {
        Mention "mention" "Mentions", Review "review" "Second reviews", Approval "approval" "Approvals", Signature "signature" "Signatures",
    }
}

/// Something that awaits somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waiting {
    /// What is asked.
    pub ask: Ask,
    /// About a record of this noun.
    pub noun: Noun,
    /// Which record.
    pub id: Id,
    /// Of whom; `None` for everybody who may.
    pub person: Option<Id>,
    /// Accounts who may not do it.
    #[serde(default)]
    pub not: Vec<Id>,
    /// Names of those who took part in the incident, who may not do it either.
    #[serde(default)]
    pub not_named: Vec<String>,
    /// By whom and since when, where that is known.
    #[serde(default)]
    pub asked: Option<Stamp>,
    /// In words.
    pub words: String,
    /// The page below the incident where it is done.
    pub place: String,
}

/// How many characters of a comment the list shows.
const EXCERPT_CHARS_MAX: usize = 160;

/// A second signature makes a verdict verified.
const SIGNERS_NEEDED: usize = 2;

impl Waiting {
    /// Whether this person could do it, as far as the incident knows; `names` are all their account ever had.
    pub fn is_for(&self, person: &Person, names: &[String]) -> bool {
        let mut names = names.iter().chain([&person.name]);
        self.person.as_ref().is_none_or(|only| only == &person.id)
            && !self.not.contains(&person.id)
            && !names.any(|name| self.not_named.iter().any(|actor| alike(actor) == alike(name)))
    }
}

impl Dossier {
    /// Everything in this incident that awaits somebody.
    pub fn waiting(&self, judgement: &Judgement, known: &[Known]) -> Vec<Waiting> {
        // What was merged asks for nothing: its records stand in the other incident.
        if self.merged_into().is_some() {
            return Vec::new();
        }
        let mut waiting = self.unanswered_mentions(known);
        waiting.extend(self.second_reviews());
        waiting.extend(self.approvals());
        waiting.extend(self.second_signature(judgement));
        waiting
    }

    fn unanswered_mentions(&self, known: &[Known]) -> Vec<Waiting> {
        let said = |about: &str, by: &Id, after: &dyn Fn(&CaseItem<Comment>) -> bool| {
            self.comments.iter().any(|other| other.about == about && &other.said.by.id == by && after(other))
        };
        let mut waiting = Vec::new();
        for comment in self.comments.iter().filter(|comment| comment.resolved.is_none()) {
            let later = |other: &CaseItem<Comment>| (other.said.at, &other.id) > (comment.said.at, &comment.id);
            for person in mentioned(&comment.body, known) {
                if is_author(&comment.said.by, &person) || said(&comment.about, &person, &later) {
                    continue;
                }
                waiting.push(Waiting {
                    asked: Some(comment.said.clone()),
                    ..mention(
                        Noun::Comment,
                        &comment.id,
                        person,
                        excerpt(&comment.body),
                        crate::comment::place(&comment.about, &comment.id),
                    )
                });
            }
        }
        for section in self.narratives.iter() {
            let about = format!("section/{}", section.id);
            let later = |other: &CaseItem<Comment>| other.version > section.version;
            for person in mentioned(&section.body, known) {
                if !said(&about, &person, &later) {
                    let words = format!("in the section “{}”", section.section.label());
                    let place = format!("postmortem#narrative-{}", section.id);
                    waiting.push(mention(Noun::Narrative, &section.id, person, words, place));
                }
            }
        }
        waiting
    }

    /// Items that exactly one person has read in a way that counts.
    fn second_reviews(&self) -> Vec<Waiting> {
        let counts = |review: &Review| {
            review.revoked.is_none()
                && review.depth != Depth::NamesOnly
                && !matches!(review.method, ReviewMethod::Sampled | ReviewMethod::Automated)
                && !self.is_incident_actor(&review.attested.by)
        };
        let mut waiting = Vec::new();
        for item in self.evidence.iter().filter(|item| item.status == EvidenceStatus::Intact) {
            let reviews: Vec<_> = self.reviews.iter().filter(|kept| kept.evidence == item.id && counts(kept)).collect();
            let Some(first) = reviews.first() else { continue };
            if reviews.iter().any(|other| other.attested.by.id != first.attested.by.id) {
                continue;
            }
            waiting.push(Waiting {
                ask: Ask::Review,
                noun: Noun::Evidence,
                id: item.id.clone(),
                person: None,
                not: self.accounts_of_actors([first.attested.by.id.clone()]),
                not_named: self.actors().into_names(),
                asked: Some(first.attested.clone()),
                words: format!("{} was reviewed by one person", item.name),
                place: format!("exposure?evidence={}#review", item.id),
            });
        }
        waiting
    }

    fn approvals(&self) -> Vec<Waiting> {
        let approval = |noun, id: &Id, not: Vec<Id>, asked: &Stamp, words: String, place: String| Waiting {
            ask: Ask::Approval,
            noun,
            id: id.clone(),
            person: None,
            not,
            not_named: Vec::new(),
            asked: Some(asked.clone()),
            words,
            place,
        };
        let mut waiting = Vec::new();
        let rating = self.latest_rating();
        let of_rating = |wish: &&CaseItem<crate::rating::Override>| {
            wish.approved.is_none() && rating.is_some_and(|rating| rating.id == wish.rating)
        };
        for wish in self.overrides.iter().filter(of_rating) {
            let not = rating.map(|rating| rating.rated.by.id.clone()).into_iter().chain([wish.asked.by.id.clone()]);
            let words = format!("setting the severity to {}", wish.to.label());
            let place = format!("severity#override-{}", wish.id);
            waiting.push(approval(Noun::Override, &wish.id, not.collect(), &wish.asked, words, place));
        }
        let postmortem = self.postmortem();
        if let (PostmortemStatus::InReview, Some(asked)) = (postmortem.status, &postmortem.submitted) {
            let (words, place) = ("the postmortem".to_string(), "postmortem".to_string());
            waiting.push(approval(Noun::Postmortem, &postmortem.id, vec![asked.by.id.clone()], asked, words, place));
        }
        waiting
    }

    /// The verdict, where it may be signed and too few have.
    fn second_signature(&self, judgement: &Judgement) -> Option<Waiting> {
        if !judgement.eligible {
            return None;
        }
        let basis = self.facts_digest();
        let signed =
            self.signatures.iter().filter(|kept| kept.basis == basis && !self.is_incident_actor(&kept.signed.by));
        let mut signers: Vec<&Stamp> = signed.map(|kept| &kept.record.signed).collect();
        signers.sort_by_key(|stamp| stamp.at);
        let mut people: Vec<Id> = signers.iter().map(|stamp| stamp.by.id.clone()).collect();
        people.sort();
        people.dedup();
        if people.len() >= SIGNERS_NEEDED {
            return None;
        }
        let words =
            if people.is_empty() { "the verdict may be signed" } else { "the verdict needs a second signature" };
        Some(Waiting {
            ask: Ask::Signature,
            noun: Noun::Signature,
            id: Id::new("verdict"),
            person: None,
            not: self.accounts_of_actors(people),
            not_named: self.actors().into_names(),
            asked: signers.first().map(|stamp| (*stamp).clone()),
            words: words.into(),
            place: "verdict".into(),
        })
    }

    /// These accounts, and those of everybody who acted.
    fn accounts_of_actors(&self, more: impl IntoIterator<Item = Id>) -> Vec<Id> {
        more.into_iter().chain(self.actors().accounts().cloned()).collect()
    }

    /// What a comment is about, in words: `the event “posts an answer”`.
    pub fn about_words(&self, about: &str) -> String {
        let (noun, id) = about.split_once('/').unwrap_or((about, ""));
        if noun == "section" {
            let section = crate::postmortem::Section::parse(id).map_or(id, |section| section.label());
            return format!("the section “{section}”");
        }
        let noun = Noun::parse(noun).map_or("record", Noun::label);
        name_of(self, &Id::new(id)).map_or_else(|| format!("the {noun}"), |name| format!("the {noun} “{name}”"))
    }
}

fn mention(noun: Noun, id: &Id, person: Id, words: String, place: String) -> Waiting {
    Waiting {
        ask: Ask::Mention,
        noun,
        id: id.clone(),
        person: Some(person),
        not: Vec::new(),
        not_named: Vec::new(),
        asked: None,
        words,
        place,
    }
}

/// The beginning of a text, on one line.
pub fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT_CHARS_MAX {
        return line;
    }
    line.chars().take(EXCERPT_CHARS_MAX).collect::<String>() + "…"
}

/// How far ahead an item that is due is listed.
pub const DUE_DAYS: i64 = 7;

/// Whether work on an item is due soon or late.
pub fn is_due_soon(item: &crate::remediation::Remediation, now: Instant) -> bool {
    item.is_open() && item.due.is_some_and(|due| due <= now.plus_micros(DUE_DAYS * 24 * 3600 * 1_000_000))
}

#[cfg(test)]
mod tests;
