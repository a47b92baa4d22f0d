//! What a change did, told by noun.

mod read;

use serde_json::Value;

use crate::Id;
use crate::names::name_of;
use crate::record::{Change, Dossier, MERGED, Noun};
use crate::severity::SeverityFacts;
use crate::timeline::EdgeKind;

use self::read::members;
use super::label;

/// A change being told.
pub(super) struct Told<'a> {
    change: &'a Change,
    dossier: &'a Dossier,
    /// The record as it is now, or as it last was.
    record: &'a Value,
}

impl<'a> Told<'a> {
    pub(super) fn of(change: &'a Change, dossier: &'a Dossier) -> Self {
        let record = if change.after.is_null() { &change.before } else { &change.after };
        Self { change, dossier, record }
    }

    /// What was done, without who did it.
    pub(super) fn act(&self) -> String {
        let told = match self.change.kind.as_str() {
            "added" => self.added(),
            "edited" => self.edited(),
            "deleted" => self.deleted(),
            kind => kind.strip_prefix(MERGED).map(|from| format!("took over {} from {from}", self.subject())),
        };
        told.unwrap_or_else(|| match self.change.kind.as_str() {
            "edited" => format!("changed {} of {}", self.changed_fields(), self.subject()),
            "restored" => format!("brought {} back", self.subject()),
            kind => format!("{kind} {}", self.subject()),
        })
    }

    fn added(&self) -> Option<String> {
        Some(match self.change.noun {
            Noun::Incident => format!("filed the incident {}", self.quoted("title")),
            Noun::Edge => self.link(),
            Noun::Mark => format!("marked {} as “{}”", self.record_named("event", "an event"), self.word("mark")),
            Noun::Coverage => format!("stated what {} covers of {}", self.evidence(), self.cell()),
            Noun::Exposure => format!("recorded {}", self.exposure_parts()),
            Noun::Review => format!("attested to a review of {}", self.evidence()),
            Noun::Finding | Noun::Claim | Noun::Factor => format!("recorded {}", self.subject()),
            Noun::Conflict => format!("entered claims that disagree on {}", self.quoted("field")),
            Noun::Rating => format!("rated the severity{}", self.rated()),
            Noun::Override => format!("asked to set the severity to {}", self.sev("to")),
            Noun::Signature => "signed the verdict".into(),
            Noun::Gap => format!("recorded {} as {}", self.subject(), self.word("state")),
            Noun::Narrative => format!("wrote {}", self.subject()),
            Noun::Postmortem => return self.postmortem(),
            Noun::Comment => format!("commented on {}", self.about()),
            Noun::Wording => self.wording(),
            Noun::Merge => format!("merged {} into this incident", self.merged()),
            Noun::Explanation => {
                format!("explained the change of logging {} in {}", self.quoted("action"), self.evidence())
            }
            _ => return None,
        })
    }

    fn edited(&self) -> Option<String> {
        match self.change.noun {
            Noun::Incident => self.incident(),
            Noun::Mark => {
                Some(format!("moved the mark “{}” to {}", self.word("mark"), self.record_named("event", "an event")))
            }
            Noun::Evidence => self.evidence_act(),
            Noun::Exposure => Some(format!("changed {}", self.exposure_parts())),
            Noun::Review if self.began("revoked") => Some(format!("revoked {}", self.subject())),
            Noun::Finding => self.toggled("resolved", "resolved", "opened"),
            Noun::Comment => self.toggled("resolved", "resolved", "opened"),
            Noun::Wording => Some(self.wording()),
            Noun::Merge => Some(format!("took {} out of this incident again", self.merged())),
            Noun::Explanation if self.began("accepted") => {
                Some(format!("accepted the explanation of {} in {}", self.quoted("action"), self.evidence()))
            }
            Noun::Conflict => self.conflict(),
            Noun::Override if self.began("approved") => {
                Some(format!("approved setting the severity to {}", self.sev("to")))
            }
            Noun::Gap => self.turned("state").map(|_| format!("set {} to {}", self.subject(), self.word("state"))),
            Noun::Remediation => self.remediation(),
            Noun::Narrative => Some(format!("rewrote {}", self.subject())),
            Noun::Postmortem => self.postmortem(),
            _ => None,
        }
    }

    fn deleted(&self) -> Option<String> {
        match self.change.noun {
            Noun::Mark => Some(format!("took the mark “{}” away", self.word("mark"))),
            Noun::Edge => Some(format!("took back that {}", self.link().trim_start_matches("noted that "))),
            Noun::Signature => Some("withdrew a signature under the verdict".into()),
            _ => None,
        }
    }

    /// What the sentence speaks of: `the event “posts an answer”`.
    pub(super) fn subject(&self) -> String {
        let noun = self.change.noun;
        match noun {
            Noun::Incident => "the incident".into(),
            Noun::Principal if self.text("kind") != "unknown" => {
                format!("the {} {}", self.word("kind"), self.quoted("name"))
            }
            Noun::Evidence => format!("evidence item {}", self.text("name")),
            Noun::Event => format!("the event “{}”", self.event_title()),
            Noun::Coverage => format!("what {} covers of {}", self.evidence(), self.cell()),
            Noun::Review => format!(
                "the review of {} by {}",
                self.evidence(),
                self.record.pointer("/attested/by/name").and_then(Value::as_str).unwrap_or("somebody")
            ),
            Noun::Conflict => format!("the conflict of claims on {}", self.quoted("field")),
            Noun::Gap => format!("the control gap “{}”", self.word("control")),
            Noun::Narrative => format!("the section “{}”", self.word("section")),
            Noun::Comment => format!("a comment on {}", self.about()),
            Noun::Exposure
            | Noun::Postmortem
            | Noun::Rating
            | Noun::Override
            | Noun::Signature
            | Noun::VerdictEntry => format!("the {noun}"),
            Noun::Mark => format!("the mark “{}”", self.word("mark")),
            Noun::Edge => "a link between events".into(),
            _ => {
                let name =
                    ["name", "title", "summary", "statement"].into_iter().find(|field| !self.text(field).is_empty());
                name.map_or_else(|| format!("the {noun}"), |field| format!("the {noun} {}", self.quoted(field)))
            }
        }
    }

    fn incident(&self) -> Option<String> {
        let into = |side: &'a Value| side.get("merged_into").and_then(Value::as_str);
        match (into(&self.change.before), into(&self.change.after)) {
            (None, Some(into)) => return Some(format!("merged the incident into {into}")),
            (Some(into), None) => return Some(format!("took the incident out of {into} again")),
            _ => {}
        }
        if let Some((was, is)) = self.turned("status") {
            let (was, is) = (label::of(Noun::Incident, "status", was), label::of(Noun::Incident, "status", is));
            return Some(if is == "closed" {
                "closed the incident".into()
            } else {
                format!("moved the incident from {was} to {is}")
            });
        }
        let (was, is) = (members(&self.change.before), members(&self.change.after));
        let (joined, left): (Vec<&str>, Vec<&str>) = (
            is.iter().filter(|name| !was.contains(name)).copied().collect(),
            was.iter().filter(|name| !is.contains(name)).copied().collect(),
        );
        match (joined.as_slice(), left.as_slice()) {
            ([], []) => None,
            (joined, []) => Some(format!("made {} a member", joined.join(", "))),
            (_, left) => Some(format!("took {} off the members", left.join(", "))),
        }
    }

    fn evidence_act(&self) -> Option<String> {
        let item = self.subject();
        if let Some((_, is)) = self.turned("status") {
            return Some(match is {
                "withdrawn" => format!("withdrew {item}"),
                "tainted" => format!("found {item} tainted: its bytes no longer have their hash"),
                "missing" => format!("reported {item} missing"),
                _ => format!("restored {item}"),
            });
        }
        if self.began("records") {
            return Some(format!(
                "read {item}: {} records",
                self.record.get("records").and_then(Value::as_u64).unwrap_or(0)
            ));
        }
        let log = |record: &Value| record.get("custody").and_then(Value::as_array).map_or(0, Vec::len);
        let last = self
            .record
            .get("custody")
            .and_then(Value::as_array)
            .and_then(|log| log.last())
            .and_then(|line| line.get("act"))
            .and_then(Value::as_str);
        match last {
            Some("verified") if log(&self.change.after) > log(&self.change.before) => {
                Some(format!("verified the hash of {item}"))
            }
            Some("uploaded") if log(&self.change.after) > log(&self.change.before) => {
                Some(format!("uploaded {item} again"))
            }
            _ => None,
        }
    }

    fn conflict(&self) -> Option<String> {
        if self.change.after.get("adopted").is_none_or(Value::is_null) {
            return self
                .change
                .before
                .get("adopted")
                .is_some_and(|adopted| !adopted.is_null())
                .then(|| format!("opened {} again", self.subject()));
        }
        let claim = self
            .record
            .pointer("/adopted/claim")
            .and_then(Value::as_str)
            .and_then(|id| name_of(self.dossier, &Id::new(id)));
        Some(format!("adopted the claim “{}” on {}", claim.unwrap_or_default(), self.quoted("field")))
    }

    fn remediation(&self) -> Option<String> {
        let (_, is) = self.turned("status")?;
        let item = self.subject();
        Some(match is {
            "in_progress" => format!("began {item}"),
            "done" => format!("marked {item} as done"),
            "verified" => format!("verified {item}"),
            "wont_fix" => format!("decided that {item} will not be done"),
            _ => format!("opened {item} again"),
        })
    }

    fn postmortem(&self) -> Option<String> {
        let revision = self
            .record
            .get("revisions")
            .and_then(Value::as_array)
            .and_then(|all| all.last())
            .and_then(|last| last.get("number"))
            .and_then(Value::as_u64);
        Some(match self.text("status") {
            "in_review" => "sent the postmortem to review".into(),
            "approved" => "approved the postmortem".into(),
            "published" => format!("published revision {} of the postmortem", revision.unwrap_or(1)),
            _ => "took the postmortem back to draft".into(),
        })
    }

    fn link(&self) -> String {
        let how = match EdgeKind::parse(self.text("kind")) {
            Ok(EdgeKind::TriggeredBy) => "was triggered by",
            Ok(EdgeKind::InformedBy) => "was informed by",
            Ok(EdgeKind::DelegatedTo) => "was delegated to",
            Ok(EdgeKind::DerivedFrom) => "was derived from",
            _ => "relied on",
        };
        format!("noted that {} {how} {}", self.record_named("from", "an event"), self.record_named("to", "an event"))
    }

    /// What becomes of a text in public.
    fn wording(&self) -> String {
        let noun = Noun::parse(self.text("noun")).map_or("record", Noun::label);
        let field = self.text("field").rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        format!("decided that in public the {} of a {noun} is {}", field.replace('_', " "), self.word("choice"))
    }

    /// The incident that was merged.
    fn merged(&self) -> String {
        format!("{} {}", self.text("from"), self.quoted("title"))
    }

    fn rated(&self) -> String {
        let facts =
            self.record.get("facts").cloned().and_then(|facts| serde_json::from_value::<SeverityFacts>(facts).ok());
        facts.and_then(|facts| facts.rate().ok()).map(|severity| format!(": {}", severity.label)).unwrap_or_default()
    }

    /// What a comment is about, in words.
    fn about(&self) -> String {
        self.dossier.about_words(self.text("about"))
    }
}
