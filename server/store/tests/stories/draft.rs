//! Incidents that rules draft: once, whichever node does it and whenever one dies.

use bytes::Bytes;
use domain::access::Permit;
use domain::casefile::Entry;
use domain::incident::Status;
use domain::timeline::{Effect, EventKind, MarkName, Verb};
use domain::verdict::Verdict;
use domain::watch::drafting::{DispositionDraft, DraftState};
use domain::watch::{AlertState, MuteDraft, RuleKind, SourceDraft};
use domain::{Id, Key, RefusalKind};
use serde_json::json;
use store::{Actor, Error, Filter, Store, Topic, parse_draft};

use super::alert::{act, alerts, forum_agent, judge, set};
use super::containment::{only, stop};
use super::registry::{is_whole, register, set_status};
use crate::world::{World, ada, grace, refusal, scribe, vera};

on_both_engines!(
    an_alert_makes_an_incident_of_what_is_known,
    what_a_dead_node_left_another_one_drafts_and_two_draft_one,
    twenty_alerts_at_once_make_one_incident_for_each_agent,
    what_happens_again_joins_for_a_day_and_where_the_incident_is_open,
    people_adopt_a_draft_or_discard_it,
    a_draft_is_discarded_with_its_alerts_or_not_at_all,
    nothing_is_drafted_of_what_is_muted_or_false,
    the_segment_with_the_records_is_sealed_at_once_and_shows_the_acts,
    a_containment_belongs_to_the_incident_of_its_alert,
);

/// The forum agent does what nothing allows, to this resource.
async fn goes_beyond(world: &World, resources: &[&str]) {
    let acts: Vec<_> =
        resources.iter().map(|resource| act(world, "bot-7", Verb::Delete, Effect::Destructive, resource)).collect();
    judge(world, &acts).await;
}

/// An agent, and a rule that drafts.
async fn ready(world: &World) -> Id {
    set(world, RuleKind::DestructiveUnconfirmed, json!({"on": false})).await;
    set(world, RuleKind::Burst, json!({"on": false})).await;
    set(world, RuleKind::OutOfScope, json!({"response": "draft"})).await;
    forum_agent(world).await
}

/// The incidents on a list, the newest first.
async fn incidents(world: &World, filter: Filter) -> Vec<Key> {
    let page = world.store.incidents(&ada(), &filter, None, 200).await.unwrap();
    page.items.into_iter().map(|card| card.key).collect()
}

/// Drafts until nothing is left, as the task of a node does.
async fn draft(store: &Store) {
    while store.draft_incidents().await.unwrap() > 0 {}
}

async fn dossier(world: &World, key: Key) -> std::sync::Arc<domain::casefile::Dossier> {
    world.store.dossier(&ada(), key).await.unwrap()
}

async fn an_alert_makes_an_incident_of_what_is_known(world: World) {
    let agent = ready(&world).await;
    goes_beyond(&world, &["payroll/records"]).await;
    let acted = world.clock.now();
    world.clock.advance_seconds(2);
    draft(&world.store).await;
    let keys = incidents(&world, Filter::default()).await;
    assert_eq!(keys.len(), 1, "{keys:?}");
    let alert = &alerts(&world).await[0];
    assert_eq!((alert.incident, alert.count), (Some(keys[0]), 1));
    let dossier = dossier(&world, keys[0]).await;
    let head = dossier.incident().unwrap();
    assert_eq!(head.title, "forum-agent deleted payroll/records outside its grants");
    assert_eq!((head.filed.by.name.as_str(), dossier.is_undecided_draft()), ("Inquest", true));
    assert_eq!(head.drafted.as_ref().map(|drafted| &drafted.alert), Some(&alert.id));
    let marked = |mark| dossier.marked(mark).and_then(|(_, time)| time.earliest);
    assert_eq!((marked(MarkName::ActionExecuted), marked(MarkName::Detected)), (Some(acted), Some(alert.raised_at)));
    let actor = dossier.principals.iter().find(|kept| kept.pins(&agent)).unwrap();
    assert_eq!(actor.pin.as_ref().unwrap().grants.len(), 1);
    assert_eq!(dossier.evaluation().verdict.verdict, Verdict::Undetermined);
    assert!(!domain::suggestion::suggestions(&dossier).is_empty());
    // It is listed as what it is.
    let of_drafts = Filter { drafted: Some(DraftState::Drafted), ..Filter::default() };
    assert_eq!(incidents(&world, of_drafts).await, keys);
    // Whatever is asked again changes nothing.
    draft(&world.store).await;
    assert_eq!(world.store.version(&ada(), keys[0]).await.unwrap(), dossier.version);
    is_whole(&world).await;
    // What became of a draft is not changed behind the store's back.
    world.sql("update incidents set drafted = 'adopted'").await;
    assert!(!world.store.verify(None).await.unwrap().is_whole());
}

async fn what_a_dead_node_left_another_one_drafts_and_two_draft_one(world: World) {
    ready(&world).await;
    // Judged and committed, and then the node died: nothing was drafted.
    goes_beyond(&world, &["payroll/records"]).await;
    let (one, other) = (Store::open(&world.settings).await.unwrap(), Store::open(&world.settings).await.unwrap());
    for round in 0..20 {
        let found = tokio::join!(
            tokio::spawn({
                let one = one.clone();
                async move { one.draft_incidents().await }
            }),
            tokio::spawn({
                let other = other.clone();
                async move { other.draft_incidents().await }
            }),
        );
        for found in [found.0.unwrap(), found.1.unwrap()] {
            assert!(matches!(found, Ok(_) | Err(Error::Busy(_))), "{found:?}");
        }
        if round % 4 == 0 {
            world.clock.advance_seconds(1);
            goes_beyond(&world, &[&format!("payroll/{round}")]).await;
        }
    }
    draft(&one).await;
    let keys = incidents(&world, Filter::default()).await;
    assert_eq!(keys.len(), 1, "one incident: {keys:?}");
    let found = alerts(&world).await;
    assert_eq!(found.len(), 6);
    assert!(found.iter().all(|alert| alert.incident == Some(keys[0])), "{found:?}");
    let dossier = dossier(&world, keys[0]).await;
    let count = |kind| dossier.events.iter().filter(|kept| kept.kind == kind).count();
    assert_eq!((count(EventKind::Action), count(EventKind::Alert)), (6, 6), "each told once");
    is_whole(&world).await;
}

async fn twenty_alerts_at_once_make_one_incident_for_each_agent(world: World) {
    ready(&world).await;
    set(&world, RuleKind::UnknownAgent, json!({"response": "draft"})).await;
    let mut acts = Vec::new();
    for number in 0..10 {
        for who in ["bot-7", "bot-x"] {
            let resource = format!("vault/{number}");
            acts.push(act(&world, who, Verb::Write, Effect::Mutating, &resource));
        }
    }
    judge(&world, &acts).await;
    assert_eq!(alerts(&world).await.len(), 20);
    draft(&world.store).await;
    let keys = incidents(&world, Filter::default()).await;
    assert_eq!(keys.len(), 2, "{keys:?}");
    for key in keys {
        let dossier = dossier(&world, key).await;
        let agents = dossier.principals.iter().filter(|kept| kept.kind.word() == "agent").count();
        let count = |kind| dossier.events.iter().filter(|kept| kept.kind == kind).count();
        assert_eq!((agents, count(EventKind::Action), count(EventKind::Alert)), (1, 10, 10));
    }
    is_whole(&world).await;
}

async fn what_happens_again_joins_for_a_day_and_where_the_incident_is_open(world: World) {
    ready(&world).await;
    let again = async |resource: &str| {
        goes_beyond(&world, &[resource]).await;
        draft(&world.store).await;
        incidents(&world, Filter::default()).await
    };
    let first = again("payroll").await;
    let acted = world.clock.now();
    // The same alert, and another one within a day of the last.
    world.clock.advance_seconds(60);
    assert_eq!(again("payroll").await, first);
    world.clock.advance_seconds(23 * 3600);
    assert_eq!(again("vault").await, first);
    let dossier_of_first = dossier(&world, first[0]).await;
    let marked = dossier_of_first.marked(MarkName::ActionExecuted).and_then(|(_, time)| time.earliest);
    assert_eq!(marked, Some(acted), "the first act stays the first");
    assert_eq!(dossier_of_first.events.iter().filter(|kept| kept.kind == EventKind::Action).count(), 3);
    // A day later it is another matter.
    world.clock.advance_seconds(24 * 3600 + 1);
    let second = again("payroll").await;
    assert_eq!(second.len(), 2, "{second:?}");
    // One that was merged into another one leads there.
    let merge = parse_draft(json!({"into": first[0].to_string()})).unwrap();
    world.store.merge_incidents(&ada(), second[0], merge).await.unwrap();
    world.clock.advance_seconds(60);
    assert_eq!(again("bank").await.len(), 2);
    assert_eq!(alerts(&world).await[0].incident, Some(first[0]));
    // In one that is closed nothing more happens.
    let close = |entry: &mut Entry| {
        let mut head = entry.dossier().incident()?.clone();
        head.status = Status::Closed;
        entry.put(head);
        Ok(())
    };
    world.store.enter(&ada(), first[0], Permit::Edit, close).await.unwrap();
    world.clock.advance_seconds(60);
    assert_eq!(again("archive").await.len(), 3);
    is_whole(&world).await;
}

async fn people_adopt_a_draft_or_discard_it(world: World) {
    ready(&world).await;
    let because = |reason: &str| DispositionDraft { reason: reason.into() };
    goes_beyond(&world, &["payroll"]).await;
    draft(&world.store).await;
    let key = incidents(&world, Filter::default()).await[0];
    let store = &world.store;
    assert_eq!(refusal(store.adopt_draft(&vera(), key, because("")).await).kind, RefusalKind::Forbidden);
    assert_eq!(refusal(store.discard_draft(&scribe(), key, because("a"), false).await).kind, RefusalKind::Forbidden);
    store.discard_draft(&grace(), key, because("A drill that was agreed on."), true).await.unwrap();
    assert_eq!(incidents(&world, Filter::default()).await, [], "off the lists");
    let discarded = Filter { drafted: Some(DraftState::Discarded), ..Filter::default() };
    assert_eq!(incidents(&world, discarded).await, [key]);
    let found = alerts(&world).await;
    assert_eq!(
        (found[0].state, found[0].steps[0].reason.as_str()),
        (AlertState::FalseAlarm, "A drill that was agreed on.")
    );
    // The same alert drafts nothing again; another one does.
    goes_beyond(&world, &["payroll"]).await;
    draft(store).await;
    assert_eq!(incidents(&world, Filter::default()).await, []);
    goes_beyond(&world, &["vault"]).await;
    draft(store).await;
    let second = incidents(&world, Filter::default()).await;
    assert_eq!(second.len(), 1);
    store.adopt_draft(&grace(), second[0], because("")).await.unwrap();
    let adopted = Filter { drafted: Some(DraftState::Adopted), ..Filter::default() };
    assert_eq!(incidents(&world, adopted).await, second);
    // One that was discarded without calling its alerts false is not drafted again of the same alert either.
    world.clock.advance_seconds(2 * 24 * 3600);
    goes_beyond(&world, &["bank"]).await;
    draft(store).await;
    let third = incidents(&world, Filter::default()).await[0];
    store.discard_draft(&grace(), third, because("It is known."), false).await.unwrap();
    world.clock.advance_seconds(5);
    goes_beyond(&world, &["bank"]).await;
    draft(store).await;
    assert_eq!(incidents(&world, Filter::default()).await, second);
    let waiting: i64 = sqlx::query_scalar("select cast(count(*) as bigint) from alerts where to_draft = 1")
        .fetch_one(&world.backdoor)
        .await
        .unwrap();
    assert_eq!(waiting, 0);
    is_whole(&world).await;
}

async fn a_draft_is_discarded_with_its_alerts_or_not_at_all(world: World) {
    ready(&world).await;
    let discard = async || {
        let because = DispositionDraft { reason: "A drill that was agreed on.".into() };
        let key = incidents(&world, Filter { drafted: Some(DraftState::Drafted), ..Filter::default() }).await[0];
        world.store.discard_draft(&grace(), key, because, true).await
    };
    let states = async || alerts(&world).await.into_iter().map(|alert| alert.state).collect::<Vec<_>>();
    goes_beyond(&world, &["payroll", "vault"]).await;
    draft(&world.store).await;
    // What is to be said of the alerts cannot be written.
    world.sql("alter table alert_steps rename to away").await;
    assert!(discard().await.is_err());
    assert_eq!(incidents(&world, Filter::default()).await.len(), 1, "it is still there");
    assert_eq!(states().await, [AlertState::Open; 2]);
    world.sql("alter table away rename to alert_steps").await;
    // More alerts than are called false together.
    let others = world.sql(MANY).await;
    let refused = refusal(discard().await);
    assert_eq!((others, refused.field.as_deref()), (1_000, Some("false_alarms")));
    assert_eq!(incidents(&world, Filter::default()).await.len(), 1);
    world.sql("delete from alerts where key = 'other'").await;
    let mut news = world.store.subscribe();
    discard().await.unwrap();
    assert_eq!(incidents(&world, Filter::default()).await, []);
    assert_eq!(states().await, [AlertState::FalseAlarm; 2]);
    let version = world.store.alerts_version(&vera()).await.unwrap();
    while news.recv().await.unwrap() != (Topic::Watch, version) {}
    is_whole(&world).await;
}

/// A thousand more alerts of the incident of one.
const MANY: &str = "insert into alerts (id, version, key, rule, level, response, source_id, agent_id, name, resource, why, count,
         raised_at, seen_at, window_end, first, last, state, until, assignee, incident, steps, to_draft, to_tell, who, told)
     with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < 1000)
     select id || '-' || cast(i as text), version, 'other', rule, level, response, source_id, agent_id, name, resource, why, count,
         raised_at, seen_at, window_end, first, last, state, until, assignee, incident, steps, to_draft, to_tell, who, told
     from (select * from alerts order by id limit 1) as one, numbers";

async fn nothing_is_drafted_of_what_is_muted_or_false(world: World) {
    ready(&world).await;
    goes_beyond(&world, &["payroll", "vault"]).await;
    let found = alerts(&world).await;
    let until = Some(world.clock.now().plus_micros(3_600_000_000));
    let mute = MuteDraft { reason: "A migration runs.".into(), until };
    world.store.mute_alert(&grace(), &found[0].id, mute).await.unwrap();
    world.store.call_alert_false(&grace(), &found[1].id, "Agreed.".into()).await.unwrap();
    draft(&world.store).await;
    assert_eq!(incidents(&world, Filter::default()).await, []);
}

async fn the_segment_with_the_records_is_sealed_at_once_and_shows_the_acts(world: World) {
    ready(&world).await;
    let draft_of_source: SourceDraft =
        parse_draft(json!({"name": "Tools", "format": "jsonl", "agents_only": true})).unwrap();
    let source = world.store.create_source(&Actor::system(), draft_of_source).await.unwrap().0;
    let time = world.clock.now().rfc3339();
    let line = |verb: &str, resource: &str| {
        json!({"time": time, "actor": "bot-7", "action": verb, "resource": resource}).to_string() + "\n"
    };
    let sent = line("read", "forum/1") + &line("delete", "payroll/records");
    world.store.accept(&source.id, 2, Bytes::from(sent)).await.unwrap();
    world.clock.advance_seconds(2);
    while world.store.watch_sources().await.unwrap() {}
    // Judged; the next look seals it, long before the minute is over.
    draft(&world.store).await;
    while world.store.watch_sources().await.unwrap() {}
    let segments = world.store.segments(&ada(), &source.id, None, 10).await.unwrap();
    assert_eq!(segments.len(), 1, "{segments:?}");
    for _ in 0..50 {
        world.store.prove_drafts().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let key = incidents(&world, Filter::default()).await[0];
    let dossier = dossier(&world, key).await;
    let items: Vec<_> = dossier.evidence.iter().collect();
    assert_eq!((items.len(), items[0].sha256.as_str(), items[0].records), (1, segments[0].sha256.as_str(), Some(2)));
    let acted = dossier.events.iter().find(|kept| kept.kind == EventKind::Action).unwrap();
    assert_eq!(acted.evidence.len(), 1, "{acted:?}");
    let link = &acted.evidence[0];
    let record = world
        .store
        .incident(&ada(), key)
        .await
        .unwrap()
        .log_record(&link.id, link.record.unwrap())
        .await
        .unwrap()
        .record;
    assert_eq!(record.resource, "payroll/records");
    assert_eq!(dossier.exposure().start_evidence, [items[0].id.clone()]);
    assert_eq!(dossier.evaluation().verdict.verdict, Verdict::Undetermined);
    // Nothing is left to do, and nothing is done twice.
    let version = dossier.version;
    world.store.prove_drafts().await.unwrap();
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), version);
    is_whole(&world).await;
}

async fn a_containment_belongs_to_the_incident_of_its_alert(world: World) {
    let more = json!({"may_be_suspended_by_rules": true, "owner_name": "Olga"});
    let agent = register(&world, &ada(), more).await;
    set_status(&world, &ada(), &agent, "active").await.unwrap();
    stop(&world, json!({})).await;
    world.clock.advance_seconds(10);
    set(&world, RuleKind::OutOfScope, json!({"response": "suspend"})).await;
    judge(&world, &[act(&world, "bot-7", Verb::Write, Effect::Mutating, "payroll")]).await;
    // The stop does not wait for the incident, and the incident not for the stop.
    world.store.answer_requests().await.unwrap();
    assert_eq!(only(&world, &agent).await.incident_key, None);
    draft(&world.store).await;
    let key = incidents(&world, Filter::default()).await[0];
    for _ in 0..2 {
        world.store.tie_containments().await.unwrap();
    }
    assert_eq!(only(&world, &agent).await.incident_key, Some(key));
    super::containment::send(&world, super::containment::done).await;
    world.store.tell_containments().await.unwrap();
    let dossier = dossier(&world, key).await;
    assert!(dossier.marked(MarkName::StopSent).is_some() && dossier.marked(MarkName::Revoked).is_some());
    is_whole(&world).await;
}
