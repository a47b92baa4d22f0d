//! Every control is suggested by its rule, and by nothing that comes near it.

use serde_json::{Value, json};

use super::*;
use crate::agent::{Agent, AgentStatus, ConfirmationRule, Grant, Pattern, Standing, Task, Until};
use crate::cast::{Story, at, person};
use crate::principal::Pin;
use crate::principal::{Fallback, Principal};
use crate::timeline::{EdgeDraft, Effect, EventDraft, MarkDraft, Verb};
use crate::{Instant, Stamp};

/// A grant to read the forum, and one to delete drafts when a person has said yes.
fn grants() -> Vec<Grant> {
    let grant = |id: &str, verb, resource: &str, ceiling, rule| Grant {
        id: Id::new(id),
        agent: Id::new("agent-1"),
        verbs: vec![verb],
        resources: vec![Pattern::parse("resources", resource).unwrap()],
        ceiling,
        task: Task::default(),
        rule,
        rationale: String::new(),
        approver: None,
        approver_name: String::new(),
        from: at("2026-03-01T00:00:00Z"),
        recorded: None,
        until: Until::Never,
        conditions: String::new(),
        ended: None,
        narrows: None,
    };
    vec![
        grant("read", Verb::Read, "forum/*", Effect::Read, ConfirmationRule::None),
        grant("tidy", Verb::Delete, "drafts/*", Effect::Destructive, ConfirmationRule::BeforeIrreversible),
    ]
}

fn pin(status: AgentStatus, fallback: Fallback) -> Pin {
    let agent = Agent::named(Id::new("agent-1"), "Forum agent".into(), at("2026-01-01T00:00:00Z"));
    let since = Standing { status, from: at("2026-02-01T00:00:00Z"), by: None, reason: String::new() };
    Pin {
        agent: agent.id.clone(),
        name: agent.name.clone(),
        version: 3,
        history: agent.history.iter().cloned().chain([since]).collect(),
        grants: grants(),
        default_on_unconfirmable: fallback,
        task: String::new(),
        pinned: Stamp { at: Instant::from_micros(0), by: person("Ada") },
    }
}

/// What happened: events, links between them by place, marks on them by place, and what was pinned of `forum-agent`.
struct Case {
    events: Vec<Value>,
    links: Vec<(usize, &'static str, usize)>,
    marks: Vec<(&'static str, usize)>,
    pin: Option<Pin>,
}

fn case(events: Vec<Value>) -> Case {
    Case { events, links: Vec::new(), marks: Vec::new(), pin: None }
}

impl Case {
    fn link(mut self, from: usize, kind: &'static str, to: usize) -> Self {
        self.links.push((from, kind, to));
        self
    }

    fn mark(mut self, mark: &'static str, event: usize) -> Self {
        self.marks.push((mark, event));
        self
    }

    fn pinned(mut self, status: AgentStatus, fallback: Fallback) -> Self {
        self.pin = Some(pin(status, fallback));
        self
    }

    fn suggested(self) -> Vec<Suggestion> {
        let mut story = Story::new();
        let ids: Vec<Id> = self.events.into_iter().map(|event| story.add::<EventDraft>("Ada", event)).collect();
        for (from, kind, to) in self.links {
            story.add::<EdgeDraft>("Ada", json!({ "from": ids[from], "kind": kind, "to": ids[to] }));
        }
        for (mark, event) in self.marks {
            story.add::<MarkDraft>("Ada", json!({ "mark": mark, "event": ids[event] }));
        }
        if let Some(pin) = self.pin {
            let named = story.dossier.principals.iter().find(|kept| kept.name == "forum-agent");
            let principal = Principal { pin: Some(pin), ..named.unwrap().record.clone() };
            story
                .enter("Ada", |entry| {
                    entry.put(principal);
                    Ok(())
                })
                .unwrap();
        }
        all_suggestions(&story.dossier)
    }
}

/// An act of `forum-agent` at a minute after five, with these fields instead of the usual ones.
fn act(minute: u32, with: Value) -> Value {
    let mut event = json!({
        "time": format!("2026-03-18T17:{minute:02}:00Z"), "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" },
        "verb": "read", "effect": "read", "resource": "forum/1", "outcome": "success", "requested": "yes", "authorised": "yes",
        "confirmed": "yes", "provenance_label": "badge",
    });
    with.as_object().unwrap().iter().for_each(|(field, value)| event[field] = value.clone());
    event
}

fn by(minute: u32, kind: &str, name: &str, with: Value) -> Value {
    let mut event = act(minute, with);
    event["actor"] = json!({ "kind": kind, "name": name });
    event
}

fn post(minute: u32, with: Value) -> Value {
    let mut fields = json!({ "verb": "post", "effect": "mutating" });
    with.as_object().unwrap().iter().for_each(|(field, value)| fields[field] = value.clone());
    act(minute, fields)
}

/// For each control: what suggests it, with the events behind it by place, and what comes near and does not.
fn table() -> Vec<(Control, Case, Vec<usize>, Case)> {
    use AgentStatus::{Active, Proposed};
    let stop = |outcome: &str| {
        by(5, "human", "asker", json!({ "kind": "stop", "verb": "other", "effect": "none", "outcome": outcome }))
    };
    let told =
        || by(1, "human", "asker", json!({ "kind": "message", "verb": "other", "effect": "none", "trace": "s-1" }));
    let release = |confirmed: &str| {
        by(5, "human", "ops", json!({ "verb": "config", "effect": "mutating", "confirmed": confirmed }))
    };
    let alert = || by(3, "system", "monitor", json!({ "kind": "alert", "verb": "other", "effect": "none" }));
    vec![
        (
            Control::Authorization,
            case(vec![act(1, json!({ "resource": "payroll/7" })), act(2, json!({}))]).pinned(Active, Fallback::Ask),
            vec![0],
            case(vec![act(1, json!({})), act(2, json!({ "resource": "", "verb": "other" }))])
                .pinned(Active, Fallback::Ask),
        ),
        (
            Control::HumanTrust,
            case(vec![act(1, json!({})), by(2, "human", "asker", json!({ "confirmed": "unknown" }))]).link(
                1,
                "relied_on",
                0,
            ),
            vec![1],
            case(vec![act(1, json!({})), by(2, "human", "asker", json!({}))]).link(1, "relied_on", 0),
        ),
        (
            Control::DetectionDelay,
            case(vec![act(1, json!({})), alert()]).mark("impact_start", 0).mark("detected", 1),
            vec![1],
            case(vec![act(3, json!({})), alert()]).mark("impact_start", 0).mark("detected", 1),
        ),
        (
            Control::ConfirmationGate,
            case(vec![act(
                1,
                json!({ "verb": "delete", "effect": "destructive", "resource": "drafts/1", "confirmed": "no" }),
            )])
            .pinned(Active, Fallback::Ask),
            vec![0],
            case(vec![act(1, json!({ "verb": "delete", "effect": "destructive", "resource": "drafts/1" }))])
                .pinned(Active, Fallback::Ask),
        ),
        (
            Control::ProvenanceSignal,
            case(vec![post(1, json!({ "output_mode": "direct", "provenance_label": "none" }))]),
            vec![0],
            case(vec![post(1, json!({ "output_mode": "direct", "provenance_label": "footer" }))]),
        ),
        (
            Control::RevocationContainment,
            case(vec![alert(), act(4, json!({}))]).mark("detected", 0),
            vec![0, 1],
            case(vec![act(2, json!({})), alert(), act(4, json!({ "outcome": "denied" }))]).mark("detected", 1),
        ),
        (
            Control::KillSwitch,
            case(vec![stop("success"), act(6, json!({}))]),
            vec![0, 1],
            case(vec![act(4, json!({})), stop("success")]),
        ),
        (
            Control::AuditLogging,
            case(vec![by(1, "human", "ops", json!({ "verb": "logging_control", "effect": "mutating" }))]),
            vec![0],
            case(vec![by(
                1,
                "human",
                "ops",
                json!({ "verb": "logging_control", "effect": "mutating", "outcome": "denied" }),
            )]),
        ),
        (
            Control::TestingBypass,
            case(vec![post(1, json!({})), release("no")]).link(1, "derived_from", 0),
            vec![1],
            case(vec![post(1, json!({})), release("yes")]).link(1, "derived_from", 0),
        ),
        (
            Control::TestingBypass,
            case(vec![act(1, json!({}))]).pinned(Proposed, Fallback::Ask),
            vec![0],
            case(vec![act(1, json!({}))]).pinned(Active, Fallback::Ask),
        ),
        (
            Control::IsolationSandbox,
            case(vec![act(1, json!({ "resource": "payroll/7" }))]).pinned(Active, Fallback::Ask),
            vec![0],
            case(vec![act(1, json!({ "resource": "payroll/7", "outcome": "denied" }))]).pinned(Active, Fallback::Ask),
        ),
        (
            Control::InterAgent,
            case(vec![act(1, json!({})), by(2, "agent", "helper", json!({ "confirmed": "no" }))]).link(
                1,
                "informed_by",
                0,
            ),
            vec![1, 0],
            case(vec![act(1, json!({})), by(2, "agent", "helper", json!({}))]).link(1, "informed_by", 0),
        ),
        (
            Control::FailureModeDefault,
            case(vec![post(1, json!({ "confirmed": "no" }))]).pinned(Active, Fallback::DoNothing),
            vec![0],
            case(vec![post(1, json!({ "confirmed": "no" }))]).pinned(Active, Fallback::Proceed),
        ),
        (
            Control::IdentityInventory,
            case(vec![by(1, "unknown", "somebody", json!({ "effect": "mutating", "verb": "write" }))]),
            vec![0],
            case(vec![act(1, json!({}))]).pinned(Active, Fallback::Ask),
        ),
        (
            Control::MemoryContextLoss,
            case(vec![told(), post(2, json!({ "requested": "no", "trace": "s-1" }))]),
            vec![0, 1],
            case(vec![told(), post(2, json!({ "requested": "no", "trace": "s-2" }))]),
        ),
    ]
}

#[test]
fn every_control_is_suggested_by_its_rule_alone() {
    let mut controls = std::collections::BTreeSet::new();
    for (control, fires, behind, holds) in table() {
        controls.insert(control);
        let suggested = fires.suggested();
        let found = suggested.iter().find(|suggestion| suggestion.control == control);
        let found = found.unwrap_or_else(|| panic!("{control} is not suggested: {suggested:#?}"));
        // Entries of the story are numbered; its events begin with the second one.
        let events: Vec<Id> = behind.iter().map(|place| Id::new(format!("id-{:03}-1", place + 2))).collect();
        assert_eq!(found.events, events, "{control}: {}", found.rule);
        assert!(found.rule.ends_with('.'), "{control}: {}", found.rule);
        let near = holds.suggested();
        let wrong = near.iter().find(|suggestion| suggestion.control == control);
        assert_eq!(wrong, None, "{control} is suggested by what comes near");
    }
    assert_eq!(controls.len(), Control::ALL.len(), "a control without a row");
}

#[test]
fn an_act_outside_names_the_part_that_is() {
    let suggested = case(vec![post(1, json!({ "confirmed": "no" })), act(2, json!({ "resource": "payroll/7" }))])
        .pinned(AgentStatus::Active, Fallback::Ask)
        .suggested();
    let rule =
        |control| suggested.iter().find(|one| one.control == control).map(|one| one.rule.clone()).unwrap_or_default();
    let authorization = rule(Control::Authorization);
    assert!(
        authorization.contains("“post” is not among read") && authorization.contains("payroll/7 is not among forum/*"),
        "{authorization}"
    );
    assert!(rule(Control::FailureModeDefault).contains("declared so that it asks"), "{suggested:#?}");
}

#[test]
fn grants_that_are_only_reported_are_weighed_by_their_verb() {
    let of = |scope: &str| {
        let mut story = Story::new();
        story.add::<EventDraft>("Ada", post(1, json!({})));
        let agent = story.dossier.principals.iter().find(|kept| kept.name == "forum-agent").unwrap().id.clone();
        let draft = json!({ "kind": "agent", "name": "forum-agent", "grants": [{ "scope": scope }] });
        story.revise::<crate::principal::PrincipalDraft>("Ada", &agent, draft);
        all_suggestions(&story.dossier).iter().any(|one| one.control == Control::Authorization)
    };
    assert!(of("read forum"));
    assert!(!of("post in the forum"));
}
