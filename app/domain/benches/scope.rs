//! How many acts a second are weighed against what their agents were granted: 10,000 agents with five grants each, on
//! one core. Fails below a million.

use std::process::ExitCode;

use domain::agent::scope::{Deed, Scope};
use domain::agent::{
    Agent, AgentFile, AgentStatus, ConfirmationRule, Grant, Identifier, Pattern, Scopes, Standing, Task, Until,
};
use domain::timeline::{Effect, Reversibility, Verb};
use domain::vocabulary::Confirmation;
use domain::{Id, Instant};

const AGENTS: usize = 10_000;
const DEEDS: usize = 100_000;
const ROUNDS: usize = 20;
const DECISIONS_A_SECOND_MIN: f64 = 1_000_000.0;

fn main() -> ExitCode {
    let files: Vec<AgentFile> = (0..AGENTS).map(file).collect();
    let built = std::time::Instant::now();
    let scopes = Scopes::of(&files);
    println!("{AGENTS} agents and {} grants, indexed in {:.1?}", AGENTS * 5, built.elapsed());

    let acts: Vec<(String, String)> = (0..DEEDS).map(|number| (name(number), resource(number))).collect();
    let mut counts = vec![0_usize; Scope::ALL.len()];
    let began = std::time::Instant::now();
    for _ in 0..ROUNDS {
        for (number, (name, resource)) in acts.iter().enumerate() {
            counts[scopes.decide(name, &deed(number, resource)).scope as usize] += 1;
        }
    }
    let a_second = (ROUNDS * DEEDS) as f64 / began.elapsed().as_secs_f64();
    for (scope, count) in Scope::ALL.iter().zip(&counts).filter(|(_, count)| **count > 0) {
        println!("{:>9}  {}", count / ROUNDS, scope.word());
    }
    println!("{:.2} million decisions a second on one core", a_second / 1e6);
    if a_second < DECISIONS_A_SECOND_MIN { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn file(number: usize) -> AgentFile {
    let began = Instant::from_micros(0);
    let mut agent = Agent::named(Id::new(format!("agent-{number}")), format!("Agent {number}"), began);
    let identifiers = [format!("svc-agent-{number}@example.com"), format!("agent-{number}/*")];
    agent.identifiers = identifiers.iter().filter_map(|text| Identifier::parse("identifiers", text).ok()).collect();
    agent.history.push(Standing { status: AgentStatus::Active, from: began, by: None, reason: String::new() });
    let grants = (0..5).map(|which| grant(&agent.id, number, which)).collect();
    AgentFile { agent, grants, reviews: Vec::new() }
}

fn grant(agent: &Id, number: usize, which: usize) -> Grant {
    let team = number % 50;
    let texts: [&[String]; 5] = [
        &[format!("forum/team-{team}/*"), "forum/announcements".into()],
        &[format!("arn:aws:s3:::team-{team}/**")],
        &[format!("repos/*/team-{team}/issues/*"), "repos/**/README.md".into()],
        &["cache/**".into()],
        &["**/drafts/*".into()],
    ];
    let verbs: [&[Verb]; 5] = [
        &[Verb::Read, Verb::List, Verb::Search],
        &[Verb::Read, Verb::Write],
        &[Verb::Post, Verb::Read],
        &[Verb::Delete],
        &[Verb::Write],
    ];
    let ceilings = [Effect::Read, Effect::Mutating, Effect::Mutating, Effect::Destructive, Effect::Mutating];
    Grant {
        id: Id::new(format!("grant-{number}-{which}")),
        agent: agent.clone(),
        verbs: verbs[which].to_vec(),
        resources: texts[which].iter().filter_map(|text| Pattern::parse("resources", text).ok()).collect(),
        ceiling: ceilings[which],
        task: Task::default(),
        rule: ConfirmationRule::ALL[number % 3],
        rationale: String::new(),
        approver: None,
        approver_name: String::new(),
        from: Instant::from_micros(0),
        recorded: None,
        until: if number.is_multiple_of(4) { Until::Time { at: Instant::from_micros(500_000) } } else { Until::Never },
        conditions: String::new(),
        ended: None,
        narrows: None,
    }
}

/// Each by its name, by an identifier, and by a pattern; one in a hundred is not registered.
fn name(number: usize) -> String {
    let agent = number * 7_919 % AGENTS;
    match number % 100 {
        0 => format!("stranger {number}"),
        part if part % 3 == 0 => format!("agent {agent}"),
        part if part % 3 == 1 => format!("svc-agent-{agent}@example.com"),
        _ => format!("agent-{agent}/session-{number}"),
    }
}

fn resource(number: usize) -> String {
    let team = number * 7_919 % AGENTS % 50;
    match number % 6 {
        0 => format!("forum/team-{team}/thread-{number}"),
        1 => format!("arn:aws:s3:::team-{team}/reports/2026/{number}.csv"),
        2 => format!("repos/acme/team-{team}/issues/{number}"),
        3 => format!("cache/a/b/{number}"),
        4 => format!("mail/outbox/drafts/{number}"),
        _ => format!("payroll/{number}"),
    }
}

fn deed(number: usize, resource: &str) -> Deed<'_> {
    let verbs = [Verb::Read, Verb::Write, Verb::Post, Verb::Delete, Verb::Write, Verb::Read];
    let effects =
        [Effect::Read, Effect::Mutating, Effect::Mutating, Effect::Destructive, Effect::Mutating, Effect::Read];
    let at = Instant::from_micros((number % 1_000 * 1_000) as i64);
    Deed {
        verb: verbs[number % 6],
        resource,
        effect: effects[number % 6],
        reversibility: Reversibility::Unknown,
        task: "",
        earliest: Some(at),
        latest: Some(at),
        confirmation: Confirmation::ALL[number / 6 % 6],
        people: &[],
    }
}
