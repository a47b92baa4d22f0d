//! Who may do what.

use domain::access::{Permit, Scope};
use domain::claim::ClaimDraft;
use domain::finding::{Finding, FindingDraft};
use domain::incident::Status;
use domain::{Person, RefusalKind};
use serde_json::json;

use crate::world::{World, ada, claim, grace, refusal, scribe, vera};

on_both_engines!(
    a_private_incident_is_absent_for_others,
    roles_and_scopes_limit_writing,
    an_agent_neither_signs_nor_raises,
    the_verdict_keeps_its_history,
);

async fn a_private_incident_is_absent_for_others(world: World) {
    let key = world.incident(json!({"visibility": "private", "title": "Quiet matter"})).await;
    assert_eq!(refusal(world.store.dossier(&grace(), key).await).kind, RefusalKind::Absent);
    assert_eq!(refusal(world.store.incident(&grace(), key).await.map(drop)).kind, RefusalKind::Absent);
    assert_eq!(refusal(world.add::<ClaimDraft>(&grace(), key, claim("x", "y")).await).kind, RefusalKind::Absent);
    assert!(titles(&world, &grace()).await.is_empty());
    let member: Person = grace().person;
    world.store.enter(&ada(), key, Permit::Admin, |entry| entry.add_member(member)).await.unwrap();
    world.add::<ClaimDraft>(&grace(), key, claim("x", "y")).await.unwrap();
    assert_eq!(titles(&world, &grace()).await, ["Quiet matter"]);
    assert!(titles(&world, &vera()).await.is_empty());
    world.store.enter(&ada(), key, Permit::Admin, |entry| entry.remove_member(&"grace".into())).await.unwrap();
    assert_eq!(refusal(world.store.version(&grace(), key).await).kind, RefusalKind::Absent);
    assert_eq!(titles(&world, &ada()).await, ["Quiet matter"]);
}

async fn titles(world: &World, actor: &store::Actor) -> Vec<String> {
    let page = world
        .store
        .incidents(actor, &store::Filter { q: Some("quiet".into()), ..Default::default() }, None, 10)
        .await
        .unwrap();
    page.items.into_iter().map(|card| card.title).collect()
}

async fn roles_and_scopes_limit_writing(world: World) {
    let key = world.incident(json!({})).await;
    let version = world.store.version(&vera(), key).await.unwrap();
    for actor in [vera(), store::Actor { scope: Scope::Read, ..ada() }] {
        let refused =
            refusal(world.store.enter(&actor, key, Permit::Edit, |entry| entry.set_status(Status::Contained)).await);
        assert_eq!(refused.kind, RefusalKind::Forbidden, "{refused}");
        assert_eq!(refusal(world.file(&actor, json!({})).await).kind, RefusalKind::Forbidden);
    }
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), version);
}

/// An exposure whose verdict is undetermined.
async fn exposed(world: &World) -> domain::Key {
    let key = world.incident(json!({})).await;
    let exposure = json!({
        "window": {"start": "2026-03-18T10:00:00Z", "end": "2026-03-18T12:00:00Z"},
        "resources": [{"id": "repo-a", "class": "restricted", "paths": [{"op": "read", "channel": "api"}]}],
    });
    world
        .store
        .enter(&ada(), key, Permit::Edit, |entry| {
            entry.set_exposure(store::parse_draft::<domain::exposure::ExposureDraft>(exposure)?)
        })
        .await
        .unwrap();
    key
}

fn finding() -> serde_json::Value {
    json!({"summary": "Somebody looked", "facet": "access", "class": "unauthorised_access", "confidence": "suspected", "role": "effect"})
}

async fn an_agent_neither_signs_nor_raises(world: World) {
    let key = exposed(&world).await;
    let refused = refusal(world.store.enter(&scribe(), key, Permit::Review, |entry| entry.sign()).await);
    assert_eq!(refused.kind, RefusalKind::Forbidden);
    // It may make matters look worse, and not better.
    let id = world.add::<FindingDraft>(&scribe(), key, finding()).await.unwrap().value;
    let refused = refusal(world.store.enter(&scribe(), key, Permit::Edit, |entry| entry.delete::<Finding>(&id)).await);
    assert!(refused.sentence.contains("raise a verdict"), "{refused}");
    world.store.enter(&grace(), key, Permit::Edit, |entry| entry.delete::<Finding>(&id)).await.unwrap();
}

async fn the_verdict_keeps_its_history(world: World) {
    let key = exposed(&world).await;
    let before = world.store.dossier(&ada(), key).await.unwrap().verdicts.len();
    let entered = world.add::<FindingDraft>(&grace(), key, finding()).await.unwrap();
    let step = entered.dossier.verdicts.iter().next_back().unwrap();
    assert_eq!(entered.dossier.verdicts.len(), before + 1);
    assert_eq!(step.cause, "added finding Somebody looked");
    assert_eq!(step.to, entered.dossier.evaluation().verdict.verdict);
}
