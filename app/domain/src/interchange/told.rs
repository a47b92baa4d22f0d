//! A case as it leaves for others: what the readers of a profile see of it, and what it comes to.

use serde_json::{Map, Value, json};

use crate::casefile::{CaseItem, Dossier};
use crate::document::Profile;
use crate::incident::Incident;
use crate::metrics::{MetricName, by_clock};
use crate::names::spell_out;
use crate::postmortem::Section;
use crate::principal::Principal;
use crate::severity::{Dimension, Sev};
use crate::time::DurationRange;
use crate::timeline::{Event, EventKind};
use crate::verdict::{Evaluation, Verdict};
use crate::vocabulary::PrincipalKind;
use crate::{Id, Instant, TimeRange};

/// A case for the readers of a profile. Nothing here knows more than they may: what is private was taken out before.
pub(crate) struct Told<'a> {
    pub(super) shown: &'a Dossier,
    pub(super) judged: &'a Evaluation,
    pub(super) incident: &'a Incident,
    profile: Profile,
    as_of: Instant,
    head: &'a str,
}

impl<'a> Told<'a> {
    /// The case; `None` if it has no head, and so nothing to tell.
    pub(crate) fn new(
        shown: &'a Dossier,
        judged: &'a Evaluation,
        profile: Profile,
        as_of: Instant,
        head: &'a str,
    ) -> Option<Self> {
        let incident = shown.incident().ok()?;
        Some(Self { shown, judged, incident, profile, as_of, head })
    }

    pub(super) fn profile(&self) -> Profile {
        self.profile
    }

    /// As of when it stands so.
    pub(super) fn as_of(&self) -> Instant {
        self.as_of
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.judged.verdict.verdict
    }

    /// Whether two people signed that nothing happened: the only verdict that may be told as such.
    pub(super) fn is_verified(&self) -> bool {
        self.verdict() == Verdict::VerifiedNoOp
    }

    /// The sentences that the verdict allows.
    pub(super) fn statement(&self) -> String {
        spell_out(&self.judged.verdict.statement, self.shown)
    }

    /// What stands between the verdict and a verified one.
    pub(super) fn unmet(&self) -> Vec<String> {
        let open = self.judged.verdict.gates.iter().filter(|gate| !gate.passes);
        open.map(|gate| format!("{} ({})", gate.gate.unmet(), spell_out(&gate.detail, self.shown))).collect()
    }

    /// What happened: the summary of the postmortem, or what was first reported.
    pub(super) fn summary(&self) -> &str {
        let written = self.shown.section(Section::Summary).trim();
        if written.is_empty() { self.incident.summary.trim() } else { written }
    }

    pub(super) fn sev(&self) -> Option<Sev> {
        self.shown.effective_severity(self.verdict())
    }

    /// The level that the latest rating gives a dimension, if it is known.
    pub(super) fn level(&self, dimension: Dimension) -> Option<i64> {
        self.shown.latest_rating()?.facts.dimensions.get(&dimension).copied().flatten()
    }

    pub(super) fn agents(&self) -> impl Iterator<Item = &CaseItem<Principal>> {
        self.shown.principals.iter().filter(|one| one.kind == PrincipalKind::Agent)
    }

    pub(super) fn is_agent(&self, id: &Id) -> bool {
        self.shown.principals.get(id).is_some_and(|one| one.kind == PrincipalKind::Agent)
    }

    /// The timeline. Notes are no events.
    pub(super) fn events(&self) -> Vec<&CaseItem<Event>> {
        self.shown.timeline().into_iter().filter(|event| event.kind != EventKind::Note).collect()
    }

    /// What the clock gives of a length; what is only reported is a claim.
    pub(super) fn length(&self, name: MetricName) -> DurationRange {
        by_clock(self.shown, name)
    }

    /// The names of evidence items.
    pub(super) fn evidence_names(&self, ids: &[Id]) -> Vec<&str> {
        ids.iter().filter_map(|id| self.shown.evidence.get(id)).map(|item| item.name.as_str()).collect()
    }

    /// What is not in other people's vocabularies, in ours: for the places they leave open for that.
    pub(super) fn in_our_words(&self) -> Value {
        let severity = self.judged.severity.as_ref();
        json!({
            "key": self.shown.key(), "version": self.shown.version, "head": self.head, "as_of": self.as_of,
            "profile": self.profile, "verdict": self.verdict(), "statement": self.statement(),
            "facets": self.judged.verdict.facets, "coverage": self.judged.verdict.coverage, "unmet": self.unmet(),
            "severity": self.sev().map(Sev::label),
            "severity_range": severity.map(|severity| severity.range.map(Sev::label)),
            "severity_score": severity.map(|severity| severity.score),
        })
    }
}

/// A time as it is known.
pub(super) fn time(range: &TimeRange) -> Value {
    json!({ "earliest": range.earliest, "latest": range.latest, "granularity": range.granularity })
}

/// The fields that have something in them.
pub(super) fn filled(fields: Value) -> Value {
    let Value::Object(fields) = fields else { return fields };
    let has = |field: &Value| match field {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    Value::Object(fields.into_iter().filter(|(_, field)| has(field)).collect::<Map<_, _>>())
}
