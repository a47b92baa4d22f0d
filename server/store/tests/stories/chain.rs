//! Nobody can change what was written without being found out.

use domain::Key;
use domain::access::{Permit, Role, Scope};
use domain::claim::{Claim, ClaimDraft};
use domain::evidence::Evidence;
use domain::export::{ChainHead, Chained};
use serde_json::json;
use store::{Description, NewToken, NewUser, Store};

use crate::world::{World, ada, claim, grace};

on_both_engines!(
    a_whole_chain_is_verified,
    an_altered_change_breaks_the_chain,
    a_removed_change_is_missed,
    a_cut_off_end_is_missed,
    an_altered_record_is_found,
    a_smuggled_record_is_found,
    a_record_added_and_deleted_in_one_entry_was_never_there,
    an_edit_does_not_cover_up_what_was_altered_before_it,
    a_head_kept_elsewhere_shows_a_log_that_was_shortened_or_rewritten,
    an_instance_from_before_begins_its_log_with_what_is_there,
    every_act_of_an_admin_is_a_line_of_the_log,
    a_reading_from_before_is_held_against_its_bytes,
);

async fn with_changes(world: &World) -> Key {
    let key = world.incident(json!({"summary": "Grüße, “quoted”\n\\ and 1e400"})).await;
    let id = world.add::<ClaimDraft>(&grace(), key, claim("One", "a")).await.unwrap().value;
    world.add::<ClaimDraft>(&grace(), key, claim("Two", "b")).await.unwrap();
    world.store.enter(&ada(), key, Permit::Edit, |entry| entry.delete::<Claim>(&id)).await.unwrap();
    key
}

async fn broken(world: &World) -> String {
    let report = world.store.verify(None).await.unwrap();
    assert_eq!(report.broken.len(), 1, "{report:?}");
    report.broken[0].sentence.clone()
}

async fn a_whole_chain_is_verified(world: World) {
    let key = with_changes(&world).await;
    with_changes(&world).await;
    let report = world.store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.incidents, report.changes), (2, 8));
    assert_eq!(world.store.verify(Some(key)).await.unwrap().incidents, 1);
    let changes = world.store.incident(&ada(), key).await.unwrap().changes(0, 2).await.unwrap();
    assert_eq!(changes.iter().map(|change| change.version).collect::<Vec<_>>(), [1, 2]);
}

async fn an_altered_change_breaks_the_chain(world: World) {
    with_changes(&world).await;
    assert_eq!(world.sql("update changes set at = at + 1 where version = 2").await, 1);
    let sentence = broken(&world).await;
    assert!(sentence.starts_with("INC-1: change 2 (added claim"), "{sentence}");
}

async fn a_removed_change_is_missed(world: World) {
    with_changes(&world).await;
    world.sql("delete from changes where version = 3").await;
    assert_eq!(broken(&world).await, "INC-1: change 3 is missing from the log.");
}

async fn a_cut_off_end_is_missed(world: World) {
    with_changes(&world).await;
    world.sql("delete from changes where version = 4").await;
    assert!(broken(&world).await.contains("the log ends at change 3, but the incident is at version 4"));
}

async fn an_altered_record_is_found(world: World) {
    with_changes(&world).await;
    assert_eq!(
        world.sql("update records set body = replace(body, 'Two', 'Too') where noun = 'claim' and version = 3").await,
        1
    );
    assert!(broken(&world).await.ends_with("is not what change 3 made of it: the record was altered."));
}

async fn a_smuggled_record_is_found(world: World) {
    with_changes(&world).await;
    world.sql("insert into records (incident_id, noun, id, version, body) select id, 'factor', 'f', 4, '{\"id\":\"f\",\"statement\":\"x\"}' from incidents").await;
    assert_eq!(broken(&world).await, "INC-1: factor f is in no change: it was put there behind the log's back.");
}

async fn a_record_added_and_deleted_in_one_entry_was_never_there(world: World) {
    let key = world.incident(json!({})).await;
    let draft = store::parse_draft::<ClaimDraft>(claim("Oops", "a")).unwrap();
    let entered = world
        .store
        .enter(&ada(), key, Permit::Edit, |entry| {
            let id = entry.add(draft)?;
            entry.delete::<Claim>(&id)
        })
        .await
        .unwrap();
    let fresh = store::Store::open(&world.settings).await.unwrap();
    assert_eq!(fresh.dossier(&ada(), key).await.unwrap().version, entered.version);
    assert!(fresh.verify(None).await.unwrap().is_whole());
}

async fn an_edit_does_not_cover_up_what_was_altered_before_it(world: World) {
    let key = with_changes(&world).await;
    let edits = async |store: &Store, statement: &str| {
        let id = store.dossier(&ada(), key).await.unwrap().claims.iter().next().unwrap().id.clone();
        let draft = store::parse_draft::<ClaimDraft>(claim(statement, "b")).unwrap();
        store.enter(&ada(), key, Permit::Edit, |entry| entry.put_claim(Some(&id), draft)).await.unwrap();
    };
    edits(&world.store, "Two, as it was").await;
    assert!(world.store.verify(None).await.unwrap().is_whole());
    world.sql("update records set body = replace(body, 'as it was', 'as it never was') where noun = 'claim'").await;
    // A process that has not read the record before, so that the edit begins with the altered one.
    let fresh = Store::open(&world.settings).await.unwrap();
    edits(&fresh, "Two, again").await;
    let sentence = broken(&world).await;
    assert!(sentence.contains("does not begin with what the one before it left"), "{sentence}");
}

async fn a_head_kept_elsewhere_shows_a_log_that_was_shortened_or_rewritten(world: World) {
    let key = with_changes(&world).await;
    let heads = world.store.verify(None).await.unwrap().heads;
    assert_eq!(
        heads.iter().map(|head| head.of.clone()).collect::<Vec<_>>(),
        [Chained::Incident(key), Chained::Instance]
    );
    let expect = async |head: ChainHead| {
        let mut report = world.store.verify(None).await.unwrap();
        world.store.expect_heads(&[head], &mut report).await.unwrap();
        report.broken.into_iter().map(|broken| broken.sentence).collect::<Vec<_>>()
    };
    let head = heads[0].clone();
    world.add::<ClaimDraft>(&grace(), key, claim("Three", "c")).await.unwrap();
    assert_eq!(expect(head.clone()).await, [""; 0], "a log that goes on goes through its old head");
    let longer = ChainHead { revision: 99, ..head.clone() };
    assert_eq!(
        expect(longer).await,
        ["INC-1: the log ends at change 5, though it was at revision 99: it was shortened."]
    );
    let other = ChainHead { sha256: "ab".repeat(32), ..head.clone() };
    assert_eq!(expect(other).await, ["INC-1: change 4 is not the one that was expected: the log was rewritten."]);
    let gone = ChainHead { of: Chained::Incident(Key(7)), ..head };
    assert_eq!(expect(gone).await, ["INC-7: it is not here, though it was at revision 4: it was taken out."]);
    let instance = ChainHead { revision: 3, ..heads[1].clone() };
    assert!(expect(instance).await[0].contains("Instance: "));
}

async fn account(store: &Store, name: &str) -> store::User {
    let new = NewUser {
        email: format!("{name}@example.org"),
        name: name.into(),
        role: Role::Viewer,
        password: "correct horse battery staple".into(),
    };
    store.create_user(&ada(), new).await.unwrap()
}

async fn an_instance_from_before_begins_its_log_with_what_is_there(world: World) {
    let user = account(&world.store, "rita").await;
    let new = NewToken { name: "reads".into(), scope: Scope::Read, agent: None, expires_days: None };
    world.store.create_token(&ada(), &user.id, new).await.unwrap();
    // As an older version leaves it: no log.
    world.sql("delete from subject_changes").await;
    world.sql("update subjects set version = 0, head = ''").await;
    assert!(!world.store.verify(None).await.unwrap().is_whole());
    let next = Store::open(&world.settings).await.unwrap();
    let report = next.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    // The log begins with a line that says that it has all decisions about alerts.
    assert_eq!((report.grants, report.changes), (2, 3));
    assert_eq!(world.sql("update subject_changes set kind = kind where kind = 'found'").await, 2);
    // A log that was only taken away is not begun anew.
    world.sql("delete from subject_changes").await;
    let next = Store::open(&world.settings).await.unwrap();
    assert!(!next.verify(None).await.unwrap().is_whole());
}

async fn every_act_of_an_admin_is_a_line_of_the_log(world: World) {
    let store = &world.store;
    let admin = account(store, "alan").await;
    store.set_role(&ada(), &admin.id, Role::Admin).await.unwrap();
    let user = account(store, "rita").await;
    let new = NewToken { name: "reads".into(), scope: Scope::Read, agent: None, expires_days: None };
    let (token, _) = store.create_token(&ada(), &user.id, new.clone()).await.unwrap();
    store.create_token(&ada(), &user.id, new).await.unwrap();
    store.set_role(&ada(), &user.id, Role::Responder).await.unwrap();
    store.revoke_token(&ada(), &user.id, &token.id).await.unwrap();
    store.disable_user(&ada(), &user.id).await.unwrap();
    store.enable_user(&ada(), &user.id).await.unwrap();
    let link = store.invite(&ada(), "eve@example.org", Role::Viewer).await.unwrap();
    store.accept_invitation(&link, "Eve", "correct horse battery staple").await.unwrap();
    store.set_name(&admin.actor(), "Alan T.").await.unwrap();
    // What was refused is no act.
    assert!(store.set_role(&admin.actor(), &admin.id, Role::Viewer).await.is_err());
    let lines: Vec<(String, String)> = sqlx::query_as("select kind, noun from subject_changes order by version")
        .fetch_all(&world.backdoor)
        .await
        .unwrap();
    let lines: Vec<String> = lines.into_iter().map(|(kind, noun)| format!("{kind} {noun}")).collect();
    let expected = [
        "begun alert_step",
        "added account",
        "edited account",
        "added account",
        "added token",
        "added token",
        "edited account",
        "edited token",
        "edited account",
        "edited token",
        "edited account",
        "added invitation",
        "edited invitation",
        "added account",
        "edited account",
    ];
    assert_eq!(lines, expected);
    let report = store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    let secrets = world.sql("update subject_changes set kind = kind where after like '%$argon2%'").await;
    assert_eq!(secrets, 0, "no password is in the log, not even hashed");
}

async fn a_reading_from_before_is_held_against_its_bytes(world: World) {
    let key = world.incident(json!({})).await;
    let described = Description { name: "trail.csv".into(), ..Description::default() };
    let mut upload = world.store.begin_evidence(&ada(), key, described).await.unwrap();
    let text = "time,actor,action\n2026-03-18T16:00:00Z,forum-agent,post\n2026-03-18T16:01:00Z,Asker,read\n";
    upload.write(bytes::Bytes::from(text)).await.unwrap();
    let id = upload.finish().await.unwrap().0;
    let forget = |entry: &mut domain::casefile::Entry| {
        let item = entry.get::<Evidence>(&id)?.record;
        assert!(item.read_sha256.is_some());
        entry.put(Evidence { read_sha256: None, ..item });
        Ok(())
    };
    world.store.enter(&ada(), key, Permit::Edit, forget).await.unwrap();
    assert!(world.store.verify(None).await.unwrap().is_whole());
    world.sql("update log_segments set first_at = first_at + 1").await;
    assert!(broken(&world).await.contains("gives other records than are kept"));
}
