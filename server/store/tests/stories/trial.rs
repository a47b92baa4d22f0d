//! What a rule would have said, held against what the rules said while the same acts came in.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::Id;
use domain::watch::{RuleDraft, RuleKind, RuleTrial, Source};
use serde_json::json;
use store::parse_draft;

use super::alert::{alerts, forum_agent};
use crate::world::{World, ada, refusal, vera};

on_both_engines!(
    a_trial_says_what_was_said_live,
    agents_and_sources_go_by_their_names,
    open_alerts_are_counted_and_their_first_records_kept,
);

async fn source(world: &World, agent: &str) -> Source {
    let sent = json!({"name": "Gateway log", "format": "jsonl", "agents": [agent], "agents_only": true});
    world.store.create_source(&ada(), parse_draft(sent).unwrap()).await.unwrap().0
}

/// Acts that come in now.
async fn act(world: &World, source: &Source, acts: &[(&str, &str, &str)]) {
    let time = world.clock.now().rfc3339();
    let line = |(who, verb, resource): &(&str, &str, &str)| {
        json!({"time": time, "actor": who, "action": verb, "resource": resource}).to_string() + "\n"
    };
    let lines: String = acts.iter().map(line).collect();
    world.store.accept(&source.id, acts.len() as u64, Bytes::from(lines)).await.unwrap();
    world.clock.advance_seconds(2);
    while world.store.watch_sources().await.unwrap() {}
}

type Said = BTreeMap<(String, String), (u64, u64)>;

/// By agent and resource: how many alerts, and how many acts in them.
async fn live(world: &World, rule: RuleKind) -> Said {
    let mut said = Said::new();
    for alert in alerts(world).await.into_iter().filter(|alert| alert.rule == rule) {
        let (alerts, acts) = said.entry((alert.name, alert.resource)).or_default();
        (*alerts, *acts) = (*alerts + 1, *acts + alert.count);
    }
    said
}

fn tried(trial: &RuleTrial) -> Said {
    let row = |said: &domain::watch::Said| ((said.name.clone(), said.resource.clone()), (said.alerts, said.acts));
    trial.items.iter().map(row).collect()
}

async fn a_trial_says_what_was_said_live(world: World) {
    forum_agent(&world).await;
    let source = source(&world, "forum-agent").await;
    world.clock.advance_seconds(5);
    let hour = 3_700;
    for round in 0..3 {
        act(&world, &source, &[("forum-agent", "post", "forum/a"), ("forum-agent", "delete", "forum/a")]).await;
        act(&world, &source, &[("forum-agent", "post", "payroll"), ("stranger", "read", "payroll")]).await;
        act(&world, &source, &[("forum-agent", "delete", "forum/a"), ("forum-agent", "delete", "forum/b")]).await;
        // In another window, and mostly in a segment of its own.
        world.clock.advance_seconds(if round == 0 { hour } else { 30 });
    }
    for sealed in [false, true] {
        for rule in [RuleKind::OutOfScope, RuleKind::UnknownAgent, RuleKind::DestructiveUnconfirmed, RuleKind::Burst] {
            let trial = world.store.try_rule(&vera(), rule, RuleDraft::default(), Some(1)).await.unwrap();
            let live = live(&world, rule).await;
            assert_eq!(tried(&trial), live, "{rule:?}, {sealed}");
            assert!(!live.is_empty() || rule == RuleKind::Burst, "{rule:?} said nothing");
            assert_eq!((trial.stopped, trial.read.records, trial.read.sources), (None, 18, 1));
        }
        world.clock.advance_seconds(100);
        while world.store.watch_sources().await.unwrap() {}
    }
    let many: RuleDraft = parse_draft(json!({"count": 4, "seconds": 600})).unwrap();
    let trial = world.store.try_rule(&vera(), RuleKind::Burst, many, Some(1)).await.unwrap();
    assert!(trial.alerts > 0 && trial.read.segments > 0 && trial.read.batches == 0, "{trial:?}");
    let none: RuleDraft = parse_draft(json!({"agents": ["forum-agent"]})).unwrap();
    let trial = world.store.try_rule(&vera(), RuleKind::UnknownAgent, none, Some(1)).await.unwrap();
    assert_eq!((trial.alerts, trial.items.len()), (0, 0), "an unknown agent is meant only where all are");
    world.clock.advance_seconds(2 * 24 * 3600);
    let trial = world.store.try_rule(&vera(), RuleKind::OutOfScope, RuleDraft::default(), Some(1)).await.unwrap();
    assert_eq!((trial.alerts, trial.read.sources), (0, 0), "what is older is not looked at");
    let silent = world.store.try_rule(&vera(), RuleKind::SourceSilent, RuleDraft::default(), None).await;
    assert!(refusal(silent).sentence.contains("silence"));
}

async fn agents_and_sources_go_by_their_names(world: World) {
    let agent = forum_agent(&world).await;
    let source = source(&world, "FORUM-agent").await;
    assert_eq!(source.agents, std::slice::from_ref(&agent));
    let unknown = json!({"agents": [agent, "nobody"]});
    let refused = refusal(world.store.edit_source(&ada(), &source.id, &unknown).await);
    assert_eq!(refused.field.as_deref(), Some("agents"));
    let by_name = json!({"sources": ["gateway LOG"], "agents_except": ["forum-agent"]});
    let set = world.store.set_rule(&ada(), RuleKind::Burst, parse_draft(by_name).unwrap()).await.unwrap().setting;
    assert_eq!((set.sources, set.agents_except), (vec![source.id.clone()], vec![agent.clone()]));
    let unknown = parse_draft(json!({"sources": ["nowhere"]})).unwrap();
    let refused = refusal(world.store.set_rule(&ada(), RuleKind::Burst, unknown).await);
    assert_eq!(refused.field.as_deref(), Some("sources"));
    // Of a name that an open source took over from a closed one, the open one is meant; by its id the other.
    world.store.close_source(&ada(), &source.id).await.unwrap();
    let second = self::source(&world, agent.as_str()).await;
    let both = parse_draft(json!({"sources": ["Gateway log", source.id]})).unwrap();
    let set = world.store.set_rule(&ada(), RuleKind::Burst, both).await.unwrap().setting;
    let mut ids = vec![source.id, second.id];
    ids.sort();
    assert_eq!(set.sources, ids);
    let names = world.store.agent_names(&vera(), &[agent.clone(), Id::new("nobody")]).await.unwrap();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), [(agent, "forum-agent".to_string())]);
}

async fn open_alerts_are_counted_and_their_first_records_kept(world: World) {
    forum_agent(&world).await;
    let source = source(&world, "forum-agent").await;
    assert_eq!(world.store.open_alerts(&vera()).await.unwrap(), 0);
    act(&world, &source, &[("forum-agent", "post", "payroll"), ("forum-agent", "post", "salaries")]).await;
    act(&world, &source, &[("forum-agent", "post", "payroll")]).await;
    assert_eq!(world.store.open_alerts(&vera()).await.unwrap(), 2);
    let known = alerts(&world).await;
    let payroll = known.iter().find(|alert| alert.resource == "payroll").unwrap();
    let records = world.store.alert_records(&vera(), &payroll.id).await.unwrap();
    let told: Vec<_> =
        records.iter().map(|kept| (kept.number, kept.record.resource.as_str(), kept.place.batch)).collect();
    assert_eq!(told, [(1, "payroll", Some(1)), (2, "payroll", Some(2))]);
    let until = Some(world.clock.now().plus_micros(60_000_000));
    let mute = domain::watch::MuteDraft { reason: "A migration runs.".into(), until };
    world.store.mute_alert(&ada(), &payroll.id, mute).await.unwrap();
    assert_eq!(world.store.open_alerts(&vera()).await.unwrap(), 1);
    world.clock.advance_seconds(61);
    assert_eq!(world.store.open_alerts(&vera()).await.unwrap(), 2, "its muting has ended");
}
