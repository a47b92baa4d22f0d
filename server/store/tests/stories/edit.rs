//! People write, alone and at the same time.

use domain::access::Permit;
use domain::claim::{Claim, ClaimDraft};
use domain::incident::{Incident, IncidentDraft, Status};
use domain::{Id, RefusalKind};
use serde_json::json;
use store::Error;

use crate::world::{World, ada, claim, grace, refusal, revise, vera};

on_both_engines!(
    what_is_filed_is_read_again,
    an_entry_that_changes_nothing_leaves_no_trace,
    a_refused_entry_leaves_no_trace,
    a_deleted_record_comes_back,
    fifty_writers_lose_nothing,
    numbers_are_never_given_twice,
    edits_of_different_fields_both_stand,
    edits_of_one_field_are_a_conflict,
    what_cannot_be_read_is_named,
    a_zero_byte_is_no_accident,
);

async fn what_is_filed_is_read_again(world: World) {
    let filed = world
        .file(&ada(), json!({"summary": "It *posted*.", "tags": ["forum", "b"], "agents": ["forum-agent"]}))
        .await
        .unwrap();
    assert_eq!(filed.dossier.key().to_string(), "INC-1");
    assert_eq!(filed.version, filed.dossier.version);
    let fresh = store::Store::open(&world.settings).await.unwrap();
    let read = fresh.dossier(&vera(), filed.dossier.key()).await.unwrap();
    assert_eq!(*read, *filed.dossier);
    assert_eq!(read.principals.len(), 1);
    assert_eq!(fresh.key_of(filed.value.as_str()).await.unwrap(), filed.dossier.key());
    assert_eq!(fresh.key_of("inc-1").await.unwrap(), filed.dossier.key());
    assert_eq!(refusal(fresh.dossier(&vera(), domain::Key(9)).await).kind, RefusalKind::Absent);
}

async fn an_entry_that_changes_nothing_leaves_no_trace(world: World) {
    let key = world.incident(json!({})).await;
    let before = world.store.version(&ada(), key).await.unwrap();
    let entered =
        world.store.enter(&ada(), key, Permit::Edit, |entry| entry.set_status(Status::Declared)).await.unwrap();
    assert_eq!(entered.version, before);
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), before);
}

async fn a_refused_entry_leaves_no_trace(world: World) {
    let key = world.incident(json!({})).await;
    let before = world.store.dossier(&ada(), key).await.unwrap();
    let refused = world
        .store
        .enter(&ada(), key, Permit::Edit, |entry| {
            entry.set_status(Status::Contained)?;
            entry.set_status(Status::Closed)
        })
        .await;
    assert_eq!(refusal(refused).kind, RefusalKind::State);
    assert_eq!(*world.store.dossier(&ada(), key).await.unwrap(), *before);
}

async fn a_deleted_record_comes_back(world: World) {
    let key = world.incident(json!({})).await;
    let id = world.add::<ClaimDraft>(&ada(), key, claim("Nobody read it", "readers")).await.unwrap().value;
    world.store.enter(&ada(), key, Permit::Edit, |entry| entry.delete::<Claim>(&id)).await.unwrap();
    let fresh = store::Store::open(&world.settings).await.unwrap();
    let dossier = fresh.dossier(&ada(), key).await.unwrap();
    assert!(dossier.claims.is_empty());
    assert_eq!(dossier.claims.find(&id).unwrap().deleted.as_ref().unwrap().by, ada().person);
    let entered = fresh.enter(&ada(), key, Permit::Edit, |entry| entry.restore::<Claim>(&id)).await.unwrap();
    assert_eq!(entered.dossier.claims.len(), 1);
    let changes = fresh.incident(&ada(), key).await.unwrap().changes(1, 100).await.unwrap();
    assert_eq!(changes.iter().map(|change| change.kind.as_str()).collect::<Vec<_>>(), ["added", "deleted", "restored"]);
    assert!(changes[1].after.is_null());
    assert_eq!(changes[1].subject, format!("claim/{id}"));
}

async fn fifty_writers_lose_nothing(world: World) {
    let key = world.incident(json!({})).await;
    let before = world.store.version(&ada(), key).await.unwrap();
    let writers = (0..50).map(|number| {
        let (store, statement) = (world.store.clone(), format!("Claim number {number}"));
        tokio::spawn(async move {
            let draft = store::parse_draft::<ClaimDraft>(claim(&statement, &statement)).unwrap();
            store.enter(&grace(), key, Permit::Edit, |entry| entry.add(draft)).await.unwrap()
        })
    });
    let mut versions: Vec<u64> = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        versions.push(writer.await.unwrap().version);
    }
    versions.sort();
    assert_eq!(versions, (before + 1..=before + 50).collect::<Vec<_>>());
    let fresh = store::Store::open(&world.settings).await.unwrap();
    let dossier = fresh.dossier(&ada(), key).await.unwrap();
    assert_eq!((dossier.claims.len(), dossier.version), (50, before + 50));
    assert!(world.store.verify(None).await.unwrap().is_whole());
}

async fn numbers_are_never_given_twice(world: World) {
    let filing = (0..20).map(|_| {
        let store = world.store.clone();
        let draft = store::parse_draft::<IncidentDraft>(json!({"title": "At the same time"})).unwrap();
        tokio::spawn(async move { store.create(&grace(), |entry| entry.add(draft)).await.unwrap().dossier.number })
    });
    let mut numbers = Vec::new();
    for filed in filing.collect::<Vec<_>>() {
        numbers.push(filed.await.unwrap());
    }
    numbers.sort();
    assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    refusal(world.file(&ada(), json!({"title": ""})).await);
    assert_eq!(world.incident(json!({})).await, domain::Key(21), "a refused filing gives its number back");
}

async fn edits_of_different_fields_both_stand(world: World) {
    let key = world.incident(json!({})).await;
    let (id, seen) = head(&world, key).await;
    let edit = |patch: serde_json::Value| {
        let (store, id) = (world.store.clone(), id.clone());
        async move { revise::<IncidentDraft>(&store, &ada(), key, &id, Some(seen), &patch).await }
    };
    edit(json!({"summary": "Mine"})).await.unwrap();
    let second = edit(json!({"tags": ["theirs"]})).await.unwrap();
    let incident = second.dossier.incident().unwrap().clone();
    assert_eq!((incident.summary.as_str(), incident.tags.as_slice()), ("Mine", ["theirs".to_string()].as_slice()));
}

async fn edits_of_one_field_are_a_conflict(world: World) {
    let key = world.incident(json!({"summary": "Base"})).await;
    let (id, seen) = head(&world, key).await;
    let store = &world.store;
    let theirs =
        revise::<IncidentDraft>(store, &grace(), key, &id, Some(seen), &json!({"summary": "Theirs"})).await.unwrap();
    let mine = json!({"summary": "Mine", "tags": ["a"]});
    let Err(Error::Conflict(conflict)) = revise::<IncidentDraft>(store, &ada(), key, &id, Some(seen), &mine).await
    else {
        panic!("this should be a conflict");
    };
    assert_eq!(conflict.fields, ["summary"]);
    let summaries = [&conflict.base, &conflict.theirs, &conflict.mine].map(|side| side["summary"].as_str().unwrap());
    assert_eq!(summaries, ["Base", "Theirs", "Mine"]);
    let now = store.dossier(&ada(), key).await.unwrap();
    assert_eq!(conflict.current_version, now.incidents.get(&id).unwrap().version);
    assert_eq!(now.version, theirs.version, "a conflict writes nothing");
    // Having seen their edit, mine stands.
    revise::<IncidentDraft>(store, &ada(), key, &id, Some(conflict.current_version), &mine).await.unwrap();
    // Whoever names no version overwrites knowingly.
    revise::<IncidentDraft>(store, &ada(), key, &id, None, &json!({"summary": "Last"})).await.unwrap();
}

async fn what_cannot_be_read_is_named(world: World) {
    let key = world.incident(json!({})).await;
    let (id, _) = head(&world, key).await;
    let refused = revise::<IncidentDraft>(&world.store, &ada(), key, &id, None, &json!({"visibility": "secret"})).await;
    let refusal = refusal(refused);
    assert_eq!(refusal.field.as_deref(), Some("visibility"));
    assert!(refusal.sentence.contains("use one of open, private"), "{}", refusal.sentence);
}

/// No database needs to keep one: a title does without it, other lines are refused, and in a text it is told by its number.
async fn a_zero_byte_is_no_accident(world: World) {
    for lines in [json!({"tags": ["a\u{0}b"]}), json!({"agents": ["x\u{0}y"]})] {
        let refusal = refusal(world.file(&ada(), lines).await);
        assert!(refusal.sentence.contains("U+0000"), "{}", refusal.sentence);
    }
    let key = world.incident(json!({"title": "Zero\u{0}byte", "summary": "a \u{0} b"})).await;
    let dossier = world.store.dossier(&ada(), key).await.unwrap();
    let incident = dossier.incident().unwrap();
    assert_eq!((incident.title.as_str(), incident.summary.as_str()), ("Zero byte", "a [U+0000] b"));
    assert!(world.store.verify(Some(key)).await.unwrap().is_whole());
}

async fn head(world: &World, key: domain::Key) -> (Id, u64) {
    let dossier = world.store.dossier(&ada(), key).await.unwrap();
    let kept = dossier.incidents.iter().next().unwrap();
    let incident: &Incident = &kept.record;
    (incident.id.clone(), kept.version)
}
