//! The incident itself: what its first page says before anything is known.

mod drafted;
mod origin;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Permit;
use crate::casefile::{Change, Definition, Draft, Entry, Fields, PrincipalRef, Spot, Travel, labels};
use crate::draft::{LINE_CHARS_MAX, When, tidy_list};
use crate::history::ChangeContext;
use crate::nesting::written;
use crate::severity::Sev;
use crate::spelling::parse_title;
use crate::words::words;
use crate::{Id, Instant, Key, Person, Refusal, Ruled, Stamp, TimeRange};

pub use drafted::{DraftDecision, DraftState, Drafted};
pub use origin::Origin;

words! {
    /// Where the work on an incident stands.
    Status is "a status" {
        Declared "declared" "declared", Contained "contained" "contained", Resolved "resolved" "resolved",
        Postmortem "postmortem" "postmortem", Closed "closed" "closed",
    }
}

words! {
    /// Who may see an incident.
    Visibility is "a visibility" { Open "open" "everyone with an account", Private "private" "members and admins only" }
}

/// An incident's head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// Its id.
    pub id: Id,
    /// One line that says what happened.
    pub title: String,
    /// What happened, in Markdown, as first reported.
    #[serde(default)]
    pub summary: String,
    /// When it happened, as first reported.
    pub occurred: TimeRange,
    /// The severity somebody declared; kept apart from what is computed.
    #[serde(default)]
    pub declared_severity: Option<Sev>,
    /// Where the work stands.
    pub status: Status,
    /// Who may see it.
    pub visibility: Visibility,
    /// The accounts that see a private incident.
    #[serde(default)]
    pub members: Vec<Person>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The systems involved, as named when filing.
    #[serde(default)]
    pub systems: Vec<String>,
    /// The target for detection, in seconds.
    #[serde(default = "detection_target")]
    pub detection_target_seconds: u32,
    /// Who filed it and when.
    pub filed: Stamp,
    /// Who closed it and when.
    #[serde(default)]
    pub closed: Option<Stamp>,
    /// The incident that this one turned out to be: its records stand there, and it is read-only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Key>,
    /// Who said so and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<Stamp>,
    /// Where it is from, if it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// That a rule drafted it, and what a person said of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafted: Option<Drafted>,
}

/// The head of an incident that a rule drafts.
pub(crate) struct NewHead {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) occurred: TimeRange,
    pub(crate) systems: Vec<String>,
    pub(crate) drafted: Drafted,
}

fn detection_target() -> u32 {
    60
}

/// A new incident, or an edit of its head.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct IncidentDraft {
    #[serde(default)]
    title: String,
    #[serde(default)]
    summary: String,
    occurred: Option<When>,
    declared_severity: Option<Sev>,
    visibility: Option<Visibility>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    systems: Vec<String>,
    #[serde(default)]
    agents: Vec<String>,
    detection_target_seconds: Option<u32>,
}

impl Draft for IncidentDraft {
    type Document = Incident;

    fn apply(self, id: Id, old: Option<&Incident>, entry: &mut Entry) -> Ruled<Incident> {
        let title = parse_title(
            "title",
            self.title,
            LINE_CHARS_MAX,
            "Give the incident a title: one line that says what the agent did.",
        )?;
        let occurred = match self.occurred {
            Some(when) => when.read("occurred", entry)?,
            None => TimeRange::unknown(),
        };
        let systems = tidy_list("systems", self.systems)?;
        for name in tidy_list("agents", self.agents)? {
            let agent =
                PrincipalRef { id: None, kind: Some(crate::vocabulary::PrincipalKind::Agent), name: Some(name) };
            agent.find_or_make("agents", entry)?;
        }
        let visibility = self.visibility.unwrap_or(old.map_or(Visibility::Open, |old| old.visibility));
        if old.is_some_and(|old| old.visibility != visibility) {
            entry.refuse_to_be_seen_otherwise()?;
        }
        let members = match old {
            Some(old) => old.members.clone(),
            None => vec![entry.by().clone()],
        };
        Ok(Incident {
            id,
            title,
            summary: written("summary", self.summary)?,
            occurred,
            declared_severity: self.declared_severity,
            status: old.map_or(Status::Declared, |old| old.status),
            visibility,
            members,
            tags: tidy_list("tags", self.tags)?,
            systems,
            detection_target_seconds: self
                .detection_target_seconds
                .unwrap_or(old.map_or(60, |old| old.detection_target_seconds)),
            filed: old.map_or_else(|| entry.stamp(), |old| old.filed.clone()),
            closed: old.and_then(|old| old.closed.clone()),
            merged_into: old.and_then(|old| old.merged_into),
            merged: old.and_then(|old| old.merged.clone()),
            origin: old.and_then(|old| old.origin.clone()),
            drafted: old.and_then(|old| old.drafted.clone()),
        })
    }
}

impl crate::casefile::Dossier {
    /// The incident's head. Every stored dossier has one.
    pub fn incident(&self) -> Ruled<&Incident> {
        self.incidents.iter().next().map(|kept| &kept.record).ok_or_else(|| Refusal::absent("incident"))
    }

    /// The incident's key.
    pub fn key(&self) -> Key {
        Key(self.number)
    }

    /// When the incident was filed; the epoch for a dossier without a head.
    pub fn filed_at(&self) -> Instant {
        self.incident().map_or(Instant::from_micros(0), |incident| incident.filed.at)
    }
}

/// A member to add to a private incident.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Membership {
    /// The account.
    pub member: Person,
}

impl Entry {
    /// Files the head of a drafted incident by the rules by which people file one.
    pub(crate) fn put_new_head(&mut self, head: NewHead) -> Ruled<()> {
        let draft = IncidentDraft {
            title: head.title,
            summary: head.summary,
            occurred: Some(When::Range(head.occurred)),
            declared_severity: None,
            visibility: None,
            tags: Vec::new(),
            systems: head.systems,
            agents: Vec::new(),
            detection_target_seconds: None,
        };
        let id = self.new_id();
        let settled = draft.apply(id, None, self)?;
        self.put(Incident { drafted: Some(head.drafted), ..settled });
        Ok(())
    }

    /// Moves the incident on. Closing has conditions of its own.
    pub fn set_status(&mut self, status: Status) -> Ruled<()> {
        self.refuse_discarded()?;
        let mut incident = self.dossier().incident()?.clone();
        if status == Status::Closed {
            let blockers = self.dossier().closing_blockers();
            if let Some(first) = blockers.first() {
                return Err(Refusal::state(format!("This incident cannot be closed yet: {first}")));
            }
            incident.closed = Some(self.stamp());
        } else {
            incident.closed = None;
        }
        incident.status = status;
        self.put(incident);
        Ok(())
    }

    /// Lets an account see a private incident.
    pub fn add_member(&mut self, member: Person) -> Ruled<()> {
        let mut incident = self.dossier().incident()?.clone();
        if !incident.members.iter().any(|known| known.id == member.id) {
            incident.members.push(member);
        }
        self.put(incident);
        Ok(())
    }

    /// Takes an account out of a private incident.
    pub fn remove_member(&mut self, id: &Id) -> Ruled<()> {
        let mut incident = self.dossier().incident()?.clone();
        incident.members.retain(|member| &member.id != id);
        self.put(incident);
        Ok(())
    }
}

impl Definition for Incident {
    const PAGE: &'static str = "settings";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields = Fields {
        words: labels! { "drafted.decided.state" => DraftState, "drafted.rule" => crate::vocabulary::RuleKind, "status" => Status, "visibility" => Visibility },
        texts: &[
            "drafted.decided.reason",
            "members.agent",
            "origin.head",
            "origin.signer",
            "origin.verdict",
            "summary",
            "tags",
            "title",
        ],
        names: &["members.name"],
        things: &["systems"],
        codes: &["declared_severity", "members.id", "merged_into", "origin.key"],
        references: &["drafted.alert", "origin.history", "origin.incident"],
        ..Fields::NONE
    };
    const TRAVEL: Travel = Travel::Stays;

    fn place(_id: &Id, _record: &Value) -> String {
        Self::PAGE.into()
    }

    fn subject(_told: &ChangeContext) -> String {
        "the incident".into()
    }

    fn added(told: &ChangeContext) -> Option<String> {
        let is_drafted = !told.change.after.get("drafted").unwrap_or(&Value::Null).is_null();
        let act = if is_drafted { "drafted" } else { "filed" };
        Some(format!("{act} the incident {}", told.quoted("title")))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        merged(told).or_else(|| decided(told)).or_else(|| moved(told)).or_else(|| membership(told))
    }

    fn refuse_undo(change: &Change) -> Option<&'static str> {
        if change.altered("drafted") && !change.before.is_null() {
            return Some(
                "Whether what a rule drafted is an incident was said with a name under it: adopt or discard it anew.",
            );
        }
        if change.altered("merged_into") {
            return Some(
                "A merge of incidents is undone with its button, on the page of the incident that was merged.",
            );
        }
        change.before.is_null().then_some(
            "An incident that was filed stays: say in its summary that it was filed by mistake, and close it.",
        )
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<IncidentDraft>(id, document)
    }

    fn restore_version(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        // Who sees an incident and where it stands are acts of their own: they stay as they are.
        let mut document = document.clone();
        document["visibility"] = json!(entry.dossier().incident()?.visibility);
        Self::put_back(entry, id, &document)
    }

    fn revert(entry: &mut Entry, change: &Change) -> Ruled<()> {
        let was: Incident = crate::casefile::read_older(&change.before)?;
        Self::put_back(entry, &change.id, &change.before)?;
        if entry.dossier().incident()?.status != was.status {
            entry.set_status(was.status)?;
        }
        let mut incident = entry.dossier().incident()?.clone();
        incident.members = was.members;
        entry.put(incident);
        Ok(())
    }

    fn searched(&self) -> Vec<&str> {
        let lists = self.tags.iter().chain(&self.systems).map(String::as_str);
        [self.title.as_str(), &self.summary].into_iter().chain(lists).collect()
    }

    fn spot(&self) -> Spot {
        Spot::Called("incident".into())
    }
}

/// That it became part of another incident, or is one of its own again.
fn merged(told: &ChangeContext) -> Option<String> {
    let into = |side: &Value| side.get("merged_into").and_then(Value::as_str).map(str::to_string);
    match (into(&told.change.before), into(&told.change.after)) {
        (None, Some(into)) => Some(format!("merged the incident into {into}")),
        (Some(into), None) => Some(format!("took the incident out of {into} again")),
        _ => None,
    }
}

/// That somebody adopted what a rule drafted, or discarded it.
fn decided(told: &ChangeContext) -> Option<String> {
    let decision = |side: &Value| side.pointer("/drafted/decided").cloned().unwrap_or(Value::Null);
    let (was, is) = (decision(&told.change.before), decision(&told.change.after));
    let word = is.get("state").and_then(Value::as_str).filter(|_| was != is)?;
    let reason = is.get("reason").and_then(Value::as_str).filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| format!(": “{reason}”")).unwrap_or_default();
    Some(format!("{word} what a rule had drafted{reason}"))
}

fn moved(told: &ChangeContext) -> Option<String> {
    let (was, is) = told.turned("status")?;
    let label = |word: &str| Status::parse(word).map_or(String::new(), |status| status.label().into());
    Some(match label(is).as_str() {
        "closed" => "closed the incident".into(),
        is => format!("moved the incident from {} to {is}", label(was)),
    })
}

/// Who joined a private incident, or left it.
fn membership(told: &ChangeContext) -> Option<String> {
    let members = |incident: &Value| -> Vec<String> {
        let people = incident.get("members").and_then(Value::as_array).into_iter().flatten();
        people.filter_map(|person| Some(person.get("name")?.as_str()?.to_string())).collect()
    };
    let (was, is) = (members(&told.change.before), members(&told.change.after));
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|name| !those.contains(name)).cloned().collect::<Vec<_>>().join(", ")
    };
    match (only(&is, &was), only(&was, &is)) {
        (joined, left) if joined.is_empty() && left.is_empty() => None,
        (joined, left) if left.is_empty() => Some(format!("made {joined} a member")),
        (_, left) => Some(format!("took {left} off the members")),
    }
}
