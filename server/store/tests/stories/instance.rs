//! The log of the instance: each administrative act is a line of it, and so is whoever was not let in.

use domain::access::{Role, Scope};
use domain::instance::InstanceNoun;
use domain::instance::told::tell;
use domain::watch::{NoticeDraft, RuleKind, SourceDraft};
use serde_json::json;
use store::{Actor, Error, InstanceFilter, NewToken, NewUser, StoredInstanceChange, User, parse_draft};

use crate::world::{World, ada, grace, refusal};

const PASSWORD: &str = "correct horse battery staple";

on_both_engines!(
    each_administrative_act_is_a_line,
    admins_read_the_log_and_no_program_of_an_agent,
    the_log_is_narrowed_to_a_person_and_a_kind,
    refused_sign_ins_are_told_so_many_an_hour,
    a_refused_sign_in_keeps_nothing_that_was_typed,
);

async fn user(world: &World, name: &str, role: Role) -> User {
    let email = format!("{}@example.org", name.to_lowercase());
    let new = NewUser { email, name: name.into(), role, password: PASSWORD.into() };
    world.store.create_user(&ada(), new).await.unwrap()
}

fn token(name: &str) -> NewToken {
    NewToken { name: name.into(), scope: Scope::Write, agent: None, expires_days: None }
}

/// What the log says after a version.
async fn told(world: &World, since: u64) -> Vec<String> {
    let names = world.store.account_names(&ada()).await.unwrap();
    let lines = world.store.instance_changes(&ada(), since, 1000).await.unwrap();
    lines.into_iter().map(|line| tell(&line.into_change(), &names).sentence()).collect()
}

async fn each_administrative_act_is_a_line(world: World) {
    let store = &world.store;
    let rita = user(&world, "Rita", Role::Viewer).await;
    let her = rita.actor();
    let begun = store.instance_head(&ada()).await.unwrap().version;
    store.set_role(&ada(), &rita.id, Role::Admin).await.unwrap();
    store.set_name(&her, "Rita R.").await.unwrap();
    store.set_zone(&her, "Europe/Paris").await.unwrap();
    store.set_theme(&her, "dark").await.unwrap();
    store.set_mail(&her, false).await.unwrap();
    store.change_password(&her, PASSWORD, "another horse battery staple").await.unwrap();
    store.set_password(&ada(), &rita.id, PASSWORD).await.unwrap();
    let (made, _) = store.create_token(&her, &rita.id, token("ci")).await.unwrap();
    store.revoke_token(&ada(), &rita.id, &made.id).await.unwrap();
    store.create_token(&her, &rita.id, token("left")).await.unwrap();
    let link = store.invite(&ada(), "eve@example.org", Role::Reviewer).await.unwrap();
    store.accept_invitation(&link, "Eve", PASSWORD).await.unwrap();
    store.invite(&ada(), "late@example.org", Role::Viewer).await.unwrap();
    let late = store.invitations(&ada()).await.unwrap().remove(0).id;
    store.withdraw_invitation(&ada(), &late).await.unwrap();
    // Ada is no account here, so that somebody else is left to manage accounts.
    user(&world, "Root", Role::Admin).await;
    store.disable_user(&ada(), &rita.id).await.unwrap();
    store.enable_user(&ada(), &rita.id).await.unwrap();
    let source = parse_draft::<SourceDraft>(json!({"name": "Traces"})).unwrap();
    let (card, _) = store.create_source(&ada(), source).await.unwrap();
    store.renew_source_token(&ada(), &card.id).await.unwrap();
    store.close_source(&ada(), &card.id).await.unwrap();
    let stop = json!({"name": "Pager", "url": "https://stop.example.org/x", "secret": "INQUEST_SECRET_STOP"});
    let stop = store.create_stop(&ada(), parse_draft(stop).unwrap()).await.unwrap();
    store.retire_stop(&ada(), &stop.id).await.unwrap();
    store.set_rule(&ada(), RuleKind::Burst, parse_draft(json!({"window_seconds": 600})).unwrap()).await.unwrap();
    store.set_notices(&ada(), parse_draft::<NoticeDraft>(json!({"per_hour": 3})).unwrap()).await.unwrap();
    store.authenticate("rita@example.org", "a guess", "203.0.113.7", None).await.unwrap_err();
    let expected = [
        "Ada changed Rita’s role from viewer to admin",
        "Rita changed their name from “Rita” to “Rita R.”",
        "Rita set their time zone to Europe/Paris",
        "Rita set their colours to dark",
        "Rita turned their mail off",
        "Rita changed their password",
        "Ada changed Rita R.’s password",
        "Rita made the token “ci” with scope write",
        "Ada revoked the token “ci” of Rita R.",
        "Rita made the token “left” with scope write",
        "Ada invited eve@example.org as reviewer",
        "Eve accepted the invitation of eve@example.org as reviewer",
        "Eve opened their account as reviewer",
        "Ada invited late@example.org as viewer",
        "Ada withdrew the invitation of late@example.org",
        "Ada opened an account for Root as admin",
        "Ada disabled the account of Rita R.",
        "Ada revoked the token “left” of Rita R.",
        "Ada enabled the account of Rita R.",
        "Ada added the source “Traces”",
        "Ada gave the source “Traces” a new token",
        "Ada closed the source “Traces”",
        "Ada added the way to stop agents “Pager”",
        "Ada retired the way to stop agents “Pager”",
        "Ada set the rule “Burst”",
        "Ada set who is told of alerts",
        "A sign-in as Rita R. from 203.0.113.0/24 was refused: wrong password",
    ];
    let burst = RuleKind::Burst.label();
    let expected: Vec<String> = expected.map(|line| line.replace("“Burst”", &format!("“{burst}”"))).into();
    assert_eq!(told(&world, begun).await, expected);
    let report = store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:#?}");
}

async fn admins_read_the_log_and_no_program_of_an_agent(world: World) {
    user(&world, "Rita", Role::Viewer).await;
    let agent = domain::Person { agent: Some("scribe".into()), ..ada().person };
    let refused = [
        grace(),
        Actor { scope: Scope::Write, ..ada() },
        Actor { scope: Scope::Read, ..ada() },
        Actor { person: agent, ..ada() },
    ];
    for actor in refused {
        let store = &world.store;
        let kinds = [
            refusal(store.instance_changes(&actor, 0, 9).await).kind,
            refusal(store.instance_log(&actor, &InstanceFilter::default(), None, 9).await).kind,
            refusal(store.instance_head(&actor).await).kind,
        ];
        assert_eq!(kinds, [domain::RefusalKind::Forbidden; 3], "{actor:?}");
    }
    assert_eq!(world.store.instance_changes(&ada(), 0, 9).await.unwrap().len(), 2);
}

async fn the_log_is_narrowed_to_a_person_and_a_kind(world: World) {
    let store = &world.store;
    let link = store.invite(&ada(), "ev_e@example.org", Role::Admin).await.unwrap();
    let eve = store.accept_invitation(&link, "Eve", PASSWORD).await.unwrap();
    store.invite(&ada(), "evxe@example.org", Role::Viewer).await.unwrap();
    let rita = user(&world, "Rita", Role::Viewer).await;
    store.create_token(&eve.actor(), &rita.id, token("ci")).await.unwrap();
    store.create_token(&eve.actor(), &eve.id, token("own")).await.unwrap();
    let log = async |noun: Option<InstanceNoun>, person: Option<&User>, before: Option<u64>, limit: u32| {
        let filter = InstanceFilter { noun, person: person.map(|user| user.id.clone()) };
        store.instance_log(&ada(), &filter, before, limit).await.unwrap()
    };
    let versions = |lines: &[StoredInstanceChange]| lines.iter().map(|line| line.version).collect::<Vec<_>>();
    // 1 the log begins, 2 and 3 her invitation and its acceptance, 4 her account, 5 somebody else's invitation, 6 Rita's
    // account, 7 and 8 the tokens.
    let all = log(None, None, None, 200).await;
    assert_eq!(versions(&all.items), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(versions(&log(None, Some(&eve), None, 200).await.items), [8, 7, 4, 3, 2]);
    assert_eq!(versions(&log(None, Some(&rita), None, 200).await.items), [7, 6]);
    assert_eq!(versions(&log(Some(InstanceNoun::Token), Some(&rita), None, 200).await.items), [7]);
    assert_eq!(versions(&log(Some(InstanceNoun::Invitation), None, None, 200).await.items), [5, 3, 2]);
    let first = log(None, None, None, 3).await;
    assert_eq!((versions(&first.items), first.next_cursor.as_deref()), (vec![8, 7, 6], Some("6")));
    assert_eq!(versions(&log(None, None, Some(6), 3).await.items), [5, 4, 3]);
    let nobody = InstanceFilter { noun: None, person: Some("nobody%".into()) };
    assert!(store.instance_log(&ada(), &nobody, None, 9).await.unwrap().items.is_empty());
    let head = store.instance_head(&ada()).await.unwrap();
    assert_eq!((head.version, head.signed), (8, None));
    assert_eq!(head.hash, all.items[0].hash);
    store.checkpoint().await.unwrap();
    // The key that signs is a line, too.
    let head = store.instance_head(&ada()).await.unwrap();
    assert_eq!(head.signed.map(|(version, _)| version), Some(head.version));
}

async fn refused_sign_ins_are_told_so_many_an_hour(world: World) {
    let store = &world.store;
    user(&world, "Rita", Role::Viewer).await;
    let begun = store.instance_head(&ada()).await.unwrap().version;
    for number in 0..40 {
        let (email, place) = if number % 4 == 0 { ("rita@example.org", 0) } else { ("who@example.org", number) };
        let tried = store.authenticate(email, "a guess", &format!("203.0.{place}.9"), None).await;
        assert!(matches!(tried, Err(Error::Refused(_) | Error::TooMany { .. })), "{tried:?}");
    }
    let lines = told(&world, begun).await;
    assert_eq!(lines.len(), 12, "{lines:#?}");
    assert_eq!(lines[0], "A sign-in as Rita from 203.0.0.0/24 was refused: wrong password");
    assert_eq!(lines[1], "A sign-in from 203.0.1.0/24 was refused: no account has this address");
    store.sweep().await.unwrap();
    assert_eq!(told(&world, begun).await.len(), 12, "the hour is not over");
    world.clock.advance_seconds(3600);
    store.sweep().await.unwrap();
    store.sweep().await.unwrap();
    let lines = told(&world, begun).await;
    let counted = "28 more sign-ins were refused within the hour beside those told; tried altogether: Rita (10)";
    assert_eq!(lines[12..], [counted]);
    // The next hour begins anew.
    store.authenticate("rita@example.org", "a guess", "203.0.113.7", None).await.unwrap_err();
    assert_eq!(told(&world, begun).await.len(), 14);
    let report = store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:#?}");
}

async fn a_refused_sign_in_keeps_nothing_that_was_typed(world: World) {
    let store = &world.store;
    let gone = user(&world, "Gone", Role::Viewer).await;
    user(&world, "Root", Role::Admin).await;
    store.disable_user(&ada(), &gone.id).await.unwrap();
    let begun = store.instance_head(&ada()).await.unwrap().version;
    // Somebody types the password into the wrong field.
    store.authenticate("my secret pass phrase", "x", "2001:db8:1:2::/64", None).await.unwrap_err();
    store.authenticate("gone@example.org", PASSWORD, "192.0.2.200", None).await.unwrap_err();
    let lines = told(&world, begun).await;
    let expected = [
        "A sign-in from 2001:db8:1:2::/64 was refused: no account has this address",
        "A sign-in as Gone from 192.0.2.0/24 was refused: the account is disabled",
    ];
    assert_eq!(lines, expected);
    for hidden in ["secret pass", "192.0.2.200"] {
        let kept = sqlx::query("select 1 from subject_changes where after like $1").bind(format!("%{hidden}%"));
        assert!(kept.fetch_all(&world.backdoor).await.unwrap().is_empty(), "{hidden}");
    }
}
