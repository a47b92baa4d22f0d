//! Whether an act lay within what its agent was granted.
//!
//! The first answer that fits counts: nobody knows the agent; it was not active; what was done is not known well
//! enough; then the grants that speak of the act, as they stood in the registry when it happened. An act of which the verb or the resource is unknown is never within,
//! and neither is one at a time at which the agent may not have been active, such as before it was registered.

mod beginning;
mod brief;
mod sentence;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::beginning::Beginning;
pub(super) use self::brief::Brief;
use super::{Agent, AgentFile, AgentStatus, ConfirmationRule, Grant, Standing};
use crate::spelling::same_folded;
use crate::vocabulary::Confirmation;
use crate::vocabulary::{Effect, Reversibility, Verb};
use crate::words::words;
use crate::{Id, Instant};

words! {
    /// How an act stands to what its agent was granted.
    Scope is "a decision of scope" {
        Within "within" "within its grants", Unconfirmed "unconfirmed" "granted, but not confirmed as the grant asks",
        Outside "outside" "outside its grants", Expired "expired" "granted, but not at that time",
        Suspended "suspended" "the agent was not active", UnknownAgent "unknown_agent" "the agent is not registered",
        CannotTell "cannot_tell" "cannot be told",
    }
}

impl Scope {
    /// Whether the act needs an answer: it lay outside, or held only by a grant or agent that did not hold.
    pub const fn is_breach(self) -> bool {
        self.is_beyond() || matches!(self, Self::Unconfirmed)
    }

    /// Whether nothing allowed the act when it happened.
    pub const fn is_beyond(self) -> bool {
        matches!(self, Self::Outside | Self::Expired | Self::Suspended)
    }
}

words! {
    /// A part of an act that a grant speaks of.
    ScopePart is "a part of an act" {
        Verb "verb" "verb", Resource "resource" "resource", Effect "effect" "effect", Task "task" "task", Time "time" "time",
        Confirmation "confirmation" "confirmation", Agent "agent" "agent",
        Record "record" "when it was recorded",
    }
}

/// Some parts of an act, without a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parts(u8);

impl Parts {
    fn add(&mut self, part: ScopePart, is_in: bool) {
        self.0 |= u8::from(is_in) << part as u8;
    }

    /// How far an act is from a grant. Another resource is further off than another way to use the same one.
    fn distance(self) -> u32 {
        self.0.count_ones() + u32::from(self.has(ScopePart::Resource))
    }

    /// Whether it has none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the part is among them.
    pub const fn has(self, part: ScopePart) -> bool {
        self.0 & (1 << part as u8) != 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = ScopePart> {
        ScopePart::ALL.iter().copied().filter(move |part| self.has(*part))
    }
}

/// What an agent did, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// What was done; `other` where nobody knows.
    pub verb: Verb,
    /// To what; empty where nobody knows.
    pub resource: &'a str,
    /// What it could change.
    pub effect: Effect,
    /// How it can be undone.
    pub reversibility: Reversibility,
    /// The reference of the task it was done for; empty where nobody knows.
    pub task: &'a str,
    /// Not before then.
    pub earliest: Option<Instant>,
    /// Not after then.
    pub latest: Option<Instant>,
    /// How it was confirmed.
    pub confirmation: Confirmation,
    /// The people who said yes to it, by name.
    pub people: &'a [&'a str],
}

impl Deed<'_> {
    /// Whether it could have happened at no time but within these: `from` belongs to them and `until` does not.
    fn is_surely_in(&self, from: Instant, until: Option<Instant>) -> bool {
        self.earliest.is_some_and(|earliest| from <= earliest)
            && until.is_none_or(|until| self.latest.is_some_and(|latest| latest < until))
    }

    /// Whether it could have happened between these.
    fn may_be_in(&self, from: Instant, until: Option<Instant>) -> bool {
        until.is_none_or(|until| from < until)
            && self.latest.is_none_or(|latest| from <= latest)
            && until.is_none_or(|until| self.earliest.is_none_or(|earliest| earliest < until))
    }

    /// Whether a grant is said to have held when the act happened, and was only recorded after it may have.
    fn is_before_record(&self, grant: &Grant) -> bool {
        grant.is_backdated()
            && self.earliest.is_none_or(|earliest| earliest < grant.since())
            && self.latest.is_none_or(|latest| grant.from <= latest)
    }

    /// Whether it cannot be undone, so that a rule asks for a yes before it.
    fn is_irreversible(&self) -> bool {
        self.most() >= Effect::Destructive || self.reversibility == Reversibility::None
    }

    /// What it could change. An act that deletes or grants does so also where nobody said what it changed.
    const fn most(&self) -> Effect {
        match (self.effect, self.verb) {
            (Effect::None, Verb::Delete) => Effect::Destructive,
            (Effect::None, Verb::Grant | Verb::Revoke) => Effect::Privilege,
            (effect, _) => effect,
        }
    }
}

/// What is known of an agent: its statuses and its grants, as the registry has them or as an incident pinned them.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Every status it had.
    pub history: &'a [Standing],
    /// Everything it was granted.
    pub grants: &'a [Grant],
}

impl AgentFile {
    /// What is known of it.
    pub fn known(&self) -> Known<'_> {
        self.agent.with(&self.grants)
    }
}

impl Agent {
    /// What is known of it, with these grants.
    pub fn with<'a>(&'a self, grants: &'a [Grant]) -> Known<'a> {
        Known { history: &self.history, grants }
    }
}

/// How an act stands to what its agent was granted, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision<'a> {
    /// The answer.
    pub scope: Scope,
    /// The grant that decides; where the act is outside, the nearest.
    pub grant: Option<&'a Grant>,
    /// The parts that differ from that grant, or that are not known.
    pub parts: Parts,
}

impl Decision<'_> {
    const fn about(scope: Scope, parts: Parts) -> Self {
        Self { scope, grant: None, parts }
    }

    /// About somebody whose name several agents have.
    pub(crate) fn ambiguous() -> Self {
        let mut parts = Parts::default();
        parts.add(ScopePart::Agent, true);
        Self::about(Scope::CannotTell, parts)
    }
}

/// The same, to keep and to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// The answer.
    pub scope: Scope,
    /// The grant that decides; where the act is outside, the nearest.
    pub grant: Option<Id>,
    /// The parts that differ from that grant, or that are not known.
    pub parts: Vec<ScopePart>,
    /// The answer as a sentence.
    pub sentence: String,
}

/// Decides about an act of an agent that is known, or of one that is not.
pub fn decide<'a>(agent: Option<Known<'a>>, deed: &Deed) -> Decision<'a> {
    let Some(agent) = agent else { return Decision::about(Scope::UnknownAgent, Parts::default()) };
    let turns = agent.history.iter().map(Turn::of);
    weigh(turns, || agent.grants.iter().map(Brief::of), deed)
}

/// The same from what is at hand of the statuses and the grants.
pub(super) fn weigh<'a, G: Iterator<Item = Brief<'a>>>(
    turns: impl Iterator<Item = Turn> + Clone,
    grants: impl Fn() -> G,
    deed: &Deed,
) -> Decision<'a> {
    let activity = Activity::of(turns, deed);
    if activity == Activity::Never {
        return Decision::about(Scope::Suspended, Parts::default());
    }
    let mut unknown = Parts::default();
    unknown.add(ScopePart::Verb, deed.verb == Verb::Other);
    unknown.add(ScopePart::Resource, deed.resource.is_empty());
    if !unknown.is_empty() {
        return Decision::about(Scope::CannotTell, unknown);
    }
    let begin = Beginning::of(deed.resource);
    let that_match = grants().filter(|grant| grant.parts_differing(deed).is_empty() && grant.speaks_of(deed, begin));
    let is_known = activity == Activity::Always;
    let best = that_match.map(|grant| grant.matching(deed, is_known)).min_by(earlier);
    let best = best.or_else(|| nearest(grants(), deed, begin));
    match best {
        None => Decision::about(Scope::Outside, Parts::default()),
        Some(best) if best.scope == Scope::Within && activity == Activity::Maybe => {
            let mut parts = Parts::default();
            parts.add(ScopePart::Time, true);
            Decision { scope: Scope::CannotTell, parts, ..best }
        }
        Some(best) => best,
    }
}

/// The grant that differs least. One that differs more in all but its resource need not be looked at any closer.
fn nearest<'a>(grants: impl Iterator<Item = Brief<'a>>, deed: &Deed, begin: Beginning) -> Option<Decision<'a>> {
    let mut best: Option<Decision<'a>> = None;
    for grant in grants {
        let parts = grant.parts_but_the_resource(deed);
        if best.as_ref().is_some_and(|best| best.parts.distance() < parts.distance()) {
            continue;
        }
        let other = grant.differing(parts, deed, begin);
        if best.as_ref().is_none_or(|best| earlier(&other, best).is_lt()) {
            best = Some(other);
        }
    }
    best
}

/// That an agent became active, or ceased to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    from: Instant,
    is_active: bool,
}

impl Turn {
    pub(super) fn of(standing: &Standing) -> Self {
        Self { from: standing.from, is_active: standing.status == AgentStatus::Active }
    }
}

/// Whether the agent was active when the act could have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Activity {
    /// At every such time.
    Always,
    /// At some of them, or nobody knows: the registry did not know the agent yet.
    Maybe,
    /// At none.
    Never,
}

impl Activity {
    fn of(turns: impl Iterator<Item = Turn> + Clone, deed: &Deed) -> Self {
        let before = turns.clone().filter(|turn| deed.earliest.is_some_and(|earliest| turn.from <= earliest));
        let at_first = before.max_by_key(|turn| turn.from).map(|turn| turn.is_active);
        let during = turns.filter(|turn| {
            deed.earliest.is_none_or(|earliest| earliest < turn.from)
                && deed.latest.is_none_or(|latest| turn.from <= latest)
        });
        let begun = match at_first {
            Some(true) => Self::Always,
            Some(false) => Self::Never,
            None => Self::Maybe,
        };
        during.fold(begun, |so_far, turn| match (so_far, turn.is_active) {
            (Self::Always, true) | (Self::Never, false) => so_far,
            _ => Self::Maybe,
        })
    }
}

/// Which decides first; by the id of the grant at last, so that no order of the grants matters.
fn earlier(one: &Decision, other: &Decision) -> std::cmp::Ordering {
    let rank = |scope: Scope| match scope {
        Scope::Within => 0,
        Scope::Unconfirmed => 1,
        Scope::CannotTell => 2,
        Scope::Expired => 3,
        _ => 4,
    };
    let key = |decision: &Decision| (rank(decision.scope), decision.parts.distance(), decision.parts);
    let ids = || (one.grant.map(|grant| &grant.id), other.grant.map(|grant| &grant.id));
    key(one).cmp(&key(other)).then_with(|| {
        let (one, other) = ids();
        one.cmp(&other)
    })
}

impl ConfirmationRule {
    /// Whether the act was confirmed as the rule asks. Only a person's yes to the act itself counts.
    fn is_met(self, deed: &Deed) -> bool {
        let by_a_person = deed.confirmation == Confirmation::Human;
        match self {
            Self::None => true,
            Self::BeforeIrreversible => by_a_person || !deed.is_irreversible(),
            Self::BeforeEveryAct => by_a_person,
            Self::TwoPeople => {
                let first = deed.people.first();
                by_a_person && deed.people.iter().any(|person| first.is_some_and(|first| !same_folded(first, person)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
