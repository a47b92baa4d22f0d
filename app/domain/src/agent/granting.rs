//! Granting: what an agent may do, given with a reason by somebody who may give it, narrowed, and revoked.

use schemars::JsonSchema;
use serde::Deserialize;

use super::draft::moment;
use super::entry::AgentEntry;
use super::{AgentStatus, ConfirmationRule, Ended, Grant, Pattern, Task, Until};
use crate::access::refuse_agent;
use crate::draft::{LINE_CHARS_MAX, TEXT_CHARS_MAX, When, few, optional, optional_line, required, tidy_list, written};
use crate::vocabulary::{Effect, Verb};
use crate::{Id, Refusal, Ruled};

/// So many permissions are recorded of one agent, those that ended too.
const GRANTS_MAX: usize = 1_000;
/// So long is each text about one: several of them together are shorter than a long text of Markdown.
const GRANT_CHARS_MAX: usize = TEXT_CHARS_MAX / 20;

/// A grant as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct GrantDraft {
    #[serde(default)]
    verbs: Vec<Verb>,
    #[serde(default)]
    resources: Vec<String>,
    ceiling: Effect,
    #[serde(default)]
    task: TaskDraft,
    rule: Option<ConfirmationRule>,
    rationale: Option<String>,
    approver_name: Option<String>,
    from: Option<When>,
    until: Option<UntilDraft>,
    #[serde(default)]
    until_task_closed: bool,
    conditions: Option<String>,
}

/// The task of a grant as sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct TaskDraft {
    text: Option<String>,
    reference: Option<String>,
}

/// Until when, as sent: as the API shows it, or a time.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum UntilDraft {
    /// As the API shows it.
    Shown(Until),
    /// A time.
    When(When),
}

/// The narrower form of a grant as sent; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct NarrowDraft {
    verbs: Option<Vec<Verb>>,
    resources: Option<Vec<String>>,
    ceiling: Option<Effect>,
    rule: Option<ConfirmationRule>,
    until: Option<UntilDraft>,
    #[serde(default)]
    until_task_closed: bool,
}

/// A narrower form with its reason, as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NarrowingDraft {
    #[serde(default)]
    to: NarrowDraft,
    #[serde(default)]
    reason: String,
}

/// The reason of an act, as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ReasonDraft {
    /// Why.
    #[serde(default)]
    pub reason: String,
}

fn checked_verbs(mut verbs: Vec<Verb>) -> Ruled<Vec<Verb>> {
    verbs.sort_unstable();
    verbs.dedup();
    if verbs.contains(&Verb::Other) {
        return Err(Refusal::field(
            "verbs",
            "“other” would allow nobody knows what: choose the verbs that the task needs.",
        ));
    }
    if verbs.is_empty() {
        return Err(Refusal::field("verbs", "Choose at least one verb: a grant says what the agent may do."));
    }
    Ok(verbs)
}

fn checked_resources(sent: Vec<String>) -> Ruled<Vec<Pattern>> {
    let resources = tidy_list("resources", sent)?;
    if resources.is_empty() {
        return Err(Refusal::field("resources", "Write at least one resource or pattern, such as forum/*."));
    }
    resources.iter().map(|text| Pattern::parse("resources", text)).collect()
}

fn checked_until(sent: Option<UntilDraft>, task_closed: bool, entry: &AgentEntry) -> Ruled<Until> {
    match sent {
        Some(_) if task_closed => Err(Refusal::field("until", "Choose one end: a time, or that the task is closed.")),
        None if task_closed => Ok(Until::TaskClosed { at: None }),
        None => Ok(Until::Never),
        Some(UntilDraft::Shown(until)) => Ok(until),
        Some(UntilDraft::When(when)) => {
            let range = when.read_at("until", entry.now(), entry.zone())?;
            let missing = "Write until when, such as 2026-06-30, or leave it empty where no end is agreed.";
            let at = range.latest.or(range.earliest).ok_or_else(|| Refusal::field("until", missing))?;
            Ok(Until::Time { at })
        }
    }
}

impl GrantDraft {
    fn apply(self, entry: &mut AgentEntry) -> Ruled<Grant> {
        let text = |field: &str, text: Option<String>| {
            Ok::<_, Refusal>(optional(field, text, GRANT_CHARS_MAX)?.unwrap_or_default())
        };
        let from = self.from.map(|when| moment("from", when, entry)).transpose()?.unwrap_or(entry.now());
        let grant = Grant {
            id: entry.new_id(),
            agent: entry.file().agent()?.id.clone(),
            verbs: checked_verbs(self.verbs)?,
            resources: checked_resources(self.resources)?,
            ceiling: self.ceiling,
            task: Task {
                text: text("task.text", self.task.text)?,
                reference: optional_line("task.reference", self.task.reference, LINE_CHARS_MAX)?.unwrap_or_default(),
            },
            rule: self.rule.unwrap_or_default(),
            rationale: required(
                "rationale",
                self.rationale.unwrap_or_default(),
                GRANT_CHARS_MAX,
                "Write why the task needs this: a grant without a reason cannot be reviewed.",
            )?,
            approver: None,
            approver_name: optional_line("approver_name", self.approver_name, LINE_CHARS_MAX)?.unwrap_or_default(),
            from,
            recorded: Some(entry.now()),
            until: checked_until(self.until, self.until_task_closed, entry)?,
            conditions: text("conditions", self.conditions)?,
            ended: None,
            narrows: None,
        };
        if grant.ends().is_some_and(|end| end <= grant.from) {
            return Err(Refusal::field("until", "This grant would end before it begins: choose a later end."));
        }
        Ok(grant)
    }
}

impl AgentEntry {
    /// Grants the agent something. Whoever answers for it does not alone grant to destroy or to change privileges.
    pub fn grant(&mut self, draft: GrantDraft) -> Ruled<Id> {
        refuse_agent(self.by(), "grant anything to an agent")?;
        self.refuse_merged()?;
        if self.file().agent()?.status() == AgentStatus::Retired {
            return Err(Refusal::state("This agent is retired: make it active before you grant it anything."));
        }
        few("verbs", self.file().grants.len() + 1, GRANTS_MAX)?;
        let mut grant = draft.apply(self)?;
        if grant.is_grave() {
            self.refuse_owner_alone("grants of destructive acts or of privileges")?;
        }
        // Who records a grave grant approves it; somebody without an account is only told of.
        if grant.is_grave() || grant.approver_name.is_empty() {
            grant.approver = Some(self.by().id.clone());
            grant.approver_name = self.by().name.clone();
        }
        let id = grant.id.clone();
        self.put(grant);
        Ok(id)
    }

    /// Refuses an owner who would approve alone.
    pub(super) fn refuse_owner_alone(&self, what: &str) -> Ruled<()> {
        if !self.is_owner()? {
            return Ok(());
        }
        let sentence = format!("You answer for this agent, so somebody else has to approve {what}: ask a colleague.");
        Err(Refusal { field: Some("ceiling".into()), ..Refusal::forbidden(sentence) })
    }

    /// Takes a grant back from now on. What it allowed until now stays known.
    pub fn revoke_grant(&mut self, id: &Id, draft: ReasonDraft) -> Ruled<()> {
        refuse_agent(self.by(), "revoke a grant")?;
        let reason = required("reason", draft.reason, GRANT_CHARS_MAX, "Write why the grant is revoked.")?;
        let grant = self.open_grant(id)?;
        self.end_grant(grant, reason);
        Ok(())
    }

    /// Puts a narrower grant in the place of one; answers the new one.
    pub fn narrow_grant(&mut self, id: &Id, draft: NarrowingDraft) -> Ruled<Id> {
        refuse_agent(self.by(), "narrow a grant")?;
        let reason = required("reason", draft.reason, GRANT_CHARS_MAX, "Write why the grant is narrowed.")?;
        let grant = self.open_grant(id)?;
        self.narrow(grant, draft.to, reason).map_err(|refusal| refusal.under("to"))
    }

    /// Notes that the task of a grant is closed, with which the grant ends.
    pub fn close_task(&mut self, id: &Id) -> Ruled<()> {
        refuse_agent(self.by(), "close the task of a grant")?;
        let mut grant = self.open_grant(id)?;
        if !matches!(grant.until, Until::TaskClosed { at: None }) {
            return Err(Refusal::state("This grant does not wait for its task to be closed: revoke it instead."));
        }
        grant.until = Until::TaskClosed { at: Some(self.now()) };
        self.put(grant);
        Ok(())
    }

    /// A grant that has not ended.
    pub(super) fn open_grant(&self, id: &Id) -> Ruled<Grant> {
        let grant = self.get::<Grant>(id)?.record;
        if grant.ends().is_some_and(|end| end <= self.now()) {
            return Err(Refusal::state("This grant has ended already."));
        }
        Ok(grant)
    }

    pub(super) fn end_grant(&mut self, mut grant: Grant, reason: String) {
        grant.ended = Some(Ended { at: self.now(), by: Some(self.by().clone()), reason });
        self.put(grant);
    }

    pub(super) fn narrow(&mut self, grant: Grant, to: NarrowDraft, reason: String) -> Ruled<Id> {
        let until = match (to.until, to.until_task_closed) {
            (None, false) => grant.until,
            (sent, closed) => checked_until(sent, closed, self)?,
        };
        let narrower = Grant {
            id: self.new_id(),
            verbs: to.verbs.map_or_else(|| Ok(grant.verbs.clone()), checked_verbs)?,
            resources: to.resources.map_or_else(|| Ok(grant.resources.clone()), checked_resources)?,
            ceiling: to.ceiling.unwrap_or(grant.ceiling),
            rule: to.rule.unwrap_or(grant.rule),
            from: grant.from.max(self.now()),
            recorded: Some(self.now()),
            until,
            rationale: written("rationale", grant.rationale.clone(), GRANT_CHARS_MAX)?,
            narrows: Some(grant.id.clone()),
            ..grant.clone()
        };
        if !narrower.is_within(&grant) {
            return Err(Refusal::field(
                "resources",
                "This would allow something that the grant does not: take verbs or resources away, or make a new grant of it.",
            ));
        }
        if grant.is_within(&Grant { from: grant.from, ..narrower.clone() }) {
            return Err(Refusal::field(
                "verbs",
                "This is as wide as the grant: take a verb or a resource away, or keep it.",
            ));
        }
        let id = narrower.id.clone();
        self.end_grant(grant, reason);
        self.put(narrower);
        Ok(id)
    }
}
