//! Lists of incidents, and search.

use domain::access::Permit;
use domain::gap::{Control, GapDraft};
use domain::incident::Status;
use domain::severity::Sev;
use serde_json::json;
use store::{Filter, Page};

use crate::world::{World, ada, claim, revise, vera};

on_both_engines!(
    pages_continue_where_they_ended,
    words_are_found,
    lists_are_narrowed,
    a_card_says_what_the_case_file_says
);

fn keys(page: &Page<store::IncidentSummary>) -> Vec<i64> {
    page.items.iter().map(|card| card.key.0).collect()
}

async fn find(world: &World, q: &str) -> Vec<i64> {
    keys(&world.store.incidents(&vera(), &Filter { q: Some(q.into()), ..Default::default() }, None, 10).await.unwrap())
}

async fn pages_continue_where_they_ended(world: World) {
    for number in 1..=7 {
        world.incident(json!({"title": format!("Incident {number}"), "visibility": if number == 4 { "private" } else { "open" }})).await;
    }
    for q in [None, Some("incident".to_string())] {
        let filter = Filter { q, ..Default::default() };
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = world.store.incidents(&vera(), &filter, cursor, 3).await.unwrap();
            seen.push(keys(&page));
            cursor = page.next_cursor.map(|cursor| cursor.parse().unwrap());
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [[7, 6, 5], [3, 2, 1]]);
    }
}

async fn words_are_found(world: World) {
    world.incident(json!({"title": "Forum agent posts advice", "agents": ["forum-agent"]})).await;
    let second = world.incident(json!({"title": "Müllers Datenbank gelöscht", "tags": ["prod"]})).await;
    assert_eq!(find(&world, "ADVICE").await, [1]);
    assert_eq!(find(&world, "advi post").await, [1], "beginnings count, and every word has to");
    assert_eq!(find(&world, "advice database").await, Vec::<i64>::new());
    assert_eq!(find(&world, "müll").await, [2]);
    assert_eq!(find(&world, "INC-2").await, [2]);
    assert_eq!(find(&world, "inc2").await, [2]);
    assert_eq!(find(&world, "").await, [2, 1], "no word narrows nothing");
    for nonsense in ["\"", "'", "* OR", "a & !b", "-:()", "NEAR(a b)", "\\"] {
        find(&world, nonsense).await;
    }
    world.add::<domain::claim::ClaimDraft>(&ada(), second, claim("The replica was whole", "replica")).await.unwrap();
    assert_eq!(find(&world, "replica").await, [2]);
    let id = world.store.dossier(&ada(), second).await.unwrap().incident().unwrap().id.clone();
    let patch = json!({"title": "Renamed"});
    revise::<domain::incident::IncidentDraft>(&world.store, &ada(), second, &id, None, &patch).await.unwrap();
    assert_eq!((find(&world, "müllers").await, find(&world, "renamed").await), (vec![], vec![2]));
}

async fn lists_are_narrowed(world: World) {
    let one =
        world.incident(json!({"tags": ["forum", "prod"], "declared_severity": 1, "agents": ["forum-agent"]})).await;
    world.incident(json!({"tags": ["prod"], "declared_severity": 3})).await;
    let gap = json!({"control": Control::MANDATORY[0].word(), "state": "absent", "statement": "There was none."});
    world.add::<GapDraft>(&ada(), one, gap).await.unwrap();
    world.store.enter(&ada(), one, Permit::Edit, |entry| entry.set_status(Status::Contained)).await.unwrap();
    let narrowed = async |filter: Filter| keys(&world.store.incidents(&vera(), &filter, None, 10).await.unwrap());
    assert_eq!(narrowed(Filter { tag: Some("prod".into()), ..Default::default() }).await, [2, 1]);
    assert_eq!(narrowed(Filter { tag: Some("forum".into()), ..Default::default() }).await, [1]);
    assert_eq!(narrowed(Filter { severity: Sev::new(3), ..Default::default() }).await, [2]);
    assert_eq!(narrowed(Filter { status: Some(Status::Contained), ..Default::default() }).await, [1]);
    assert_eq!(narrowed(Filter { gap: Some(Control::MANDATORY[0]), ..Default::default() }).await, [1]);
    assert_eq!(narrowed(Filter { agent: Some("forum-agent".into()), ..Default::default() }).await, [1]);
    let everything = Filter {
        q: Some("forum".into()),
        status: Some(Status::Contained),
        severity: Sev::new(1),
        verdict: Some(domain::verdict::Verdict::NotAssessed),
        tag: Some("prod".into()),
        gap: Some(Control::MANDATORY[0]),
        agent: Some("forum-agent".into()),
        drafted: None,
        month: None,
        detection: None,
        filed_by: None,
    };
    assert_eq!(narrowed(everything).await, [1]);
}

async fn a_card_says_what_the_case_file_says(world: World) {
    let occurred = json!({"earliest": "2026-03-18T16:00:00Z", "latest": null, "granularity": "minute"});
    let key = world.incident(json!({"occurred": occurred, "tags": ["a"]})).await;
    world.clock.advance_seconds(60);
    let entered =
        world.store.enter(&ada(), key, Permit::Edit, |entry| entry.set_status(Status::Resolved)).await.unwrap();
    let card = world.store.incidents(&vera(), &Filter::default(), None, 1).await.unwrap().items.remove(0);
    assert_eq!((card.key, card.version, card.status), (key, entered.version, Status::Resolved));
    assert_eq!(card.id, entered.dossier.incident().unwrap().id);
    assert_eq!((card.severity, card.tags.as_slice()), (None, ["a".to_string()].as_slice()));
    assert_eq!(card.occurred.earliest.unwrap().rfc3339(), "2026-03-18T16:00:00Z");
    assert_eq!(card.filed_at.rfc3339(), "2026-03-18T17:00:00Z");
    assert_eq!(card.updated_at.rfc3339(), "2026-03-18T17:01:00Z");
}
