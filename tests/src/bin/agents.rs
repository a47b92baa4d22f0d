//! The registry with 10,000 agents and 50,000 grants, and a million records of what they did: how soon its list, its
//! filters, the page of one agent and the map of confirmations answer. Client and server share this machine.

use std::fmt::Write;
use std::time::{Duration, Instant};

use acceptance::{Person, World};
use domain::access::{Permit, Role};
use domain::agent::{AgentDraft, AgentEntry, GrantDraft};
use serde_json::{Value, json};
use store::{Actor, parse_draft};

const AGENTS: usize = 10_000;
const GRANTS: usize = 5;
const RECORDS: usize = 1_000_000;
const ROUNDS: usize = 20;
/// What the slowest of the rounds may take.
const MOST: Duration = Duration::from_millis(200);

#[tokio::main]
async fn main() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let begun = Instant::now();
    let last = fill(&world).await;
    println!("{AGENTS} agents with {} grants are written in {:.0} s", AGENTS * GRANTS, begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    tell(&world).await;
    println!("{RECORDS} records of them are read in {:.0} s", begun.elapsed().as_secs_f64());
    let mut is_slow = false;
    for path in [
        "/agents".to_string(),
        "/agents?overdue=true".into(),
        "/agents?unowned=true".into(),
        "/agents?q=app-77".into(),
        "/agents?owner=Ada&status=active".into(),
        format!("/agents?cursor={last}"),
        format!("/agents/{last}"),
        "/incidents/INC-1/confirmations".into(),
        "/incidents/INC-1/confirmations?by=agent".into(),
        "/incidents/INC-1/confirmations?actor=app-77".into(),
    ] {
        is_slow |= !ask(&ada, &path).await;
    }
    assert!(!is_slow, "at least one page takes longer than {} ms", MOST.as_millis());
}

async fn fill(world: &World) -> String {
    let actor = Actor::system();
    let mut last = String::new();
    for number in 0..AGENTS {
        let act = |entry: &mut AgentEntry| {
            let draft = json!({ "name": format!("agent {number}"), "identifiers": [format!("app-{number}"), format!("bot-{number}")],
                "owner_name": if number % 50 == 0 { "" } else { "Somebody" }, "team": format!("team {}", number % 40), "review_days": 90 });
            let id = entry.register(parse_draft::<AgentDraft>(draft)?)?;
            for grant in 0..GRANTS {
                let draft = json!({ "verbs": ["read", "list"], "resources": [format!("area-{grant}/**"), format!("forum/{number}/*")],
                    "ceiling": "read", "rationale": "Its task needs it." });
                entry.grant(parse_draft::<GrantDraft>(draft)?)?;
            }
            Ok(id)
        };
        last = world.store.register(&actor, Permit::Edit, act).await.expect("it is registered").id.to_string();
    }
    last
}

/// A log of what all of them did.
async fn tell(world: &World) {
    let program = world.program("Otto", Role::Responder, None).await;
    program.ok("POST", "/incidents", json!({ "title": "Ten thousand at work" })).await;
    let actions = ["read", "list", "post", "delete"];
    let mut log = String::new();
    for number in 0..RECORDS {
        let (agent, second) = (number * 7919 % AGENTS, number / 12);
        let at = format!(
            "2026-03-{:02}T{:02}:{:02}:{:02}Z",
            1 + second / 86_400,
            second / 3_600 % 24,
            second / 60 % 60,
            second % 60
        );
        let (action, area) = (actions[number % 17 % 4], number % 5);
        let line = json!({ "time": at, "actor": { "type": "agent", "name": format!("app-{agent}") }, "action": action,
            "resource": format!("area-{area}/{number}"), "outcome": "success" });
        writeln!(log, "{line}").expect("a line");
    }
    let item = program.begin_upload("INC-1", "acts.jsonl", log.into_bytes()).await;
    let path = format!("/incidents/INC-1/evidence/{}/reading", item["id"].as_str().expect("an id"));
    while program.ok("GET", &path, Value::Null).await["state"] == "reading" {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Asks for a page some times; answers whether each was quick enough.
async fn ask(ada: &Person, path: &str) -> bool {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let page = ada.get(path).await;
        times.push(begun.elapsed());
        page.has_status(200);
    }
    times.sort();
    let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{path}: median {:.1} ms, most {:.1} ms", median.as_secs_f64() * 1000.0, most.as_secs_f64() * 1000.0);
    most <= MOST
}
