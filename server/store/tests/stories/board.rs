//! Lists across incidents.

use domain::access::Permit;
use domain::remediation::{RemediationDraft, RemediationStatus};
use serde_json::json;
use store::{BoardFilter, Page};

use crate::world::{World, ada, grace, vera};

on_both_engines!(the_most_urgent_come_first, the_board_is_narrowed, agents_are_listed_by_name);

async fn remediation(world: &World, key: domain::Key, title: &str, owner: &str, due: Option<&str>) -> domain::Id {
    let due = due.map(|due| json!({"earliest": due, "latest": due, "granularity": "minute"}));
    let draft = json!({"title": title, "kind": "prevent", "enforcement": "hard", "owner": owner, "due": due});
    world.add::<RemediationDraft>(&ada(), key, draft).await.unwrap().value
}

fn titles(page: &Page<store::BoardItem>) -> Vec<&str> {
    page.items.iter().map(|item| item.remediation.title.as_str()).collect()
}

async fn the_most_urgent_come_first(world: World) {
    let (one, two) = (world.incident(json!({})).await, world.incident(json!({})).await);
    let hidden = world.incident(json!({"visibility": "private"})).await;
    remediation(&world, one, "whenever", "", None).await;
    remediation(&world, two, "later", "", Some("2026-05-01T00:00:00Z")).await;
    remediation(&world, one, "soon", "", Some("2026-04-01T00:00:00Z")).await;
    remediation(&world, two, "also whenever", "", None).await;
    remediation(&world, hidden, "quietly", "", Some("2026-01-01T00:00:00Z")).await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page =
            world.store.remediations_board(&vera(), &BoardFilter::default(), cursor.as_deref(), 1).await.unwrap();
        seen.extend(titles(&page).into_iter().map(str::to_string));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["soon", "later", "whenever", "also whenever"]);
    let all = world.store.remediations_board(&ada(), &BoardFilter::default(), None, 10).await.unwrap();
    assert_eq!(titles(&all)[0], "quietly");
}

async fn the_board_is_narrowed(world: World) {
    let key = world.incident(json!({})).await;
    let late = remediation(&world, key, "late", "Ada", Some("2026-03-01T00:00:00Z")).await;
    let done = remediation(&world, key, "done", "Grace", None).await;
    world
        .store
        .enter(&grace(), key, Permit::Edit, |entry| entry.set_remediation_status(&done, RemediationStatus::Done))
        .await
        .unwrap();
    let narrowed = async |filter: BoardFilter| {
        let page = world.store.remediations_board(&ada(), &filter, None, 10).await.unwrap();
        page.items.iter().map(|item| (item.remediation.title.clone(), item.overdue)).collect::<Vec<_>>()
    };
    assert_eq!(narrowed(BoardFilter { overdue: true, ..Default::default() }).await, [("late".to_string(), true)]);
    assert_eq!(
        narrowed(BoardFilter { owner: Some("grace".into()), ..Default::default() }).await,
        [("done".to_string(), false)]
    );
    assert_eq!(narrowed(BoardFilter { status: Some(RemediationStatus::Open), ..Default::default() }).await.len(), 1);
    assert_eq!(narrowed(BoardFilter { open: true, ..Default::default() }).await.len(), 2);
    world
        .store
        .enter(&ada(), key, Permit::Edit, |entry| entry.delete::<domain::remediation::Remediation>(&late))
        .await
        .unwrap();
    assert!(narrowed(BoardFilter { overdue: true, ..Default::default() }).await.is_empty());
}

async fn agents_are_listed_by_name(world: World) {
    world.incident(json!({"agents": ["zeta", "Alpha"], "declared_severity": 1})).await;
    world.incident(json!({"agents": ["zeta"]})).await;
    world.incident(json!({"agents": ["hidden"], "visibility": "private"})).await;
    let agents = world.store.agents_across(&vera()).await.unwrap();
    let lines: Vec<_> = agents.iter().map(|agent| format!("{} {}", agent.name, agent.incident)).collect();
    assert_eq!(lines, ["Alpha INC-1", "zeta INC-2", "zeta INC-1"]);
    assert_eq!(agents[0].severity.unwrap().number(), 1);
}
