//! Tests of the decision of scope: a table, the invariants, and a second implementation that is plain to read.

mod recorded;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::agent::{Ended, Pattern, Task, Until};

fn at(second: i64) -> Instant {
    Instant::from_micros(second)
}

fn active() -> Vec<Standing> {
    let standing = |status, second| Standing { status, from: at(second), by: None, reason: String::new() };
    vec![standing(AgentStatus::Proposed, 2), standing(AgentStatus::Active, 5), standing(AgentStatus::Suspended, 90)]
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().map(|text| Pattern::parse("resources", text).expect("a pattern")).collect()
}

fn grant(id: &str, verbs: &[Verb], resources: &[&str], ceiling: Effect) -> Grant {
    Grant {
        verbs: verbs.to_vec(),
        resources: patterns(resources),
        ceiling,
        from: at(10),
        ..crate::agent::tests::grant(id)
    }
}

fn deed(verb: Verb, resource: &str, effect: Effect) -> Deed<'_> {
    Deed {
        verb,
        resource,
        effect,
        reversibility: Reversibility::Unknown,
        task: "",
        earliest: Some(at(20)),
        latest: Some(at(20)),
        confirmation: Confirmation::Unknown,
        people: &[],
    }
}

fn decided(grants: &[Grant], deed: &Deed) -> (Scope, Option<String>, Vec<ScopePart>) {
    let history = active();
    let decision = decide(Some(Known { history: &history, grants }), deed);
    let told = decision.told(deed);
    (told.scope, told.grant.map(|id| id.to_string()), told.parts)
}

/// What an act could change: where nobody says so, what its verb does.
fn at_most(deed: &Deed) -> Effect {
    let unsaid = deed.effect == Effect::None;
    match deed.verb {
        Verb::Delete if unsaid => Effect::Destructive,
        Verb::Grant | Verb::Revoke if unsaid => Effect::Privilege,
        _ => deed.effect,
    }
}

#[test]
fn an_act_is_weighed_against_the_grants() {
    use ScopePart as P;
    let read = grant("read", &[Verb::Read, Verb::List], &["forum/*"], Effect::Read);
    let mut wipe = grant("wipe", &[Verb::Delete], &["cache/**"], Effect::Destructive);
    wipe.rule = ConfirmationRule::BeforeIrreversible;
    let grants = [read, wipe];
    let mut early = deed(Verb::Read, "forum/1", Effect::Read);
    (early.earliest, early.latest) = (Some(at(7)), Some(at(7)));
    let mut vague = early;
    vague.latest = Some(at(12));
    let mut confirmed = deed(Verb::Delete, "cache/a/b", Effect::Destructive);
    confirmed.confirmation = Confirmation::Human;
    let mut standing = confirmed;
    standing.confirmation = Confirmation::Standing;
    let rows: [(Deed, Scope, Option<&str>, &[P]); 12] = [
        (deed(Verb::Read, "forum/1", Effect::Read), Scope::Within, Some("read"), &[]),
        (deed(Verb::Post, "forum/1", Effect::Mutating), Scope::Outside, Some("read"), &[P::Verb, P::Effect]),
        (deed(Verb::Read, "payroll/1", Effect::Read), Scope::Outside, Some("read"), &[P::Resource]),
        (deed(Verb::Read, "forum/1", Effect::Mutating), Scope::Outside, Some("read"), &[P::Effect]),
        (deed(Verb::Delete, "cache/a", Effect::Destructive), Scope::Unconfirmed, Some("wipe"), &[P::Confirmation]),
        (confirmed, Scope::Within, Some("wipe"), &[]),
        (standing, Scope::Unconfirmed, Some("wipe"), &[P::Confirmation]),
        (deed(Verb::Delete, "cache/a", Effect::Mutating), Scope::Within, Some("wipe"), &[]),
        (early, Scope::Expired, Some("read"), &[P::Time]),
        (vague, Scope::CannotTell, Some("read"), &[P::Time]),
        (deed(Verb::Other, "forum/1", Effect::None), Scope::CannotTell, None, &[P::Verb]),
        (deed(Verb::Read, "", Effect::Read), Scope::CannotTell, None, &[P::Resource]),
    ];
    for (deed, scope, grant, parts) in rows {
        assert_eq!(decided(&grants, &deed), (scope, grant.map(str::to_string), parts.to_vec()), "{deed:?}");
    }
}

#[test]
fn an_agent_that_was_not_active_did_nothing_within() {
    let mut grants = [grant("read", &[Verb::Read], &["**"], Effect::Read)];
    grants[0].from = at(-10);
    let at_time = |earliest: Option<i64>, latest: Option<i64>| Deed {
        earliest: earliest.map(at),
        latest: latest.map(at),
        ..deed(Verb::Read, "forum/1", Effect::Read)
    };
    let rows = [
        (Some(3), Some(3), Scope::Suspended),
        (Some(95), Some(99), Scope::Suspended),
        (Some(95), None, Scope::Suspended),
        (Some(80), Some(95), Scope::CannotTell),
        (None, Some(50), Scope::CannotTell),
        (None, None, Scope::CannotTell),
        (Some(30), Some(80), Scope::Within),
        (Some(1), Some(1), Scope::CannotTell),
    ];
    for (earliest, latest, scope) in rows {
        assert_eq!(decided(&grants, &at_time(earliest, latest)).0, scope, "{earliest:?} {latest:?}");
    }
    assert_eq!(decide(None, &at_time(Some(30), Some(30))).scope, Scope::UnknownAgent);
    // What was granted before the agent was registered tells what lay outside, and never what lay within.
    let posted = Deed { earliest: Some(at(1)), latest: Some(at(1)), ..deed(Verb::Post, "forum/1", Effect::Mutating) };
    assert_eq!(decided(&grants, &posted).0, Scope::Outside);
}

#[test]
fn two_people_are_two_different_ones() {
    let mut grants = [grant("g", &[Verb::Grant], &["**"], Effect::Privilege)];
    grants[0].rule = ConfirmationRule::TwoPeople;
    let rows: [(&[&str], Scope); 4] = [
        (&["Ada", "Grace"], Scope::Within),
        (&["Ada", "ADA"], Scope::Unconfirmed),
        (&["Ada"], Scope::Unconfirmed),
        (&[], Scope::Unconfirmed),
    ];
    for (people, scope) in rows {
        let deed = Deed { confirmation: Confirmation::Human, people, ..deed(Verb::Grant, "acl/1", Effect::Privilege) };
        assert_eq!(decided(&grants, &deed).0, scope, "{people:?}");
        assert_ne!(decided(&grants, &Deed { confirmation: Confirmation::None, ..deed }).0, Scope::Within);
    }
}

#[test]
fn a_grant_for_another_task_is_no_grant() {
    let mut grants = [grant("g", &[Verb::Read], &["**"], Effect::Read)];
    grants[0].task = Task { text: String::new(), reference: "OPS-7".into() };
    for (task, scope) in [("", Scope::Within), ("OPS-7", Scope::Within), ("OPS-8", Scope::Outside)] {
        let deed = Deed { task, ..deed(Verb::Read, "a", Effect::Read) };
        assert_eq!(decided(&grants, &deed).0, scope, "{task}");
    }
}

#[test]
fn the_sentence_names_what_differs() {
    let grants = [grant("read", &[Verb::Read], &["forum/*"], Effect::Read)];
    let history = active();
    let deed = deed(Verb::Post, "forum/9", Effect::Mutating);
    let sentence = decide(Some(Known { history: &history, grants: &grants }), &deed).sentence(&deed);
    assert_eq!(
        sentence,
        "Outside every grant. Against the nearest one: “post” is not among read; the act changes data, and at most “reads” is allowed."
    );
}

/// The rules read aloud, one grant list for each.
fn naive(grants: &[Grant], history: &[Standing], deed: &Deed) -> Scope {
    let times: Vec<i64> = (-1..=110)
        .filter(|time| deed.earliest.is_none_or(|end| end.micros() <= *time))
        .filter(|time| deed.latest.is_none_or(|end| *time <= end.micros()))
        .collect();
    let status = |time: i64| history.iter().rfind(|standing| standing.from.micros() <= time).map(|last| last.status);
    let statuses: Vec<Option<AgentStatus>> = times.iter().map(|time| status(*time)).collect();
    let is_active = |status: &Option<AgentStatus>| *status == Some(AgentStatus::Active);
    if !statuses.iter().any(|status| status.is_none() || is_active(status)) {
        return Scope::Suspended;
    }
    if deed.verb == Verb::Other || deed.resource.is_empty() {
        return Scope::CannotTell;
    }
    let speaks = |grant: &&Grant| {
        grant.verbs.contains(&deed.verb)
            && grant.resources.iter().any(|pattern| pattern.matches(deed.resource))
            && [Effect::None, Effect::Read, Effect::Mutating, Effect::Destructive, Effect::Privilege]
                .into_iter()
                .take_while(|effect| *effect != grant.ceiling)
                .chain([grant.ceiling])
                .any(|effect| effect == at_most(deed))
    };
    let matching: Vec<&Grant> = grants.iter().filter(speaks).collect();
    // What was recorded later did not stand in a registry that knew the agent.
    let stood = |grant: &Grant, time: i64| {
        let is_recorded = grant.recorded.is_none_or(|recorded| recorded <= at(time));
        grant.is_live_at(at(time)) && (is_recorded || !statuses.iter().all(is_active))
    };
    let live = |grant: &&&Grant| times.iter().all(|time| stood(grant, *time));
    let maybe = |grant: &&Grant| times.iter().any(|time| stood(grant, *time));
    let people: std::collections::BTreeSet<String> = deed.people.iter().map(|name| name.to_lowercase()).collect();
    let human = deed.confirmation == Confirmation::Human;
    let grave =
        [Effect::Destructive, Effect::Privilege].contains(&at_most(deed)) || deed.reversibility == Reversibility::None;
    let met = |grant: &&Grant| match grant.rule {
        ConfirmationRule::None => true,
        ConfirmationRule::BeforeIrreversible => !grave || human,
        ConfirmationRule::BeforeEveryAct => human,
        ConfirmationRule::TwoPeople => human && people.len() > 1,
    };
    let living: Vec<&Grant> = matching.iter().filter(live).copied().collect();
    match (matching.is_empty(), living.is_empty()) {
        (true, _) => Scope::Outside,
        (false, false) if living.iter().any(met) && statuses.iter().all(is_active) => Scope::Within,
        (false, false) if living.iter().any(met) => Scope::CannotTell,
        (false, false) => Scope::Unconfirmed,
        (false, true) if matching.iter().any(maybe) => Scope::CannotTell,
        (false, true) => Scope::Expired,
    }
}

const VERBS: [Verb; 4] = [Verb::Read, Verb::Post, Verb::Delete, Verb::Other];
const RESOURCES: [&str; 6] = ["forum/1", "forum/1/2", "payroll/1", "arn:aws:s3:::b/k", "forum/../payroll/1", ""];
const PATTERNS: [&str; 7] = ["forum/1", "forum/*", "forum/**", "*", "**", "arn:aws:*:*:*:b/*", "pay*/1"];

fn effects() -> impl Strategy<Value = Effect> {
    select(Effect::ALL.to_vec())
}

fn some_grant() -> impl Strategy<Value = Grant> {
    let end = || prop_oneof![3 => Just(None), 2 => (0..100i64).prop_map(Some)];
    let rule = select(ConfirmationRule::ALL.to_vec());
    let verbs = subsequence(VERBS.to_vec(), 0..=4);
    let texts = subsequence(PATTERNS.to_vec(), 0..=3);
    (0..1_000u32, verbs, texts, effects(), rule, 0..60i64, end(), (end(), end())).prop_map(
        |(id, verbs, texts, ceiling, rule, from, until, (ended, recorded))| {
            let mut grant = grant(&id.to_string(), &verbs, &texts, ceiling);
            grant.recorded = recorded.map(at);
            (grant.rule, grant.from) = (rule, at(from));
            grant.until = until.map_or(Until::Never, |second| Until::Time { at: at(second) });
            grant.ended = ended.map(|second| Ended { at: at(second), by: None, reason: String::new() });
            grant
        },
    )
}

fn some_deed() -> impl Strategy<Value = Deed<'static>> {
    const PEOPLE: [&[&str]; 4] = [&[], &["Ada"], &["Ada", "ada"], &["Ada", "Grace"]];
    let time = prop_oneof![
        6 => (0..100i64).prop_map(|at| (Some(at), Some(at))),
        2 => (0..100i64, 0..20i64).prop_map(|(at, long)| (Some(at), Some(at + long))),
        1 => (0..100i64).prop_map(|at| (Some(at), None)),
        1 => Just((None, None)),
    ];
    let confirmation = select(Confirmation::ALL.to_vec());
    let reversibility = select(Reversibility::ALL.to_vec());
    (
        select(VERBS.to_vec()),
        select(RESOURCES.to_vec()),
        effects(),
        time,
        confirmation,
        select(PEOPLE.to_vec()),
        reversibility,
    )
        .prop_map(|(verb, resource, effect, (earliest, latest), confirmation, people, reversibility)| Deed {
            earliest: earliest.map(at),
            latest: latest.map(at),
            confirmation,
            people,
            reversibility,
            ..deed(verb, resource, effect)
        })
}

/// A grant that allows less.
fn narrowed(wide: &Grant, how: u8, less: &Grant) -> Grant {
    let mut grant = wide.clone();
    match how {
        0 => grant.verbs.retain(|verb| less.verbs.contains(verb)),
        1 => grant.resources.retain(|pattern| less.resources.contains(pattern)),
        2 => grant.ceiling = grant.ceiling.min(less.ceiling),
        3 => grant.rule = grant.rule.max(less.rule),
        4 => grant.from = grant.from.max(less.from),
        5 => {
            let second = less.from;
            grant.ended =
                Some(Ended { at: grant.ends().map_or(second, |end| end.min(second)), by: None, reason: String::new() });
        }
        _ => {
            grant.resources = patterns(&["forum/1"])
                .into_iter()
                .filter(|one| wide.resources.iter().any(|pattern| pattern.covers(one)))
                .collect()
        }
    }
    grant
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_second_implementation_agrees(grants in prop::collection::vec(some_grant(), 0..6), deed in some_deed()) {
        prop_assert_eq!(decided(&grants, &deed).0, naive(&grants, &active(), &deed));
    }

    #[test]
    fn files_made_ready_decide_alike(grants in prop::collection::vec(some_grant(), 0..6), deed in some_deed()) {
        let file = |name: &str, grants: Vec<Grant>| {
            let agent = Agent { history: active(), ..Agent::named(Id::new(name), name.into(), at(0)) };
            AgentFile { agent, grants, reviews: Vec::new() }
        };
        let files = [file("one", vec![grant("g", &VERBS, &["**"], Effect::Privilege)]), file("two", grants.clone()), file("three", vec![])];
        let scopes = crate::agent::Scopes::of(&files);
        prop_assert_eq!(scopes.decide("two", &deed), decide(Some(files[1].known()), &deed));
        prop_assert_eq!(scopes.decide("Three", &deed), decide(Some(files[2].known()), &deed));
        prop_assert_eq!(scopes.decide("four", &deed).scope, Scope::UnknownAgent);
    }

    #[test]
    fn less_of_a_grant_makes_nothing_within(
        grants in prop::collection::vec(some_grant(), 1..6), which in 0..6usize, how in 0..8u8, less in some_grant(), deed in some_deed(),
    ) {
        let before = decided(&grants, &deed).0;
        let mut fewer = grants.clone();
        let which = which % grants.len();
        if how == 7 {
            fewer.remove(which);
        } else {
            fewer[which] = narrowed(&grants[which], how, &less);
            prop_assert!(fewer[which].is_within(&grants[which]), "{:?}", fewer[which]);
        }
        let after = decided(&fewer, &deed).0;
        prop_assert!(before == Scope::Within || after != Scope::Within, "{before} became {after}");
    }

    #[test]
    fn one_more_grant_leaves_within_what_was(
        grants in prop::collection::vec(some_grant(), 0..5), more in some_grant(), deed in some_deed(),
    ) {
        let before = decided(&grants, &deed).0;
        let grown: Vec<Grant> = grants.into_iter().chain([more]).collect();
        prop_assert!(before != Scope::Within || decided(&grown, &deed).0 == Scope::Within);
    }

    #[test]
    fn the_order_of_the_grants_does_not_matter(grants in prop::collection::vec(some_grant(), 0..6), by in 0..6usize, deed in some_deed()) {
        let mut grants = grants;
        for (number, grant) in grants.iter_mut().enumerate() {
            grant.id = Id::new(number.to_string());
        }
        let before = decided(&grants, &deed);
        let turn = by % grants.len().max(1);
        grants.rotate_left(turn);
        prop_assert_eq!(&decided(&grants, &deed), &before);
        grants.reverse();
        prop_assert_eq!(&decided(&grants, &deed), &before);
    }

    #[test]
    fn what_is_unknown_is_never_within(grants in prop::collection::vec(some_grant(), 0..6), deed in some_deed()) {
        for deed in [Deed { verb: Verb::Other, ..deed }, Deed { resource: "", ..deed }, Deed { earliest: None, ..deed }] {
            prop_assert_ne!(decided(&grants, &deed).0, Scope::Within);
        }
    }
}

#[test]
fn what_deletes_or_grants_does_so_also_where_nobody_said_what_it_changed() {
    let mutating = [grant("g", &[Verb::Delete, Verb::Grant], &["forum/*"], Effect::Mutating)];
    for verb in [Verb::Delete, Verb::Grant] {
        assert_eq!(decided(&mutating, &deed(verb, "forum/1", Effect::None)).0, Scope::Outside, "{verb}");
    }
    let mut wide = grant("g", &[Verb::Delete], &["forum/*"], Effect::Privilege);
    wide.rule = ConfirmationRule::BeforeIrreversible;
    assert_eq!(decided(&[wide], &deed(Verb::Delete, "forum/1", Effect::None)).0, Scope::Unconfirmed);
}
