//! Many writers on one incident at once, and the search for every one of their edits afterwards.
//!
//! Every edit carries a mark of its own and the version its writer saw. Afterwards the whole log is read: an edit
//! that was acknowledged must stand in it as what it was, on top of what its writer had seen or merged with what
//! came in between; one that was refused must have been answered with both sides, and must not stand anywhere.

mod proof;
mod scenario;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::access::{Role, Scope};
use serde_json::{Value, json};
use store::{Actor, NewToken, NewUser, Store};

use crate::Program;
use crate::stream::Stream;
use crate::world::{PASSWORD, email};

pub use proof::Tally;
pub use scenario::{Disturbance, Size, one_node, two_nodes};

/// The section that is there from the start, with a line for everybody.
const SHARED: &str = "what_happened";
/// The section that everybody wants to write first.
const CONTESTED: &str = "impact";

/// How long a writer tries to read before it gives up: longer than anything that is restarted here is away.
const READ_MAX: Duration = Duration::from_secs(30);

/// How many write, how often, and where.
pub struct Plan {
    /// The nodes; they share a database.
    pub urls: Vec<String>,
    /// One token for each writer.
    pub tokens: Vec<String>,
    /// How often each writes.
    pub edits: usize,
    /// How many edits were sent so far, for whoever wants to disturb them.
    pub sent: Arc<AtomicUsize>,
}

/// What an edit is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The text of the event that everybody edits.
    Body,
    /// Another field of the same event.
    Resource,
    /// One's own line of the shared section.
    Line,
    /// The section that nobody has written yet.
    First,
    /// An event of one's own.
    Event,
}

/// What an edit was answered.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It is done.
    Acknowledged,
    /// Somebody else was faster.
    Conflict(Value),
    /// The node died before it said anything, or does not know itself.
    None,
    /// The node could not reach its database, and says that nothing was stored.
    NotNow,
    /// Something that must not happen.
    Other(u16, Value),
}

/// One edit and what came of it.
#[derive(Debug)]
pub(crate) struct Edit {
    /// Stands in the text and nowhere else.
    pub(crate) mark: String,
    pub(crate) writer: usize,
    pub(crate) target: Target,
    /// The text its writer saw.
    pub(crate) saw: String,
    pub(crate) answer: Answer,
}

/// The name of a writer.
pub(crate) fn name(writer: usize) -> String {
    format!("Writer{writer:02}")
}

/// Opens an account for every writer; answers their tokens.
pub async fn enrol(store: &Store, writers: usize) -> Vec<String> {
    let mut tokens = Vec::new();
    for writer in 0..writers {
        let name = name(writer);
        let new = NewUser { email: email(&name), name, role: Role::Responder, password: PASSWORD.into() };
        let user = store.create_user(&Actor::system(), new).await.expect("the account opens");
        let new = NewToken { name: "writers".into(), scope: Scope::Write, agent: None, expires_days: None };
        tokens.push(store.create_token(&Actor::system(), &user.id, new).await.expect("the token is made").1);
    }
    tokens
}

/// Lets them all write, then looks for every edit.
pub async fn run(plan: Plan) -> Tally {
    let (key, event) = file(&plan).await;
    let begun = Instant::now();
    let followers: Vec<_> =
        (0..plan.urls.len()).map(|node| tokio::spawn(follow(at(&plan, 0), key.clone(), node))).collect();
    let writers: Vec<_> = (0..plan.tokens.len())
        .map(|writer| {
            let (desk, key, event) = (at(&plan, writer), key.clone(), event.clone());
            tokio::spawn(Writer { desk, node: writer, writer, key, event }.work(plan.edits, plan.sent.clone()))
        })
        .collect();
    let mut edits = Vec::new();
    for writer in writers {
        edits.extend(writer.await.expect("a writer ends"));
    }
    let took = begun.elapsed();
    let mut tally = proof::search(&edits, &changes(&at(&plan, 0), &key).await);
    tally.took = took;
    for follower in followers {
        let caught_up = reaches(follower, tally.changes).await;
        tally.behind += usize::from(!caught_up);
    }
    tally
}

/// The programs of one writer, one for each node.
fn at(plan: &Plan, writer: usize) -> Vec<Program> {
    plan.urls.iter().map(|url| Program::new(url, &plan.tokens[writer])).collect()
}

/// The incident with the event and the section that everybody edits.
async fn file(plan: &Plan) -> (String, String) {
    let desk = at(plan, 0);
    let first = desk.first().expect("a node");
    let filed = first.ok("POST", "/incidents", json!({ "title": "Everybody writes at once" })).await;
    let key = filed["key"].as_str().expect("a key").to_string();
    let added = first.ok("POST", &format!("/incidents/{key}/events"), event("as reported")).await;
    let lines: Vec<String> = (0..plan.tokens.len()).map(|writer| format!("{}: nothing yet", name(writer))).collect();
    let section = format!("/incidents/{key}/sections/{SHARED}");
    first.ok("PUT", &section, json!({ "body": lines.join("\n\n") })).await;
    (key, added["id"].as_str().expect("an id").to_string())
}

fn event(body: &str) -> Value {
    json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "verb": "post", "resource": "forum", "body": body })
}

struct Writer {
    desk: Vec<Program>,
    /// The node it writes to; another one once that is gone.
    node: usize,
    writer: usize,
    key: String,
    event: String,
}

impl Writer {
    async fn work(mut self, edits: usize, sent: Arc<AtomicUsize>) -> Vec<Edit> {
        let mut made = Vec::new();
        for number in 0..edits {
            let target = match number {
                0 => Target::First,
                _ => [Target::Body, Target::Resource, Target::Line, Target::Event][(self.writer + number) % 4],
            };
            made.push(self.edit(target, format!("w{:02}e{number:03}", self.writer)).await);
            sent.fetch_add(1, Ordering::Relaxed);
        }
        made
    }

    async fn edit(&mut self, target: Target, mark: String) -> Edit {
        let (saw, version) = self.look(target).await;
        let (method, path, field) = self.place(target);
        let body = match target {
            Target::Event => event(&mark),
            Target::Line => json!({ field: self.with_own_line(&saw, &mark) }),
            Target::Body | Target::Resource | Target::First => json!({ field: mark }),
        };
        let tag = version.map(|version| format!("\"{version}\""));
        let tag: Vec<(&str, &str)> = tag.iter().map(|tag| ("if-match", tag.as_str())).collect();
        let answer = match self.program().try_ask(method, &path, &tag, body).await {
            Some((200 | 201, _)) => Answer::Acknowledged,
            Some((412, both)) => Answer::Conflict(both),
            Some((503, body)) if body["title"] == "Not now" => Answer::NotNow,
            Some((503, body)) if body["title"] == "Perhaps stored" => Answer::None,
            Some((status, body)) => Answer::Other(status, body),
            None => {
                self.node += 1;
                Answer::None
            }
        };
        Edit { mark, writer: self.writer, target, saw, answer }
    }

    fn program(&self) -> &Program {
        &self.desk[self.node % self.desk.len()]
    }

    fn place(&self, target: Target) -> (&'static str, String, &'static str) {
        let incident = format!("/incidents/{}", self.key);
        match target {
            Target::Body => ("PATCH", format!("{incident}/events/{}", self.event), "body"),
            Target::Resource => ("PATCH", format!("{incident}/events/{}", self.event), "resource"),
            Target::Line => ("PUT", format!("{incident}/sections/{SHARED}"), "body"),
            Target::First => ("PUT", format!("{incident}/sections/{CONTESTED}"), "body"),
            Target::Event => ("POST", format!("{incident}/events"), "body"),
        }
    }

    /// The text and the version of what is about to be edited.
    async fn look(&mut self, target: Target) -> (String, Option<u64>) {
        match target {
            Target::Event => (String::new(), None),
            // Who writes first says that there was nothing: version 0.
            Target::First => (String::new(), Some(0)),
            Target::Body | Target::Resource => {
                let (_, path, field) = self.place(target);
                let record = self.read(&path).await;
                (text(&record[field]), record["version"].as_u64())
            }
            Target::Line => {
                let sections = self.read(&format!("/incidents/{}/sections", self.key)).await;
                let found =
                    sections["items"].as_array().and_then(|items| items.iter().find(|item| item["section"] == SHARED));
                let section = found.expect("the section").clone();
                (text(&section["body"]), section["version"].as_u64())
            }
        }
    }

    async fn read(&mut self, path: &str) -> Value {
        insist(&self.desk, &mut self.node, path).await
    }

    fn with_own_line(&self, text: &str, mark: &str) -> String {
        let own = format!("{}:", name(self.writer));
        let line = |line: &str| if line.starts_with(&own) { format!("{own} {mark}") } else { line.to_string() };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// Reads from a node, and from the next one where it does not answer.
async fn insist(desk: &[Program], node: &mut usize, path: &str) -> Value {
    let begun = Instant::now();
    while begun.elapsed() < READ_MAX {
        if let Some((200, body)) = desk[*node % desk.len()].try_ask("GET", path, &[], Value::Null).await {
            return body;
        }
        *node += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no node answers {path}");
}

/// The whole log, page by page, from a node that still answers.
async fn changes(desk: &[Program], key: &str) -> Vec<Value> {
    let (mut all, mut since, mut node) = (Vec::new(), String::from("0"), 0);
    loop {
        let path = format!("/incidents/{key}/changes?since={since}&limit=200");
        let page = insist(desk, &mut node, &path).await;
        all.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next_cursor"].as_str() {
            Some(next) => since = next.to_string(),
            None => return all,
        }
    }
}

/// Follows the incident as a page does: when its node is gone, it asks another one. Ends with the version it is told.
async fn follow(desk: Vec<Program>, key: String, node: usize) -> tokio::sync::watch::Receiver<u64> {
    let (told, newest) = tokio::sync::watch::channel(0);
    tokio::spawn(async move {
        let mut node = node;
        loop {
            let response = desk[node % desk.len()].request("GET", &format!("/incidents/{key}/live")).send().await;
            if let Ok(response) = response.and_then(reqwest::Response::error_for_status) {
                let mut stream = Stream::new(response);
                while let Some(version) = stream.next().await {
                    if told.send(version).is_err() {
                        return;
                    }
                }
            }
            node += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    newest
}

/// Whether a follower hears of the last change in time.
async fn reaches(follower: tokio::task::JoinHandle<tokio::sync::watch::Receiver<u64>>, changes: usize) -> bool {
    let mut newest = follower.await.expect("a follower");
    let heard = newest.wait_for(|version| *version >= changes as u64);
    tokio::time::timeout(Duration::from_secs(10), heard).await.is_ok_and(|heard| heard.is_ok())
}
