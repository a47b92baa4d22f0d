//! Accounts, and the ways in.

use domain::RefusalKind;
use domain::access::{Role, Scope};
use domain::claim::ClaimDraft;
use serde_json::json;
use store::{Answer, Error, NewToken, NewUser, User};

use crate::world::{World, ada, claim, refusal, scribe, vera};

on_both_engines!(
    the_first_account_is_set_up_by_link,
    a_person_signs_in,
    too_many_failures_lock_out_for_a_while,
    a_known_device_has_a_count_of_its_own,
    a_closed_account_opens_nothing,
    an_invitation_works_once,
    a_token_stands_for_its_account,
    only_people_manage_accounts,
    people_keep_their_own_settings,
    an_idempotent_write_is_answered_again,
    a_change_under_a_key_carries_its_answer,
    who_lost_a_key_changes_nothing,
);

const PASSWORD: &str = "correct horse battery staple";

async fn user(world: &World, email: &str, role: Role) -> User {
    let new = NewUser { email: email.into(), name: email.replace('@', " of "), role, password: PASSWORD.into() };
    world.store.create_user(&ada(), new).await.unwrap()
}

async fn the_first_account_is_set_up_by_link(world: World) {
    let store = &world.store;
    assert!(store.needs_setup().await.unwrap());
    let old = store.setup_token().await.unwrap();
    let secret = store.setup_token().await.unwrap();
    refusal(store.check_setup_token(&old).await);
    refusal(store.set_up(&old, "ada@example.org", "Ada", PASSWORD).await);
    store.check_setup_token(&secret).await.unwrap();
    assert_eq!(refusal(store.set_up(&secret, "ada", "Ada", PASSWORD).await).field.as_deref(), Some("email"));
    let user = store.set_up(&secret, "ada@example.org", "Ada", PASSWORD).await.unwrap();
    assert_eq!(user.role, Role::Admin);
    assert!(!store.needs_setup().await.unwrap());
    refusal(store.set_up(&secret, "eve@example.org", "Eve", PASSWORD).await);
    let late = store.setup_token().await.unwrap();
    refusal(store.set_up(&late, "eve@example.org", "Eve", PASSWORD).await);
}

async fn a_person_signs_in(world: World) {
    let known = user(&world, " Grace@Example.org ", Role::Responder).await;
    assert_eq!(known.email, "grace@example.org");
    let signed_in = world.store.authenticate("GRACE@example.org", PASSWORD, "192.0.2.1", None).await.unwrap();
    assert_eq!(signed_in, known);
    assert_eq!(world.store.user(&known.id).await.unwrap().actor().role, Role::Responder);
    assert_eq!(world.store.user_by_email("Grace@example.org").await.unwrap().id, known.id);
    let again =
        NewUser { email: "grace@example.org".into(), name: "G".into(), role: Role::Viewer, password: PASSWORD.into() };
    assert_eq!(refusal(world.store.create_user(&ada(), again).await).field.as_deref(), Some("email"));
    let short =
        NewUser { email: "x@example.org".into(), name: "X".into(), role: Role::Viewer, password: "short".into() };
    assert_eq!(refusal(world.store.create_user(&ada(), short).await).field.as_deref(), Some("password"));
    assert!(matches!(world.store.user(&"nobody".into()).await, Err(Error::Unauthorised)));
}

async fn too_many_failures_lock_out_for_a_while(world: World) {
    user(&world, "grace@example.org", Role::Responder).await;
    let sign_in = async |email: &str, password: &str, address: &str| {
        world.store.authenticate(email, password, address, None).await
    };
    for _ in 0..5 {
        assert_eq!(
            refusal(sign_in("grace@example.org", "wrong", "192.0.2.1").await).field.as_deref(),
            Some("password")
        );
    }
    let Err(Error::TooMany { sentence, retry_after_seconds }) =
        sign_in("grace@example.org", PASSWORD, "192.0.2.1").await
    else {
        panic!("this should be too many");
    };
    assert_eq!((sentence.as_str(), retry_after_seconds), ("Too many attempts failed. Try again in 15 minutes.", 900));
    sign_in("grace@example.org", PASSWORD, "192.0.2.2").await.unwrap();
    world.clock.advance_seconds(901);
    for _ in 0..10 {
        sign_in("grace@example.org", PASSWORD, "192.0.2.1").await.unwrap();
    }
    for number in 0..30 {
        refusal(sign_in(&format!("nobody{number}@example.org"), "wrong", "192.0.2.9").await);
    }
    assert!(matches!(sign_in("grace@example.org", PASSWORD, "192.0.2.9").await, Err(Error::TooMany { .. })));
    sign_in("grace@example.org", PASSWORD, "192.0.2.1").await.unwrap();
    world.clock.advance_seconds(2 * 24 * 3600);
    world.store.sweep().await.unwrap();
}

async fn a_known_device_has_a_count_of_its_own(world: World) {
    let grace = user(&world, "grace@example.org", Role::Responder).await;
    let alan = user(&world, "alan@example.org", Role::Responder).await;
    let sign_in = async |password: &str, address: &str, device: Option<&str>| {
        world.store.authenticate("grace@example.org", password, address, device).await
    };
    let device = world.store.remember_device(&grace.id, None).await.unwrap();
    assert_eq!(world.store.remember_device(&grace.id, Some(&device)).await.unwrap(), device, "one cookie is enough");
    assert_ne!(world.store.remember_device(&grace.id, Some("made up")).await.unwrap(), "made up", "nobody plants one");
    let others = world.store.remember_device(&alan.id, None).await.unwrap();
    for number in 0..10 {
        refusal(sign_in("wrong", &format!("192.0.2.{number}"), Some(&others)).await);
    }
    for shown in [None, Some("made up"), Some(""), Some(others.as_str())] {
        let Err(Error::TooMany { retry_after_seconds, .. }) = sign_in(PASSWORD, "192.0.2.99", shown).await else {
            panic!("strangers wait");
        };
        assert!(retry_after_seconds <= 60, "and only for a minute");
    }
    sign_in(PASSWORD, "192.0.2.99", Some(&device)).await.unwrap();
    for _ in 0..10 {
        refusal(sign_in("wrong", "192.0.2.99", Some(&device)).await);
    }
    assert!(matches!(sign_in(PASSWORD, "192.0.2.99", Some(&device)).await, Err(Error::TooMany { .. })));
    world.clock.advance_seconds(901);
    sign_in(PASSWORD, "192.0.2.99", Some(&device)).await.unwrap();
    // Only the latest are known, and none for ever.
    for _ in 0..20 {
        world.clock.advance_seconds(1);
        world.store.remember_device(&grace.id, None).await.unwrap();
    }
    let rows: i64 =
        sqlx::query_scalar("select cast(count(*) as bigint) from devices").fetch_one(&world.backdoor).await.unwrap();
    assert_eq!(rows, 21);
    world.clock.advance_seconds(store::DEVICE_DAYS * 24 * 3600 + 1);
    world.store.sweep().await.unwrap();
    let rows: i64 =
        sqlx::query_scalar("select cast(count(*) as bigint) from devices").fetch_one(&world.backdoor).await.unwrap();
    assert_eq!(rows, 0);
}

async fn a_closed_account_opens_nothing(world: World) {
    let store = &world.store;
    let admin = user(&world, "ada@example.org", Role::Admin).await;
    let grace = user(&world, "grace@example.org", Role::Responder).await;
    let new = NewToken { name: "script".into(), scope: Scope::Write, agent: None, expires_days: None };
    let (_, secret) = store.create_token(&grace.actor(), &grace.id, new).await.unwrap();
    store.authenticate_token(&secret).await.unwrap();
    store.disable_user(&admin.actor(), &grace.id).await.unwrap();
    assert!(matches!(store.authenticate_token(&secret).await, Err(Error::Unauthorised)));
    assert!(matches!(store.user(&grace.id).await, Err(Error::Unauthorised)));
    refusal(store.authenticate("grace@example.org", PASSWORD, "192.0.2.1", None).await);
    assert_eq!(refusal(store.disable_user(&admin.actor(), &admin.id).await).kind, RefusalKind::State);
    assert_eq!(refusal(store.set_role(&admin.actor(), &admin.id, Role::Viewer).await).kind, RefusalKind::State);
    store.enable_user(&admin.actor(), &grace.id).await.unwrap();
    store.authenticate("grace@example.org", PASSWORD, "192.0.2.1", None).await.unwrap();
    assert!(matches!(store.authenticate_token(&secret).await, Err(Error::Unauthorised)), "tokens stay revoked");
    assert_eq!(store.users(&vera()).await.unwrap().len(), 2);
}

async fn an_invitation_works_once(world: World) {
    let store = &world.store;
    let secret = store.invite(&ada(), "Vera@example.org", Role::Viewer).await.unwrap();
    assert_eq!(store.invitation(&secret).await.unwrap().email, "vera@example.org");
    assert_eq!(store.invitations(&ada()).await.unwrap().len(), 1);
    let user = store.accept_invitation(&secret, "Vera", PASSWORD).await.unwrap();
    assert_eq!((user.role, user.email.as_str()), (Role::Viewer, "vera@example.org"));
    assert_eq!(refusal(store.accept_invitation(&secret, "Eve", PASSWORD).await).kind, RefusalKind::Absent);
    let late = store.invite(&ada(), "late@example.org", Role::Viewer).await.unwrap();
    let withdrawn = store.invite(&ada(), "other@example.org", Role::Viewer).await.unwrap();
    let id = store.invitation(&withdrawn).await.unwrap().id;
    store.withdraw_invitation(&ada(), &id).await.unwrap();
    refusal(store.invitation(&withdrawn).await);
    world.clock.advance_seconds(8 * 24 * 3600);
    refusal(store.accept_invitation(&late, "Late", PASSWORD).await);
}

async fn a_token_stands_for_its_account(world: World) {
    let store = &world.store;
    let grace = user(&world, "grace@example.org", Role::Responder).await;
    let new =
        NewToken { name: "scribe".into(), scope: Scope::Write, agent: Some("scribe".into()), expires_days: Some(1) };
    let (token, secret) = store.create_token(&grace.actor(), &grace.id, new.clone()).await.unwrap();
    assert!(secret.starts_with("inq_") && token.last_used_at.is_none());
    let actor = store.authenticate_token(&secret).await.unwrap();
    assert_eq!(
        (actor.person.agent.as_deref(), actor.scope, actor.role),
        (Some("scribe"), Scope::Write, Role::Responder)
    );
    assert!(store.tokens(&grace.actor(), &grace.id).await.unwrap()[0].last_used_at.is_some());
    assert!(matches!(store.authenticate_token("inq_wrong").await, Err(Error::Unauthorised)));
    assert_eq!(refusal(store.create_token(&actor, &grace.id, new.clone()).await).kind, RefusalKind::Forbidden);
    assert_eq!(refusal(store.create_token(&vera(), &grace.id, new.clone()).await).kind, RefusalKind::Forbidden);
    world.clock.advance_seconds(25 * 3600);
    assert!(matches!(store.authenticate_token(&secret).await, Err(Error::Unauthorised)), "it has expired");
    let (token, secret) = store.create_token(&ada(), &grace.id, new).await.unwrap();
    store.revoke_token(&grace.actor(), &grace.id, &token.id).await.unwrap();
    assert!(matches!(store.authenticate_token(&secret).await, Err(Error::Unauthorised)), "it was revoked");
}

async fn only_people_manage_accounts(world: World) {
    let store = &world.store;
    let grace = user(&world, "grace@example.org", Role::Responder).await;
    let agent = store::Actor { role: Role::Admin, ..scribe() };
    for actor in [agent, vera()] {
        let new =
            NewUser { email: "x@example.org".into(), name: "X".into(), role: Role::Admin, password: PASSWORD.into() };
        assert_eq!(refusal(store.create_user(&actor, new).await).kind, RefusalKind::Forbidden);
        assert_eq!(refusal(store.disable_user(&actor, &grace.id).await).kind, RefusalKind::Forbidden);
        assert_eq!(refusal(store.set_role(&actor, &grace.id, Role::Admin).await).kind, RefusalKind::Forbidden);
        assert_eq!(refusal(store.set_password(&actor, &grace.id, PASSWORD).await).kind, RefusalKind::Forbidden);
        assert_eq!(refusal(store.invite(&actor, "x@example.org", Role::Admin).await).kind, RefusalKind::Forbidden);
    }
}

async fn people_keep_their_own_settings(world: World) {
    let store = &world.store;
    let grace = user(&world, "grace@example.org", Role::Responder).await;
    store.set_zone(&grace.actor(), "Europe/Berlin").await.unwrap();
    store.set_theme(&grace.actor(), "dark").await.unwrap();
    store.set_name(&grace.actor(), "Grace H.").await.unwrap();
    let now = store.user(&grace.id).await.unwrap();
    assert_eq!((now.zone.as_str(), now.theme.as_str(), now.name.as_str()), ("Europe/Berlin", "dark", "Grace H."));
    assert_eq!(refusal(store.set_zone(&grace.actor(), "Mars/Base").await).field.as_deref(), Some("zone"));
    refusal(store.set_theme(&grace.actor(), "pink").await);
    assert_eq!(
        refusal(store.change_password(&grace.actor(), "wrong", "another good one").await).field.as_deref(),
        Some("current")
    );
    store.change_password(&grace.actor(), PASSWORD, "another good one").await.unwrap();
    store.authenticate("grace@example.org", "another good one", "192.0.2.1", None).await.unwrap();
    store.set_password(&ada(), &grace.id, "given by an admin").await.unwrap();
    store.authenticate("grace@example.org", "given by an admin", "192.0.2.1", None).await.unwrap();
}

async fn an_idempotent_write_is_answered_again(world: World) {
    let store = &world.store;
    let answer = Answer { status: 201, body: "{\"key\":\"INC-1\"}".into() };
    assert_eq!(store.idempotency(&ada(), "k", b"POST /incidents").await.unwrap(), None);
    assert_eq!(refusal(store.idempotency(&ada(), "k", b"POST /incidents").await).kind, RefusalKind::State);
    store.remember_idempotent(&ada(), "k", &answer).await.unwrap();
    assert_eq!(store.idempotency(&ada(), "k", b"POST /incidents").await.unwrap(), Some(answer));
    assert_eq!(refusal(store.idempotency(&ada(), "k", b"POST /other").await).kind, RefusalKind::Rule);
    assert_eq!(store.idempotency(&vera(), "k", b"POST /other").await.unwrap(), None, "keys are each account's own");
    store.forget_idempotent(&vera(), "k").await.unwrap();
    assert_eq!(store.idempotency(&vera(), "k", b"POST /other").await.unwrap(), None);
    world.clock.advance_seconds(25 * 3600);
    assert_eq!(store.idempotency(&ada(), "k", b"POST /other").await.unwrap(), None, "a day has passed");
}

/// The server dies after the change and before its answer was kept.
async fn a_change_under_a_key_carries_its_answer(world: World) {
    let key = world.incident(json!({})).await;
    assert_eq!(world.store.idempotency(&ada(), "k", b"POST claim").await.unwrap(), None);
    let actor = ada();
    let added = world.add::<ClaimDraft>(&actor, key, claim("Once", "a"));
    let added = world.store.under_key(&actor, "k", added).await.unwrap();
    let other = store::Store::open(&world.settings).await.unwrap();
    let answer = other.idempotency(&ada(), "k", b"POST claim").await.unwrap().expect("an answer");
    assert_eq!(answer.status, 201);
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&body["statement"], &body["id"]), (&json!("Once"), &json!(added.value)));
    assert_eq!(body["version"], added.version);
}

/// It took so long that somebody else asked again under the same key.
async fn who_lost_a_key_changes_nothing(world: World) {
    let key = world.incident(json!({})).await;
    assert_eq!(world.store.idempotency(&ada(), "k", b"POST claim").await.unwrap(), None);
    world.clock.advance_seconds(30);
    let other = store::Store::open(&world.settings).await.unwrap();
    assert_eq!(other.idempotency(&ada(), "k", b"POST claim").await.unwrap(), None);
    let actor = ada();
    let late = world.add::<ClaimDraft>(&actor, key, claim("Late", "a"));
    let late = world.store.under_key(&actor, "k", late).await;
    assert!(matches!(late, Err(store::Error::Busy(_))), "{late:?}");
    world.store.forget_idempotent(&ada(), "k").await.unwrap();
    let draft = store::parse_draft::<ClaimDraft>(claim("Once", "a")).unwrap();
    let once = other.enter(&actor, key, domain::access::Permit::Edit, |entry| entry.add(draft));
    other.under_key(&actor, "k", once).await.unwrap();
    assert_eq!(other.dossier(&ada(), key).await.unwrap().claims.len(), 1);
}
