//! What of a grant decides about most acts, close together.

use super::beginning::Beginning;
use super::{Decision, Deed, Parts, Scope, ScopePart};
use crate::Instant;
use crate::agent::{ConfirmationRule, Grant, Pattern};
use crate::vocabulary::{Effect, Verb};

/// A grant in short: enough to pass over most of them without a look at the rest.
#[derive(Debug, Clone, Copy)]
pub(in crate::agent) struct Brief<'a> {
    grant: &'a Grant,
    resources: &'a [Pattern],
    begin: Beginning,
    verbs: u16,
    ceiling: Effect,
    rule: ConfirmationRule,
    has_task: bool,
    from: Instant,
    /// Since when it also stands in the registry.
    since: Instant,
    ends: Option<Instant>,
}

// Every verb has a bit.
const _: () = assert!(Verb::ALL.len() <= 16);

impl<'a> Brief<'a> {
    /// The same with patterns that say the same, and lie where those of other grants do.
    pub(in crate::agent) const fn with(self, resources: &'a [Pattern]) -> Self {
        Self { resources, ..self }
    }

    pub(in crate::agent) fn of(grant: &'a Grant) -> Self {
        Self {
            grant,
            resources: &grant.resources,
            begin: Beginning::common(&grant.resources),
            verbs: grant.verbs.iter().fold(0, |verbs, verb| verbs | 1 << *verb as u16),
            ceiling: grant.ceiling,
            rule: grant.rule,
            has_task: !grant.task.reference.is_empty(),
            from: grant.from,
            since: grant.since(),
            ends: grant.ends(),
        }
    }

    pub(super) fn speaks_of(&self, deed: &Deed, begin: Beginning) -> bool {
        self.begin.may_begin(begin) && self.resources.iter().any(|pattern| pattern.matches(deed.resource))
    }

    /// In what the act differs, but for its resource.
    pub(super) fn parts_differing(&self, deed: &Deed) -> Parts {
        let mut parts = Parts::default();
        parts.add(ScopePart::Verb, self.verbs & (1 << deed.verb as u16) == 0);
        parts.add(ScopePart::Effect, deed.most() > self.ceiling);
        parts.add(ScopePart::Task, self.has_task && !deed.task.is_empty() && self.grant.task.reference != deed.task);
        parts
    }

    /// The decision by a grant that speaks of the act. What the registry did not have when the act happened allowed nothing
    /// then, unless the registry may not have known the agent at all.
    pub(super) fn matching(&self, deed: &Deed, is_agent_known: bool) -> Decision<'a> {
        let is_met = self.rule.is_met(deed);
        let from = if is_agent_known { self.since } else { self.from };
        let is_live = deed.is_surely_in(from, self.ends);
        let scope = match (is_live, is_met) {
            (true, true) => Scope::Within,
            (true, false) => Scope::Unconfirmed,
            (false, _) if deed.may_be_in(from, self.ends) => Scope::CannotTell,
            (false, _) => Scope::Expired,
        };
        let mut parts = Parts::default();
        let is_said_live = is_live || deed.is_surely_in(self.from, self.ends);
        parts.add(ScopePart::Time, !is_said_live);
        parts.add(ScopePart::Record, is_said_live && !is_live);
        parts.add(ScopePart::Confirmation, !is_met);
        Decision { scope, grant: Some(self.grant), parts }
    }

    /// In what the act differs, also in its time, but for its resource.
    pub(super) fn parts_but_the_resource(&self, deed: &Deed) -> Parts {
        let mut parts = self.parts_differing(deed);
        parts.add(ScopePart::Time, !deed.is_surely_in(self.from, self.ends));
        parts
    }

    /// The decision by a grant that does not speak of the act, or differs in other parts.
    pub(super) fn differing(&self, mut parts: Parts, deed: &Deed, begin: Beginning) -> Decision<'a> {
        parts.add(ScopePart::Resource, !self.speaks_of(deed, begin));
        Decision { scope: Scope::Outside, grant: Some(self.grant), parts }
    }
}
