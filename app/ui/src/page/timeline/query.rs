//! What of the timeline is asked for.

use std::collections::BTreeMap;

use domain::timeline::{Effect, Event, OutputMode, PreventedBy, ProvenanceLabel};
use domain::vocabulary::PrincipalKind;
use domain::{Id, Tri};

use crate::case::Case;

/// The query of the timeline's page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TimelineQuery {
    /// Only events by actors of this kind.
    pub kind: Option<PrincipalKind>,
    /// Only events with this effect.
    pub effect: Option<Effect>,
    /// Only events with this flag: `requested=no`, `authorised=unknown`, `luck`, …
    pub flag: Option<String>,
    /// The event that is open.
    pub edit: Option<Id>,
    /// The event the reader comes for: its page is shown.
    pub event: Option<Id>,
    /// Which page, from 1.
    pub page: usize,
    /// Shows the deleted events too.
    pub deleted: bool,
    /// Opens the form for a new event.
    pub add: bool,
    /// The event after which a new one is offered.
    pub after: Option<Id>,
    /// Opens the form for a pasted timeline.
    pub paste: bool,
}

/// The flags to filter by.
pub(super) const FLAGS: [(&str, &str); 10] = [
    ("requested=no", "not requested"),
    ("requested=unknown", "requested?"),
    ("authorised=no", "not authorised"),
    ("authorised=unknown", "authorised?"),
    ("confirmed=no", "not confirmed"),
    ("confirmed=unknown", "confirmed?"),
    ("label=none", "agent’s output without a label"),
    ("luck", "prevented by luck"),
    ("evidence=none", "without evidence"),
    ("marked", "with a mark of the clock"),
];

impl TimelineQuery {
    /// Reads the query; what is not understood is left out.
    pub fn from_pairs(pairs: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| pairs.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        Self {
            kind: get("kind").and_then(|word| PrincipalKind::parse(word).ok()),
            effect: get("effect").and_then(|word| Effect::parse(word).ok()),
            flag: get("flag").filter(|flag| FLAGS.iter().any(|(known, _)| known == flag)).map(str::to_string),
            edit: get("edit").map(Id::new),
            event: get("event").map(Id::new),
            page: get("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
            deleted: get("deleted").is_some(),
            add: get("add").is_some(),
            after: get("after").map(Id::new),
            paste: get("paste").is_some(),
        }
    }

    /// Whether only some events are asked for.
    pub(super) fn filters(&self) -> bool {
        self.kind.is_some() || self.effect.is_some() || self.flag.is_some()
    }

    /// The filters as the beginning of a query: `kind=agent&`. Every value is a word of a vocabulary.
    pub(super) fn kept(&self) -> String {
        let mut kept = String::new();
        let mut keep = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                kept.extend([name, "=", &value.replace('=', "%3D"), "&"]);
            }
        };
        keep("kind", self.kind.map(PrincipalKind::word));
        keep("effect", self.effect.map(Effect::word));
        keep("flag", self.flag.as_deref());
        keep("deleted", self.deleted.then_some("1"));
        kept
    }

    /// Whether an event is asked for.
    pub(super) fn takes(&self, case: &Case, event: &Event) -> bool {
        let kind = |id: &Id| case.dossier.principals.find(id).map_or(PrincipalKind::Unknown, |kept| kept.kind);
        self.kind.is_none_or(|wanted| kind(&event.actor) == wanted)
            && self.effect.is_none_or(|wanted| event.effect == wanted)
            && self.flag.as_deref().is_none_or(|flag| has_flag(case, event, flag))
    }
}

fn has_flag(case: &Case, event: &Event, flag: &str) -> bool {
    match flag {
        "requested=no" => event.requested == Tri::No,
        "requested=unknown" => event.requested == Tri::Unknown,
        "authorised=no" => event.authorised == Tri::No,
        "authorised=unknown" => event.authorised == Tri::Unknown,
        "confirmed=no" => event.confirmed == Tri::No,
        "confirmed=unknown" => event.confirmed == Tri::Unknown,
        "label=none" => {
            event.output_mode == Some(OutputMode::Direct) && event.provenance_label == ProvenanceLabel::None
        }
        "luck" => event.prevented_by == Some(PreventedBy::Luck),
        "evidence=none" => event.evidence.is_empty(),
        _ => case.dossier.marks.iter().any(|mark| mark.event == event.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_left_out() {
        let pairs = [("kind", "agent"), ("effect", "huge"), ("flag", "requested=no"), ("page", "x"), ("edit", "")];
        let query = TimelineQuery::from_pairs(&pairs.map(|(name, value)| (name.to_string(), value.to_string())).into());
        assert_eq!(
            (query.kind, query.effect, query.page, query.edit.clone()),
            (Some(PrincipalKind::Agent), None, 1, None)
        );
        assert_eq!(query.kept(), "kind=agent&flag=requested%3Dno&");
    }
}
