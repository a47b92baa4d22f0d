//! Exposed resources, to whom, through which paths, from when to when.

mod edit;
mod sent;
mod unite;

pub(crate) use unite::Ways;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::{Permit, refuse_agent};
use crate::casefile::{Change, Definition, Dossier, Entry, Fields, Withheld, labels};
use crate::draft::When;
use crate::history::ChangeContext;
use crate::spelling::has_several_capitals;
use crate::time::DurationRange;
use crate::vocabulary::{Channel, Op, PathStatus, ResourceClass};
use crate::{Id, Refusal, Ruled, Stamp, TimeRange};

/// The exposure: there is one in an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exposure {
    /// Always `exposure`.
    pub id: Id,
    /// When it began.
    #[serde(default)]
    pub start: Option<TimeRange>,
    /// When it ended.
    #[serde(default)]
    pub end: Option<TimeRange>,
    /// Evidence that shows the beginning.
    #[serde(default)]
    pub start_evidence: Vec<Id>,
    /// Evidence that shows the end.
    #[serde(default)]
    pub end_evidence: Vec<Id>,
    /// How far the clocks of the sources may differ, in seconds.
    #[serde(default)]
    pub clock_skew_seconds: u32,
    /// Exposed resources.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// Who has stated, from evidence, that the list of resources is whole.
    #[serde(default)]
    pub resources_enumerated: Option<Enumeration>,
    /// To whom: people or groups.
    #[serde(default)]
    pub principals: Vec<ExposedPrincipal>,
    /// Who has stated that the list of principals is whole.
    #[serde(default)]
    pub principals_enumerated: Option<Enumeration>,
}

/// A statement that a list is complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Enumeration {
    /// Who states it and when.
    pub stamp: Stamp,
    /// From what.
    pub basis: String,
}

/// Something that was exposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resource {
    /// Its id: a short name such as `repo-a`.
    pub id: Id,
    /// How sensitive it is.
    pub class: ResourceClass,
    /// What it is.
    #[serde(default)]
    pub note: String,
    /// The access paths.
    #[serde(default)]
    pub paths: Vec<Path>,
}

/// An access path to a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Path {
    /// Its id inside the resource.
    pub id: Id,
    /// What it lets one do.
    pub op: Op,
    /// Through what.
    pub channel: Channel,
    /// Open, or impossible.
    pub status: PathStatus,
    /// Why it is impossible.
    #[serde(default)]
    pub justification: String,
}

/// The name under which several principals are counted together.
pub const IN_ALL: &str = "in all";

/// Somebody to whom it was exposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExposedPrincipal {
    /// A person or group.
    pub name: String,
    /// How many people that is, where known.
    #[serde(default)]
    pub count: Option<u64>,
}

/// The window as sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct WindowDraft {
    /// When it began; absent means unknown.
    pub start: Option<When>,
    /// When it ended; absent means unknown.
    pub end: Option<When>,
    /// What shows the beginning.
    #[serde(default)]
    pub start_evidence: Vec<Id>,
    /// What shows the end.
    #[serde(default)]
    pub end_evidence: Vec<Id>,
    /// The clock skew in seconds.
    #[serde(default)]
    pub clock_skew_seconds: u32,
}

/// A resource as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ResourceDraft {
    /// Its short name.
    #[serde(default)]
    pub id: String,
    /// How sensitive it is.
    pub class: ResourceClass,
    /// What it is.
    pub note: Option<String>,
    /// The access paths.
    #[serde(default)]
    pub paths: Vec<PathDraft>,
}

/// An access path as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct PathDraft {
    /// Its short name; made from channel and operation when left out.
    pub id: Option<String>,
    /// What it lets one do.
    pub op: Op,
    /// Through what.
    pub channel: Channel,
    /// Open, or impossible; open when left out.
    pub status: Option<PathStatus>,
    /// Why it is impossible.
    pub justification: Option<String>,
}

/// The exposed principals as sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct ExposedDraft {
    /// People or groups.
    #[serde(default)]
    pub names: Vec<String>,
    /// How many people in all, where known.
    pub count: Option<u64>,
}

/// A statement, as sent, that a list is complete; without a basis it is withdrawn.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct EnumerationDraft {
    /// From what evidence the list was drawn.
    pub basis: Option<String>,
}

/// The whole exposure as the API sends it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ExposureDraft {
    /// The window.
    #[serde(default)]
    pub window: WindowDraft,
    /// The resources with their paths.
    #[serde(default)]
    pub resources: Vec<ResourceDraft>,
    /// The principals.
    #[serde(default)]
    pub principals: ExposedDraft,
    /// The basis on which the resources are enumerated.
    pub resources_enumerated: Option<String>,
    /// The basis on which the principals are enumerated.
    pub principals_enumerated: Option<String>,
}

impl Dossier {
    /// The exposure, empty where nothing was recorded.
    pub fn exposure(&self) -> Exposure {
        self.exposures.iter().next().map_or_else(Exposure::empty, |kept| kept.record.clone())
    }

    /// Whether the exposure names that path.
    pub fn has_path(&self, resource: &Id, path: &Id) -> bool {
        self.exposures
            .iter()
            .flat_map(|kept| &kept.record.resources)
            .any(|known| &known.id == resource && known.paths.iter().any(|way| &way.id == path))
    }
}

impl Exposure {
    /// How long it may have been, where both ends are told; never less than nothing.
    pub fn length(&self) -> Option<DurationRange> {
        let length = DurationRange::between(self.start.as_ref()?, self.end.as_ref()?);
        let length = DurationRange { min: length.min.map(|min| min.max(0)), max: length.max };
        (length != DurationRange::unknown()).then_some(length)
    }

    /// An exposure of which nothing is recorded.
    pub fn empty() -> Self {
        Self {
            id: Id::new("exposure"),
            start: None,
            end: None,
            start_evidence: Vec::new(),
            end_evidence: Vec::new(),
            clock_skew_seconds: 0,
            resources: Vec::new(),
            resources_enumerated: None,
            principals: Vec::new(),
            principals_enumerated: None,
        }
    }

    /// The cells: every open path of every resource.
    pub fn cells(&self) -> impl Iterator<Item = (&Resource, &Path)> {
        self.resources
            .iter()
            .flat_map(|resource| resource.paths.iter().map(move |path| (resource, path)))
            .filter(|(_, path)| path.status == PathStatus::Open)
    }
}

impl Definition for Exposure {
    const PAGE: &'static str = "exposure";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields = Fields {
        words: labels! { "resources.class" => ResourceClass, "resources.paths.channel" => Channel, "resources.paths.op" => Op, "resources.paths.status" => PathStatus },
        texts: &[
            "principals_enumerated.basis",
            "resources.note",
            "resources.paths.justification",
            "resources_enumerated.basis",
        ],
        names: &["principals.name"],
        places: &["resources.id", "resources.paths.id"],
        references: &["end_evidence", "start_evidence"],
        ..Fields::NONE
    };
    const ID_IS_A_WORD: bool = true;

    fn place(_id: &Id, _record: &Value) -> String {
        Self::PAGE.into()
    }

    fn subject(_told: &ChangeContext) -> String {
        "the exposure".into()
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("recorded {}", parts(told)))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        Some(format!("changed {}", parts(told)))
    }

    fn refuse_undo(change: &Change) -> Option<&'static str> {
        let stated = change.altered("resources_enumerated") || change.altered("principals_enumerated");
        stated.then_some(
            "That a list is complete is a statement with a name under it: take it back on the exposure’s page.",
        )
    }

    /// The window, the resources and the principals go back. A statement that a list is complete stays only where its
    /// list stays, and never comes back.
    fn put_back(entry: &mut Entry, _id: &Id, document: &Value) -> Ruled<()> {
        refuse_agent(entry.by(), "put an exposure back")?;
        let (mut was, now) = (crate::casefile::read_older::<Exposure>(document)?, entry.dossier().exposure());
        let gone = |id: &&Id| entry.dossier().evidence.get(id).is_none();
        if was.start_evidence.iter().chain(&was.end_evidence).find(gone).is_some() {
            return Err(Refusal::state("Evidence that this version names is no longer in the incident."));
        }
        let stays = |same: bool, statement: Option<Enumeration>| statement.filter(|_| same);
        was.resources_enumerated = stays(was.resources == now.resources, now.resources_enumerated);
        was.principals_enumerated = stays(was.principals == now.principals, now.principals_enumerated);
        entry.put(was);
        Ok(())
    }

    fn may_delete(entry: &Entry, _id: &Id) -> Ruled<()> {
        refuse_agent(entry.by(), "put an exposure back")
    }

    fn searched(&self) -> Vec<&str> {
        self.resources.iter().flat_map(|resource| [resource.id.as_str(), &resource.note]).collect()
    }

    /// Several who are only counted are a number and nobody's name.
    fn public(mut document: Value) -> Option<Value> {
        let name = |one: &Value| if one["name"] == IN_ALL { IN_ALL } else { "withheld" };
        let listed = document["principals"].as_array().cloned().unwrap_or_default();
        let counts = listed.iter().map(|one| json!({ "name": name(one), "count": one["count"] }));
        document["principals"] = Value::Array(counts.collect());
        Some(document)
    }

    fn withheld(document: &Value) -> Vec<Withheld<'_>> {
        let listed = document["principals"].as_array().into_iter().flatten();
        let names = listed.filter_map(|one| one["name"].as_str()).filter(|name| has_several_capitals(name));
        names.map(|name| Withheld { name, stand_in: "somebody who was exposed", as_spelt: false }).collect()
    }

    fn imported(mut self, _entry: &mut Entry) -> Option<Self> {
        (self.resources_enumerated, self.principals_enumerated) = (None, None);
        let paths = self.resources.iter_mut().flat_map(|one| &mut one.paths);
        paths.for_each(|path| path.status = PathStatus::Open);
        Some(self)
    }
}

/// The parts of the exposure that changed, as a sentence names them.
fn parts(told: &ChangeContext) -> String {
    let parts: [(&[&str], &str); 5] = [
        (&["start", "end", "start_evidence", "end_evidence", "clock_skew_seconds"], "the exposure window"),
        (&["resources"], "the exposed resources"),
        (&["resources_enumerated"], "whether all exposed resources are listed"),
        (&["principals"], "the exposed principals"),
        (&["principals_enumerated"], "whether all exposed principals are listed"),
    ];
    let empty =
        |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value.as_u64() == Some(0);
    let moved = |field: &str| {
        let side = |side: &Value| side.get(field).cloned().unwrap_or(Value::Null);
        let (was, is) = (side(&told.change.before), side(&told.change.after));
        was != is && !(empty(&was) && empty(&is))
    };
    let changed: Vec<&str> =
        parts.iter().filter(|(fields, _)| fields.iter().any(|field| moved(field))).map(|(_, name)| *name).collect();
    if changed.is_empty() { "the exposure".into() } else { crate::counted::and(&changed) }
}

#[cfg(test)]
mod tests;
