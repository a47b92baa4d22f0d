use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::agent::{Agent, AgentFile, ConfirmationRule, Grant, Identifier, Standing};
use crate::reader::log::{LogActor, LogRecord, Raw};
use crate::timeline::Outcome;
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::watch::{Place, gather};

const START: i64 = 1_000_000_000;

fn second(number: i64) -> Instant {
    Instant::from_micros(START + number * 1_000_000)
}

fn agent(name: &str, statuses: &[(i64, AgentStatus)], rule: ConfirmationRule) -> Arc<AgentFile> {
    let mut agent = Agent::named(name.into(), name.into(), second(-1_000));
    agent.identifiers = vec![Identifier::parse("identifiers", &format!("{name}-*")).expect("an identifier")];
    agent.history =
        vec![Standing { status: AgentStatus::Active, from: second(-1_000), by: None, reason: String::new() }];
    agent.history.extend(statuses.iter().map(|(from, status)| Standing {
        status: *status,
        from: second(*from),
        by: None,
        reason: String::new(),
    }));
    let grant = serde_json::json!({
        "id": format!("{name}-grant"), "agent": name, "verbs": ["read", "write", "post", "delete"], "resources": ["forum/*"],
        "ceiling": "destructive", "rule": rule, "from": second(-1_000), "until": { "kind": "never" },
    });
    let grant: Grant = serde_json::from_value(grant).expect("a grant");
    Arc::new(AgentFile { agent, grants: vec![grant], reviews: Vec::new() })
}

fn roster() -> Roster {
    Roster::of(vec![
        agent("poster", &[], ConfirmationRule::None),
        agent("asker", &[], ConfirmationRule::BeforeIrreversible),
        agent("stopped", &[(0, AgentStatus::Suspended)], ConfirmationRule::None),
    ])
}

/// Who, verb and effect, on what, at which second.
fn act(who: &str, verb: Verb, effect: Effect, resource: &str, at: i64) -> Act {
    let kind = if who.starts_with("human") { PrincipalKind::Human } else { PrincipalKind::Agent };
    let record = LogRecord {
        time: Some(second(at)),
        actor: LogActor { kind, name: who.into(), id: None },
        verb,
        effect,
        resource: resource.into(),
        outcome: Outcome::Success,
        ..LogRecord::at(Raw::default())
    };
    Act { agent: None, place: Place { source: "s".into(), batch: Some(1), segment: None }, record }
}

fn intake(agents: &[Id], agents_only: bool) -> Intake<'_> {
    static SOURCE: std::sync::LazyLock<Id> = std::sync::LazyLock::new(|| "s".into());
    Intake { source: &SOURCE, agents, agents_only }
}

/// All rules on, each in its own way.
fn all_on() -> Vec<RuleSetting> {
    let mut settings = RuleSetting::defaults();
    for setting in &mut settings {
        setting.on = true;
        if setting.kind == RuleKind::UnlabelledOutput {
            setting.resources = vec![crate::agent::Pattern::parse("resources", "forum/*").expect("a pattern")];
            setting.labels = vec!["Written by an agent".into()];
        }
        if setting.kind == RuleKind::Burst {
            (setting.count, setting.seconds) = (3, 10);
        }
    }
    settings
}

fn judge(acts: &[Act]) -> Vec<Offence> {
    Watcher::default().judge(&intake(&[], false), acts, &roster(), &all_on(), second(0))
}

fn rules(acts: &[Act]) -> Vec<&'static str> {
    let found: BTreeSet<&str> = judge(acts).iter().map(|offence| offence.rule.word()).collect();
    found.into_iter().collect()
}

#[test]
fn each_rule_speaks_of_its_acts_and_of_no_others() {
    use Effect::{Destructive, Mutating, None as Nothing, Privilege, Read as Reads};
    let with = |act: Act, change: fn(&mut LogRecord)| {
        let mut act = act;
        change(&mut act.record);
        act
    };
    let post = || act("poster", Verb::Post, Mutating, "forum/1", 1);
    let table: Vec<(&str, Act, &[&str])> = vec![
        ("within", act("poster", Verb::Write, Mutating, "forum/1", 1), &[]),
        ("known by an identifier", act("poster-7", Verb::Write, Mutating, "forum/1", 1), &[]),
        ("another resource", act("poster", Verb::Write, Mutating, "payroll", 1), &["out_of_scope"]),
        (
            "denied, but tried",
            with(act("poster", Verb::Read, Reads, "payroll", 1), |record| record.outcome = Outcome::Denied),
            &["out_of_scope"],
        ),
        ("nobody knows on what", act("poster", Verb::Write, Mutating, "", 1), &["out_of_scope"]),
        (
            "nobody knows when",
            with(act("poster", Verb::Write, Mutating, "forum/1", 1), |record| record.time = None),
            &["out_of_scope"],
        ),
        ("no act", act("poster", Verb::Other, Nothing, "payroll", 1), &[]),
        ("a stranger", act("who", Verb::Read, Reads, "forum/1", 1), &["unknown_agent"]),
        ("a person", act("human-ada", Verb::Delete, Destructive, "payroll", 1), &[]),
        (
            "logging",
            with(act("poster", Verb::LoggingControl, Mutating, "trail", 1), |record| {
                record.hints.logging_control = true
            }),
            &["logging_control", "out_of_scope"],
        ),
        ("privilege", act("poster", Verb::Grant, Privilege, "forum/1", 1), &["out_of_scope", "privilege_or_share"]),
        ("share", act("poster", Verb::Share, Mutating, "forum/1", 1), &["out_of_scope", "privilege_or_share"]),
        ("granted without a yes", act("poster", Verb::Delete, Destructive, "forum/1", 1), &[]),
        (
            "granted with a yes",
            act("asker", Verb::Delete, Destructive, "forum/1", 1),
            &["destructive_unconfirmed", "out_of_scope"],
        ),
        (
            "a yes",
            with(act("asker", Verb::Delete, Destructive, "forum/1", 1), |record| {
                record.confirmation = Confirmation::Human
            }),
            &[],
        ),
        (
            "a failed delete",
            with(act("asker", Verb::Delete, Destructive, "forum/1", 1), |record| record.outcome = Outcome::Error),
            &["out_of_scope"],
        ),
        ("before the stop", act("stopped", Verb::Write, Mutating, "forum/1", -1), &[]),
        ("after the stop", act("stopped", Verb::Write, Mutating, "forum/1", 1), &["act_after_stop"]),
        ("no label", with(post(), |record| record.message = "Delete the queue.".into()), &["unlabelled_output"]),
        ("a label", with(post(), |record| record.message = "Hello. WRITTEN BY AN AGENT".into()), &[]),
        ("no text in the log", post(), &[]),
    ];
    for (what, act, expected) in table {
        assert_eq!(rules(&[act]), expected, "{what}");
    }
}

#[test]
fn people_are_no_unknown_agents_unless_only_agents_act_there() {
    let acts = [act("human-ada", Verb::Write, Effect::Mutating, "forum/1", 1)];
    let judged =
        |agents_only: bool| Watcher::default().judge(&intake(&[], agents_only), &acts, &roster(), &all_on(), second(0));
    assert_eq!(judged(false), []);
    assert_eq!(judged(true).len(), 1);
    assert_eq!(judged(true)[0].rule, RuleKind::UnknownAgent);
}

#[test]
fn an_agent_without_a_name_is_the_only_one_that_its_source_shows() {
    let acts = [act("", Verb::Write, Effect::Mutating, "payroll", 1)];
    let only = ["poster".into()];
    let judged =
        |agents: &[Id]| Watcher::default().judge(&intake(agents, false), &acts, &roster(), &all_on(), second(0));
    assert_eq!(judged(&only)[0].agent, Some("poster".into()));
    assert_eq!(judged(&[])[0].name, NAMELESS);
    assert_eq!(judged(&["poster".into(), "asker".into()])[0].rule, RuleKind::UnknownAgent);
}

#[test]
fn a_burst_is_seen_in_any_order_and_over_batches() {
    let deletion = |at| act("poster", Verb::Delete, Effect::Destructive, "forum/1", at);
    assert_eq!(rules(&[deletion(0), deletion(5), deletion(10)]), ["burst"]);
    assert_eq!(rules(&[deletion(10), deletion(0), deletion(5)]), ["burst"]);
    assert_eq!(rules(&[deletion(0), deletion(5), deletion(11)]), [""; 0]);
    let mut watcher = Watcher::default();
    let (roster, settings) = (roster(), all_on());
    let counts =
        [0, 10, 5].map(|at| watcher.judge(&intake(&[], false), &[deletion(at)], &roster, &settings, second(0)).len());
    assert_eq!(counts, [0, 0, 1]);
}

#[test]
fn acting_on_what_another_agent_wrote_needs_a_yes_by_anybody() {
    let wrote = act("poster", Verb::Post, Effect::Mutating, "forum/1", 0);
    let read = act("asker", Verb::Read, Effect::Read, "forum/1", 5);
    let acted = act("asker", Verb::Write, Effect::Mutating, "forum/2", 6);
    let found = judge(&[wrote.clone(), read.clone(), acted.clone()]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].rule, found[0].name.as_str()), (RuleKind::ActingOnUnconfirmed, "asker"));
    assert!(found[0].why.contains("forum/1") && found[0].why.contains("poster"), "{}", found[0].why);
    assert_eq!(rules(&[acted.clone(), read.clone(), wrote.clone()]), ["acting_on_unconfirmed"], "in any order");
    let yes = |act: &Act| {
        let mut act = act.clone();
        act.record.confirmation = Confirmation::Human;
        act
    };
    assert_eq!(rules(&[yes(&wrote), read.clone(), acted.clone()]), [""; 0]);
    assert_eq!(rules(&[wrote.clone(), read.clone(), yes(&acted)]), [""; 0]);
    let late = act("asker", Verb::Write, Effect::Mutating, "forum/2", 906);
    assert_eq!(rules(&[wrote, read, late]), [""; 0]);
}

#[test]
fn what_cannot_be_told_accuses_nobody() {
    let mut settings = all_on();
    settings[0].response = Response::Suspend;
    settings[0].level = Level::Critical;
    let judged = |resource: &str| {
        let acts = [act("poster", Verb::Write, Effect::Mutating, resource, 1)];
        let found = Watcher::default().judge(&intake(&[], false), &acts, &roster(), &settings, second(0));
        (found[0].level, found[0].response)
    };
    assert_eq!(judged("payroll"), (Level::Critical, Response::Suspend));
    assert_eq!(judged(""), (Level::Note, Response::Alert));
}

#[test]
fn a_flood_of_resources_and_of_strangers_has_an_end() {
    let many: Vec<Act> = (0..1_000)
        .map(|number| act("poster", Verb::Write, Effect::Mutating, &format!("payroll/{number}"), 1))
        .collect();
    let told = gather(judge(&many));
    assert_eq!(told.len(), RESOURCES_MAX + 1);
    assert_eq!(told.iter().map(|alert| alert.count).sum::<u64>(), 1_000, "all are counted");
    assert!(told.iter().any(|alert| alert.first.resource == MANY_RESOURCES && alert.count == 900));
    let strangers: Vec<Act> =
        (0..2_000).map(|number| act(&format!("who {number}"), Verb::Read, Effect::Read, "forum/1", 1)).collect();
    let told = gather(judge(&strangers));
    assert_eq!(told.len(), STRANGERS_MAX + 1);
    assert!(told.iter().any(|alert| alert.first.name == MANY_AGENTS && alert.count == 1_500));
}

fn any_act() -> impl Strategy<Value = Act> {
    let who = prop::sample::select(vec!["poster", "asker", "stopped", "who", "human-ada", ""]);
    let verb = prop::sample::select(Verb::ALL.to_vec());
    let effect = prop::sample::select(Effect::ALL.to_vec());
    let resource = prop::sample::select(vec!["forum/1", "forum/2", "payroll", ""]);
    let outcome = prop::sample::select(Outcome::ALL.to_vec());
    let confirmation = prop::sample::select(Confirmation::ALL.to_vec());
    (who, verb, effect, resource, outcome, confirmation, -20_i64..20).prop_map(
        |(who, verb, effect, resource, outcome, confirmation, at)| {
            let mut act = act(who, verb, effect, resource, at);
            (act.record.outcome, act.record.confirmation) = (outcome, confirmation);
            act.record.hints.logging_control = verb == Verb::LoggingControl;
            act
        },
    )
}

/// An act that a grant of its agent allows.
fn granted_act() -> impl Strategy<Value = Act> {
    let who = prop::sample::select(vec!["poster", "poster-3", "asker"]);
    let verb = prop::sample::select(vec![Verb::Read, Verb::Write, Verb::Post, Verb::Delete]);
    let effect = prop::sample::select(vec![Effect::Read, Effect::Mutating, Effect::Destructive]);
    (who, verb, effect, 0_i64..100).prop_map(|(who, verb, effect, at)| {
        let mut act = act(who, verb, effect, "forum/1", at);
        act.record.confirmation = Confirmation::Human;
        act
    })
}

fn keys(offences: &[Offence]) -> BTreeSet<(RuleKind, String, String)> {
    offences.iter().map(Offence::key).collect()
}

proptest! {
    #[test]
    fn a_rule_that_is_off_says_nothing(acts in prop::collection::vec(any_act(), 0..40), off in 0_usize..RuleKind::ALL.len()) {
        let mut settings = all_on();
        settings[off].on = false;
        let found = Watcher::default().judge(&intake(&[], false), &acts, &roster(), &settings, second(0));
        prop_assert!(found.iter().all(|offence| offence.rule != RuleKind::ALL[off]));
    }

    #[test]
    fn a_rule_says_nothing_of_agents_and_sources_it_is_not_for(acts in prop::collection::vec(any_act(), 0..40)) {
        let mut settings = all_on();
        settings.iter_mut().for_each(|setting| setting.agents_except = vec!["poster".into()]);
        let found = Watcher::default().judge(&intake(&[], false), &acts, &roster(), &settings, second(0));
        prop_assert!(found.iter().all(|offence| offence.agent != Some("poster".into())));
        settings.iter_mut().for_each(|setting| setting.sources_except = vec!["s".into()]);
        prop_assert_eq!(Watcher::default().judge(&intake(&[], false), &acts, &roster(), &settings, second(0)), vec![]);
    }

    #[test]
    fn granted_acts_of_registered_agents_never_offend_their_scope(acts in prop::collection::vec(granted_act(), 0..40)) {
        let found = judge(&acts);
        let of_scope = [RuleKind::OutOfScope, RuleKind::UnknownAgent, RuleKind::PrivilegeOrShare, RuleKind::DestructiveUnconfirmed, RuleKind::ActAfterStop];
        prop_assert!(found.iter().all(|offence| !of_scope.contains(&offence.rule)), "{:?}", found);
    }

    #[test]
    fn the_order_within_a_batch_loses_no_offence(acts in prop::collection::vec(any_act(), 0..40), seed in any::<u64>()) {
        // Each at a time of its own: two at one time have no other order than that in which they came.
        let acts: Vec<Act> = acts.into_iter().enumerate().map(|(number, mut act)| {
            act.record.time = act.record.time.map(|at| at.plus_micros(number as i64));
            act
        }).collect();
        let mut mixed = acts.clone();
        let mut state = seed;
        for place in (1..mixed.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            mixed.swap(place, (state >> 33) as usize % (place + 1));
        }
        prop_assert_eq!(keys(&judge(&acts)), keys(&judge(&mixed)));
    }

    #[test]
    fn gathering_counts_every_offence_once(acts in prop::collection::vec(any_act(), 0..60)) {
        let found = judge(&acts);
        let gathered = gather(found.clone());
        prop_assert_eq!(gathered.iter().map(|alert| alert.count).sum::<u64>(), found.len() as u64);
        prop_assert_eq!(gathered.len(), keys(&found).len());
        for alert in gathered {
            let same = || found.iter().filter(|offence| offence.key() == alert.first.key());
            prop_assert_eq!(Some(alert.first.at), same().map(|offence| offence.at).min());
            prop_assert_eq!(Some(alert.last_at), same().map(|offence| offence.at).max());
            prop_assert_eq!(Some(alert.first.level), same().map(|offence| offence.level).max());
        }
    }
}
