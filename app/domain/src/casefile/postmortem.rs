//! The postmortem: narrative sections, and the way from draft to published.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Permit, refuse_agent};
use crate::casefile::{Change, Definition, Dossier, Draft, Entry, Fields, Mentioning, Naming, Spot, Travel, labels};
use crate::confirmations::KeptMap;
use crate::gap::Enforcement;
use crate::history::ChangeContext;
use crate::nesting::written;
use crate::spelling::shows_something;
use crate::verdict::Verdict;
use crate::words::words;
use crate::{Id, Refusal, Ruled, Stamp};

words! {
    /// The sections people write.
    Section is "a section" {
        Summary "summary" "Summary", Impact "impact" "Impact", WhatHappened "what_happened" "What happened",
        Contributing "contributing" "Contributing factors", ReviewBypassed "review_bypassed" "How was human review bypassed?",
        TestingBypassed "testing_bypassed" "How did it get past testing to live systems?", Lessons "lessons" "Lessons", Unknowns "unknowns" "Unknowns",
    }
}

impl Section {
    /// The two questions that may not be left empty.
    pub const REQUIRED: [Self; 2] = [Self::ReviewBypassed, Self::TestingBypassed];

    /// What belongs into the section.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Summary => {
                "Three sentences for somebody who reads nothing else: what the agent did, what came of it, what is known."
            }
            Self::Impact => "Who and what was affected, in roles and systems, with numbers where they are known.",
            Self::WhatHappened => "The story in order, with roles such as asker and invoker instead of names.",
            Self::Contributing => "What came together. There is no single root cause.",
            Self::ReviewBypassed => "Where should a person have looked, and why did nobody?",
            Self::TestingBypassed => "Which test or gate was passed or missing on the way to live systems?",
            Self::Lessons => "What would help the next person, written so that they can use it.",
            Self::Unknowns => "What is still not known, and what would answer it.",
        }
    }
}

/// A narrative section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Narrative {
    /// The section's word.
    pub id: Id,
    /// Which section.
    pub section: Section,
    /// The text, in Markdown.
    pub body: String,
}

/// A section as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NarrativeDraft {
    section: Section,
    #[serde(default)]
    body: String,
}

impl Draft for NarrativeDraft {
    type Document = Narrative;

    fn apply(self, _id: Id, _old: Option<&Narrative>, _entry: &mut Entry) -> Ruled<Narrative> {
        let id = Id::new(self.section.word());
        Ok(Narrative { id, section: self.section, body: written("body", self.body)? })
    }

    fn is_blank(record: &Narrative) -> bool {
        record.body.is_empty()
    }
}

words! {
    /// Where the postmortem stands.
    PostmortemStatus is "a status of a postmortem" {
        Draft "draft" "draft", InReview "in_review" "in review", Approved "approved" "approved", Published "published" "published",
    }
}

/// The postmortem's standing: there is one in an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Postmortem {
    /// Always `postmortem`.
    pub id: Id,
    /// Where it stands.
    pub status: PostmortemStatus,
    /// Who sent it to review.
    #[serde(default)]
    pub submitted: Option<Stamp>,
    /// Who approved it.
    #[serde(default)]
    pub approved: Option<Stamp>,
    /// The revisions that were published.
    #[serde(default)]
    pub revisions: Vec<Revision>,
    /// How acts were confirmed, where somebody chose to show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<KeptMap>,
}

/// A published revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Revision {
    /// Its number, from 1.
    pub number: u32,
    /// Who published it and when.
    pub stamp: Stamp,
    /// The incident's version that was frozen.
    pub version: u64,
    /// The verdict it states.
    pub verdict: Verdict,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Stamp>,
    /// The SHA-256 of the manifest of what was frozen; blank in a revision from before texts were kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub manifest: String,
}

impl Dossier {
    /// The text of a section; blank where nobody wrote anything that is seen.
    pub fn section(&self, section: Section) -> &str {
        let text = self.narratives.get(&Id::new(section.word())).map_or("", |kept| kept.record.body.as_str());
        if shows_something(text) { text } else { "" }
    }

    /// The postmortem's standing.
    pub fn postmortem(&self) -> Postmortem {
        self.postmortems.iter().next().map_or_else(
            || Postmortem {
                id: Id::new("postmortem"),
                status: PostmortemStatus::Draft,
                submitted: None,
                approved: None,
                revisions: Vec::new(),
                map: None,
            },
            |kept| kept.record.clone(),
        )
    }

    /// What keeps the postmortem from being published, each with the page that mends it.
    pub fn publishing_blockers(&self, verdict: Verdict) -> Vec<Blocker> {
        let mut blockers = Vec::new();
        let mut block = |page: &'static str, sentence: String| blockers.push(Blocker { page, sentence });
        // What a rule rated is a draft: a person says how bad it is.
        if !self.ratings.iter().any(|rating| rating.rated.by.id.as_str() != crate::id::SYSTEM) {
            block("severity", "Nobody has rated the severity yet".into());
        }
        for control in self.missing_mandatory_gaps() {
            block("gaps", format!("{control}: say what was found, or why it held"));
        }
        for section in Section::REQUIRED {
            if self.section(section).is_empty() {
                block("postmortem", format!("“{section}” is not answered"));
            }
        }
        if self.section(Section::Summary).is_empty() {
            block("postmortem", "The summary is not written".into());
        }
        let open = self.conflicts.iter().filter(|conflict| self.is_open(&conflict.record)).count();
        if open > 0 {
            block("claims", format!("{open} conflicting {} open", if open == 1 { "claim is" } else { "claims are" }));
        }
        for event in self.lucky_events() {
            if !self.has_luck_remediation(&event.id) {
                block("gaps", "An outcome was prevented only by luck and has no remediation".into());
                break;
            }
        }
        blockers.extend(self.remediation_blockers(verdict));
        blockers
    }

    /// Gaps without an owned and dated item, and the lack of a hard control.
    fn remediation_blockers(&self, verdict: Verdict) -> Vec<Blocker> {
        let mut blockers = Vec::new();
        for gap in self.gaps.iter().filter(|gap| gap.state != crate::gap::GapState::Worked) {
            let mut items = self.remediations.iter().filter(|item| item.gaps.contains(&gap.id));
            if !items.any(|item| !item.owner.is_empty() && item.due.is_some()) {
                blockers.push(Blocker {
                    page: "remediation",
                    sentence: format!("{} has no remediation with owner and due date", gap.control),
                });
            }
        }
        let severity = self.effective_severity(verdict);
        if severity.is_some_and(|sev| sev.number() <= 1)
            && !self.remediations.iter().any(|item| item.enforcement == Enforcement::Hard)
        {
            blockers.push(Blocker {
                page: "remediation",
                sentence: "A Sev 0 or 1 needs at least one hard control among its remediation".into(),
            });
        }
        blockers
    }

    /// What keeps the incident from being closed, as sentences.
    pub fn closing_blockers(&self) -> Vec<String> {
        let mut sentences: Vec<String> = self
            .remediation_blockers(self.evaluation().verdict.verdict)
            .into_iter()
            .map(|blocker| format!("{}.", blocker.sentence))
            .collect();
        sentences.extend(
            self.missing_mandatory_gaps()
                .into_iter()
                .map(|control| format!("the control gap “{control}” is not recorded.")),
        );
        sentences
    }

    /// The luck ledger: events whose worse outcome was prevented by luck.
    pub fn lucky_events(&self) -> Vec<&crate::timeline::Event> {
        let lucky = |event: &crate::timeline::Event| event.prevented_by == Some(crate::timeline::PreventedBy::Luck);
        self.timeline().into_iter().map(|kept| &kept.record).filter(|event| lucky(event)).collect()
    }

    /// Whether a gap shows in this event and has a remediation.
    pub fn has_luck_remediation(&self, event: &Id) -> bool {
        self.gaps
            .iter()
            .filter(|gap| gap.events.contains(event))
            .any(|gap| self.remediations.iter().any(|item| item.gaps.contains(&gap.id)))
    }
}

/// Something to mend before publishing.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Blocker {
    /// The page of the incident where it is mended.
    pub page: &'static str,
    /// What is missing.
    pub sentence: String,
}

impl Entry {
    /// Sends the postmortem to review.
    pub fn submit_postmortem(&mut self) -> Ruled<()> {
        let mut postmortem = self.dossier().postmortem();
        (postmortem.status, postmortem.submitted, postmortem.approved) =
            (PostmortemStatus::InReview, Some(self.stamp()), None);
        self.put(postmortem);
        Ok(())
    }

    /// Approves the postmortem; not the one who sent it.
    pub fn approve_postmortem(&mut self) -> Ruled<()> {
        refuse_agent(self.by(), "approve a postmortem")?;
        let mut postmortem = self.dossier().postmortem();
        if postmortem.status != PostmortemStatus::InReview {
            return Err(Refusal::state("The postmortem is not in review: send it to review first."));
        }
        if postmortem.submitted.as_ref().is_some_and(|submitted| submitted.by.id == self.by().id) {
            return Err(Refusal::forbidden(
                "Whoever sent the postmortem to review cannot approve it: ask somebody else.",
            ));
        }
        (postmortem.status, postmortem.approved) = (PostmortemStatus::Approved, Some(self.stamp()));
        self.put(postmortem);
        Ok(())
    }

    /// Back to draft, for a new revision.
    pub fn reopen_postmortem(&mut self) -> Ruled<()> {
        let mut postmortem = self.dossier().postmortem();
        (postmortem.status, postmortem.submitted, postmortem.approved) = (PostmortemStatus::Draft, None, None);
        self.put(postmortem);
        Ok(())
    }
}

impl Definition for Narrative {
    const PAGE: &'static str = "postmortem";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const MENTIONING: Option<Mentioning<Self>> =
        Some(|narrative| (format!("section/{}", narrative.section.word()), &narrative.body));
    const FIELDS: Fields = Fields { words: labels! { "section" => Section }, texts: &["body"], ..Fields::NONE };
    const ID_IS_A_WORD: bool = true;

    fn subject(told: &ChangeContext) -> String {
        format!("the section “{}”", told.word("section"))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("wrote {}", Self::subject(told)))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        Some(format!("rewrote {}", Self::subject(told)))
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<NarrativeDraft>(id, document)
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.body]
    }

    fn spot(&self) -> Spot {
        Spot::Called(format!("section “{}”", self.section.label()))
    }
}

impl Definition for Postmortem {
    const PAGE: &'static str = "postmortem";
    const PUT_BACK: Result<Permit, &'static str> = Err(
        "The postmortem’s way from draft to published is kept: take it back to draft, which begins a new revision.",
    );
    const FIELDS: Fields = Fields {
        words: labels! { "map.dark" => crate::timeline::Verb, "map.rows.effect" => crate::timeline::Effect, "map.rows.verb" => crate::timeline::Verb, "revisions.verdict" => Verdict, "status" => PostmortemStatus },
        texts: &["map.rows.declared"],
        names: &["map.rows.actor", "map.scope.actor"],
        things: &["map.rows.group"],
        references: &["map.scope.evidence", "map.sources"],
        instants: &["map.scope.from", "map.scope.to"],
        codes: &["revisions.manifest"],
        ..Fields::NONE
    };
    const TRAVEL: Travel = Travel::Stays;
    const NAMING: Naming = Naming::OfThePast;

    fn place(_id: &Id, _record: &Value) -> String {
        Self::PAGE.into()
    }

    fn subject(_told: &ChangeContext) -> String {
        "the postmortem".into()
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Self::edited(told)
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        if let Some(act) = act_on_map(told.change) {
            return Some(act.into());
        }
        let last = told.record.get("revisions").and_then(Value::as_array).and_then(|all| all.last());
        let revision = last.and_then(|last| last.get("number")).and_then(Value::as_u64).unwrap_or(1);
        Some(match told.text("status") {
            "in_review" => "sent the postmortem to review".into(),
            "approved" => "approved the postmortem".into(),
            "published" => format!("published revision {revision} of the postmortem"),
            _ => "took the postmortem back to draft".into(),
        })
    }

    fn refuse_undo(change: &Change) -> Option<&'static str> {
        act_on_map(change)
            .map(|_| "The map of confirmations is put into the postmortem and removed from it on its own page.")
    }
}

/// What a change did to the map of confirmations; `None` where it did something else.
fn act_on_map(change: &Change) -> Option<&'static str> {
    let (before, after) = (change.before.get("map"), change.after.get("map"));
    (before != after).then_some(match after {
        Some(_) => "put the map of confirmations into the postmortem",
        None => "removed the map of confirmations from the postmortem",
    })
}
