//! An instance with something in every table, and flips of what is no plain table.

use bytes::Bytes;
use domain::access::{Permit, Role, Scope};
use domain::agent::{AgentCommentDraft, AgentDraft, AgentEntry, GrantDraft};
use domain::claim::{Claim, ClaimDraft};
use domain::comment::CommentDraft;
use domain::gap::GapDraft;
use domain::import::ImportState;
use domain::reader::log::{LogActor, LogRecord, Raw};
use domain::remediation::RemediationDraft;
use domain::timeline::{Effect, Verb};
use domain::vocabulary::PrincipalKind;
use domain::watch::{Act, Intake, MuteDraft, Place, RuleKind};
use domain::{Id, Key};
use serde_json::json;
use sqlx::AssertSqlSafe;
use store::{AlertFilter, Description, NewToken, NewUser, User, parse_draft};

use super::chance::Chance;
use super::table::Flip;
use crate::world::{World, ada, claim, grace};

const PASSWORD: &str = "correct horse battery staple";

/// Fills an instance.
pub async fn fill(world: &World) {
    lets_in(world).await;
    register(world).await;
    decide(world).await;
    for number in 0..3 {
        let visibility = if number == 1 { "private" } else { "open" };
        let filed = json!({"title": format!("Agent {number} answers in public"), "visibility": visibility, "agents": ["forum-agent"],
            "tags": ["forum", "public"], "occurred": "2026-03-18 16:00", "declared_severity": 2, "summary": "Grüße, “quoted”"});
        let key = world.incident(filed).await;
        judge(world, key).await;
    }
    read(world, Key(1)).await;
    let published = world.incident(json!({"title": "Agent posts twice"})).await;
    world.publish(published).await;
    world.store.rotate_key().await.unwrap();
    world.store.checkpoint().await.unwrap();
    world.open_backdoor().await;
}

async fn user(world: &World, name: &str, role: Role) -> User {
    let email = format!("{}@example.org", name.to_lowercase());
    world
        .store
        .create_user(&ada(), NewUser { email, name: name.into(), role, password: PASSWORD.into() })
        .await
        .unwrap()
}

/// Accounts, tokens and invitations, with everything that is done to them.
async fn lets_in(world: &World) {
    let store = &world.store;
    let (alan, rita) = (user(world, "Alan", Role::Reviewer).await, user(world, "Rita", Role::Viewer).await);
    let gone = user(world, "Gone", Role::Responder).await;
    let token = |name: &str, scope: Scope| NewToken {
        name: name.into(),
        scope,
        agent: Some("scribe".into()),
        expires_days: Some(30),
    };
    store.create_token(&ada(), &alan.id, token("reads", Scope::Read)).await.unwrap();
    let (revoked, _) = store.create_token(&ada(), &rita.id, token("writes", Scope::Write)).await.unwrap();
    store.create_token(&ada(), &gone.id, token("old", Scope::Admin)).await.unwrap();
    store.revoke_token(&ada(), &rita.id, &revoked.id).await.unwrap();
    store.set_role(&ada(), &rita.id, Role::Admin).await.unwrap();
    store.disable_user(&ada(), &gone.id).await.unwrap();
    store.set_name(&alan.actor(), "Alan T.").await.unwrap();
    store.set_password(&ada(), &rita.id, "another horse battery staple").await.unwrap();
    let link = store.invite(&ada(), "eve@example.org", Role::Responder).await.unwrap();
    store.invite(&ada(), "late@example.org", Role::Viewer).await.unwrap();
    store.invite(&ada(), "withdrawn@example.org", Role::Admin).await.unwrap();
    let withdrawn =
        store.invitations(&ada()).await.unwrap().into_iter().find(|open| open.email.starts_with("withdrawn"));
    store.withdraw_invitation(&ada(), &withdrawn.unwrap().id).await.unwrap();
    store.accept_invitation(&link, "Eve", PASSWORD).await.unwrap();
    for _ in 0..3 {
        store.authenticate("eve@example.org", "a guess", "203.0.113.7", None).await.unwrap_err();
    }
}

/// Agents with grants, a review, and one that was merged.
async fn register(world: &World) {
    let mut ids = Vec::new();
    for name in ["forum-agent", "tickets", "tickets-old"] {
        let sent = json!({"name": name, "identifiers": [format!("app-{name}"), format!("{name}/*")], "owner_name": "Ada",
            "team": "Community", "purpose": "Grüße, “quoted”", "review_days": 90});
        let act = |entry: &mut AgentEntry| entry.register(parse_draft::<AgentDraft>(sent)?);
        let id = world.store.register(&ada(), Permit::Edit, act).await.unwrap().id;
        for verbs in [["read", "post"], ["list", "search"]] {
            let sent =
                json!({"verbs": verbs, "resources": ["forum/*"], "ceiling": "mutating", "rationale": "Questions."});
            let act = |entry: &mut AgentEntry| entry.grant(parse_draft::<GrantDraft>(sent)?);
            world.store.enter_agent(&ada(), &id, Permit::Edit, act).await.unwrap();
        }
        let said = json!({"body": "Who runs it?"});
        let act = |entry: &mut AgentEntry| entry.comment(parse_draft::<AgentCommentDraft>(said)?);
        world.store.enter_agent(&ada(), &id, Permit::Review, act).await.unwrap();
        ids.push(id);
    }
    world.store.unite_agents(&ada(), Permit::Edit, &ids[2], &ids[1]).await.unwrap();
    stop(world, &ids[0]).await;
    for kind in [RuleKind::OutOfScope, RuleKind::Burst] {
        let set = parse_draft(json!({"response": "note", "window_seconds": 600})).unwrap();
        world.store.set_rule(&ada(), kind, set).await.unwrap();
    }
}

/// Alerts, and everything that people say of them.
async fn decide(world: &World) {
    let (store, source) = (&world.store, Id::new("src"));
    let act = |name: &str| {
        let record = LogRecord {
            time: Some(world.clock.now()),
            actor: LogActor { kind: PrincipalKind::Agent, name: name.into(), id: None },
            verb: Verb::Write,
            effect: Effect::Destructive,
            resource: "vault".into(),
            ..LogRecord::at(Raw::default())
        };
        Act { agent: None, place: Place { source: source.clone(), batch: Some(1), segment: None }, record }
    };
    let acts = ["bot-a", "bot-b", "bot-c", "bot-d"].map(act);
    let intake = Intake { source: &source, agents: &[], agents_only: false };
    store.judge_now(&intake, &acts).await.unwrap();
    let found = store.alerts(&ada(), &AlertFilter::default(), None, 100).await.unwrap().items;
    assert_eq!(found.len(), 8, "{found:?}");
    let until = Some(world.clock.now().plus_micros(3_600_000_000));
    for (number, alert) in found.iter().enumerate() {
        let id = &alert.id;
        store.acknowledge_alert(&grace(), id).await.unwrap();
        store.assign_alert(&grace(), id, Some("Rita")).await.unwrap();
        match number % 4 {
            0 => store.call_alert_false(&grace(), id, "A drill, “agreed”.".into()).await.map(drop),
            1 => store.close_alert(&ada(), id, String::new()).await.map(drop),
            2 => {
                let muted = MuteDraft { reason: "A migration runs.".into(), until };
                store.mute_alert(&ada(), id, muted).await.map(drop)
            }
            _ => store.assign_alert(&ada(), id, None).await.map(drop),
        }
        .unwrap();
    }
}

/// Ways to stop agents, and agents that are stopped.
async fn stop(world: &World, agent: &Id) {
    for (name, dry) in [("Pager", false), ("Gateway", true)] {
        let sent = json!({"name": name, "url": "https://stop.example.org/x", "secret": "INQUEST_SECRET_STOP", "is_dry_run": dry,
            "headers": [{"name": "accept", "value": "application/json"}], "undone_by": "By hand.", "agents": [agent]});
        let stop = world.store.create_stop(&ada(), parse_draft(sent).unwrap()).await.unwrap();
        let asked = json!({"reason": "It posts.", "stop": stop.id});
        world.store.contain_agent(&ada(), agent, parse_draft(asked).unwrap()).await.unwrap();
    }
}

/// Records with handles, deleted ones, and what awaits people.
async fn judge(world: &World, key: Key) {
    let member = grace().person;
    world.store.enter(&ada(), key, Permit::Admin, |entry| entry.add_member(member)).await.unwrap();
    let first = world.add::<ClaimDraft>(&grace(), key, claim("One", "a")).await.unwrap().value;
    let second = world.add::<ClaimDraft>(&grace(), key, claim("Two", "b")).await.unwrap().value;
    world.store.enter(&ada(), key, Permit::Edit, |entry| entry.delete::<Claim>(&first)).await.unwrap();
    let gap = json!({"control": "authorization", "state": "bypassed", "statement": "It could write."});
    world.add::<GapDraft>(&ada(), key, gap).await.unwrap();
    for (title, due) in [("Gate writes", "2026-04-01"), ("Watch the log", "2026-03-20")] {
        let draft = json!({"title": title, "kind": "prevent", "enforcement": "hard", "owner": "Alan", "due": due});
        world.add::<RemediationDraft>(&ada(), key, draft).await.unwrap();
    }
    world.clock.advance_seconds(1);
    let said = json!({"about": format!("claim/{second}"), "body": "@alan and @rita, says who?"});
    world.add::<CommentDraft>(&ada(), key, said).await.unwrap();
}

/// A log of two segments, with lines that cannot be read.
async fn read(world: &World, key: Key) {
    let mut text = String::new();
    for number in 0..4200 {
        let (hour, minute, second) = (number / 3600, number / 60 % 60, number % 60);
        text += &format!(
            r#"{{"eventVersion":"1.08","eventTime":"2026-03-18T{hour:02}:{minute:02}:{second:02}Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"10.0.0.{}","userIdentity":{{"type":"IAMUser","userName":"user-{}"}},"requestParameters":{{"bucketName":"repo-a","key":"file-{number}"}},"eventID":{}id-{number}"}}"#,
            number % 7,
            number % 5,
            if number % 1000 == 7 { "" } else { "\"" },
        );
        text.push('\n');
    }
    let described = Description { name: "trail.jsonl".into(), ..Description::default() };
    let mut upload = world.store.begin_evidence(&ada(), key, described).await.unwrap();
    upload.write(Bytes::from(text)).await.unwrap();
    let id = upload.finish().await.unwrap().0;
    finish_reading(world, key, &id).await;
}

async fn finish_reading(world: &World, key: Key, id: &Id) {
    for _ in 0..600 {
        let reading = world.store.incident(&ada(), key).await.unwrap().reading(id).await.unwrap();
        if reading.is_some_and(|reading| reading.state == ImportState::Read) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the log was not read in 30 s");
}

/// Alters the word index or the bytes of evidence.
pub async fn flip_other(world: &World, name: &str, chance: &mut Chance) -> Flip {
    if name == "evidence" {
        let blob = blob(world);
        let mut bytes = std::fs::read(&blob).unwrap();
        std::fs::write(kept(world), &bytes).unwrap();
        if chance.below(5) == 0 {
            std::fs::remove_file(&blob).unwrap();
            return "evidence: a file taken out".into();
        }
        let place = chance.below(bytes.len());
        bytes[place] ^= 1 << chance.below(8);
        std::fs::write(&blob, bytes).unwrap();
        return "evidence: one bit".into();
    }
    let number = chance.below(3) + 1;
    if world.is_postgres() {
        // There the index is one over `incidents.words`, kept by the database itself.
        sql(world, format!("update incidents set words = words || ' smuggled' where number = {number}")).await;
        return "incidents.words: a word put in".into();
    }
    let (statements, flip): (&[&str], &str) = match chance.below(4) {
        0 => (&["delete from incident_words where rowid = $1"], "a document taken out"),
        1 => (&["insert into incident_words (rowid, words) values ($1 + 100, 'forum')"], "a document put in"),
        2 => (
            &[
                "delete from incident_words where rowid = $1",
                "insert into incident_words (rowid, words) select number, words || ' smuggled' from incidents where number = $1",
            ],
            "a word put in",
        ),
        _ => (
            &[
                "delete from incident_words where rowid = $1",
                "insert into incident_words (rowid, words) select number, replace(words, 'forum', '') from incidents where number = $1",
            ],
            "a word taken out",
        ),
    };
    for statement in statements {
        sql(world, statement.replace("$1", &number.to_string())).await;
    }
    format!("incident_words: {flip}")
}

/// Puts the word index or the bytes of evidence back.
pub async fn mend_other(world: &World, name: &str) {
    if name == "evidence" {
        std::fs::copy(kept(world), blob_path(world)).unwrap();
        return;
    }
    if world.is_postgres() {
        sql(
            world,
            "update incidents set words = (select k.words from kept_incidents k where k.id = incidents.id)".into(),
        )
        .await;
        return;
    }
    sql(world, "delete from incident_words where rowid > 0".into()).await;
    sql(world, "insert into incident_words (rowid, words) select number, words from incidents".into()).await;
}

fn kept(world: &World) -> std::path::PathBuf {
    world.dir.join("kept.bytes")
}

fn blob(world: &World) -> std::path::PathBuf {
    let path = blob_path(world);
    assert!(path.is_file(), "there is one item of evidence");
    path
}

/// Where the one item of evidence is: it is remembered, for it may be gone.
fn blob_path(world: &World) -> std::path::PathBuf {
    let mut folders = std::fs::read_dir(world.dir.join("evidence")).unwrap().map(|entry| entry.unwrap().path());
    let folder = folders
        .find(|path| path.is_dir() && path.file_name().is_some_and(|name| name.len() == 2))
        .expect("a folder of evidence");
    let file = std::fs::read_dir(&folder).unwrap().next().map(|entry| entry.unwrap().path());
    let remembered = world.dir.join("kept.path");
    match file {
        Some(file) => {
            std::fs::write(remembered, file.to_string_lossy().as_bytes()).unwrap();
            file
        }
        None => std::fs::read_to_string(remembered).unwrap().into(),
    }
}

async fn sql(world: &World, statement: String) {
    sqlx::query(AssertSqlSafe(statement)).execute(&world.backdoor).await.unwrap();
}
