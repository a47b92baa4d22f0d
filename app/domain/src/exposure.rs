//! What lay open, to whom, through which paths, from when to when.

use serde::{Deserialize, Serialize};

use crate::draft::{LINE_CHARS_MAX, TEXT_CHARS_MAX, When, bounded, optional, required, tidy_list};
use crate::record::{Dossier, Entry};
use crate::vocabulary::{Channel, Op, PathStatus, ResourceClass};
use crate::{Id, Refusal, Ruled, Stamp, TimeRange};

/// The exposure: there is one in an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What lay open.
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

/// A statement that a list is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enumeration {
    /// Who states it and when.
    pub stamp: Stamp,
    /// From what.
    pub basis: String,
}

/// Something that lay open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// Its id: a short name such as `repo-a`.
    pub id: Id,
    /// How sensitive it is.
    pub class: ResourceClass,
    /// What it is.
    #[serde(default)]
    pub note: String,
    /// The ways in.
    #[serde(default)]
    pub paths: Vec<Path>,
}

/// A way in to a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// Somebody to whom it lay open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExposedPrincipal {
    /// A person or group.
    pub name: String,
    /// How many people that is, where known.
    #[serde(default)]
    pub count: Option<u64>,
}

/// The window as sent.
#[derive(Debug, Clone, Default, Deserialize)]
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
#[derive(Debug, Clone, Deserialize)]
pub struct ResourceDraft {
    /// Its short name.
    #[serde(default)]
    pub id: String,
    /// How sensitive it is.
    pub class: ResourceClass,
    /// What it is.
    pub note: Option<String>,
    /// The ways in.
    #[serde(default)]
    pub paths: Vec<PathDraft>,
}

/// A way in as sent.
#[derive(Debug, Clone, Deserialize)]
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
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ExposedDraft {
    /// People or groups.
    #[serde(default)]
    pub names: Vec<String>,
    /// How many people in all, where known.
    pub count: Option<u64>,
}

/// A statement, as sent, that a list is whole; without a basis it is taken back.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct EnumerationDraft {
    /// From what evidence the list was drawn.
    pub basis: Option<String>,
}

/// The whole exposure as the API sends it.
#[derive(Debug, Clone, Deserialize)]
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

impl Entry {
    /// Sets the window.
    pub fn set_window(&mut self, draft: WindowDraft) -> Ruled<()> {
        let mut exposure = self.dossier().exposure();
        let read = |when: Option<When>, field: &str, entry: &Self| when.map(|when| when.read(field, entry)).transpose();
        exposure.start = read(draft.start, "start", self)?.filter(|range| range.sort_key().is_some());
        exposure.end = read(draft.end, "end", self)?.filter(|range| range.sort_key().is_some());
        let ends = (
            exposure.start.as_ref().and_then(|start| start.earliest),
            exposure.end.as_ref().and_then(|end| end.latest),
        );
        if matches!(ends, (Some(start), Some(end)) if end <= start) {
            return Err(Refusal::field("end", "The exposure must end after it starts: check both times."));
        }
        for (field, list) in [("start_evidence", &draft.start_evidence), ("end_evidence", &draft.end_evidence)] {
            if list.iter().any(|id| self.dossier().evidence.get(id).is_none()) {
                return Err(Refusal::field(
                    field,
                    "That evidence item is not in this incident: choose one from the list.",
                ));
            }
        }
        if draft.clock_skew_seconds > 3600 {
            return Err(Refusal::field(
                "clock_skew_seconds",
                "A skew of more than one hour proves nothing: give at most 3600 seconds.",
            ));
        }
        exposure.start_evidence = draft.start_evidence;
        exposure.end_evidence = draft.end_evidence;
        exposure.clock_skew_seconds = draft.clock_skew_seconds;
        self.put(exposure);
        Ok(())
    }

    /// Adds a resource, or replaces the one of that name.
    pub fn put_resource(&mut self, draft: ResourceDraft, replaces: Option<&Id>) -> Ruled<Id> {
        let mut exposure = self.dossier().exposure();
        let id = Id::new(short_name("id", draft.id, "Give the resource a short name, such as repo-a.")?);
        if replaces != Some(&id) && exposure.resources.iter().any(|known| known.id == id) {
            return Err(Refusal::field(
                "id",
                format!("There is a resource “{id}” already: choose another name or edit that one."),
            ));
        }
        let paths = draft
            .paths
            .into_iter()
            .enumerate()
            .map(|(place, path)| settle_path(path, &format!("paths.{place}.")))
            .collect::<Ruled<Vec<_>>>()?;
        let mut seen = std::collections::BTreeSet::new();
        if let Some(twice) = paths.iter().find(|path| !seen.insert(&path.id)) {
            return Err(Refusal::field(
                "paths",
                format!("The path “{}” is there twice: give each its own name.", twice.id),
            ));
        }
        let resource = Resource {
            id: id.clone(),
            class: draft.class,
            note: optional("note", draft.note, LINE_CHARS_MAX)?.unwrap_or_default(),
            paths,
        };
        match replaces.and_then(|old| exposure.resources.iter_mut().find(|known| &known.id == old)) {
            Some(known) => *known = resource,
            None if replaces.is_some() => return Err(Refusal::absent("resource of that name")),
            None => exposure.resources.push(resource),
        }
        self.put(exposure);
        Ok(id)
    }

    /// Takes a resource out.
    pub fn remove_resource(&mut self, id: &Id) -> Ruled<()> {
        let mut exposure = self.dossier().exposure();
        let count = exposure.resources.len();
        exposure.resources.retain(|known| &known.id != id);
        if exposure.resources.len() == count {
            return Err(Refusal::absent("resource of that name"));
        }
        self.put(exposure);
        Ok(())
    }

    /// Adds a way in to a resource, or replaces the one of that name.
    pub fn put_path(&mut self, resource: &Id, draft: PathDraft) -> Ruled<Id> {
        let mut exposure = self.dossier().exposure();
        let path = settle_path(draft, "")?;
        let id = path.id.clone();
        let known = exposure
            .resources
            .iter_mut()
            .find(|known| &known.id == resource)
            .ok_or_else(|| Refusal::absent("resource of that name"))?;
        match known.paths.iter_mut().find(|way| way.id == id) {
            Some(way) => *way = path,
            None => known.paths.push(path),
        }
        self.put(exposure);
        Ok(id)
    }

    /// Takes a way in out of a resource.
    pub fn remove_path(&mut self, resource: &Id, path: &Id) -> Ruled<()> {
        let mut exposure = self.dossier().exposure();
        let known = exposure
            .resources
            .iter_mut()
            .find(|known| &known.id == resource)
            .ok_or_else(|| Refusal::absent("resource of that name"))?;
        known.paths.retain(|way| &way.id != path);
        self.put(exposure);
        Ok(())
    }

    /// Sets to whom it lay open.
    pub fn set_exposed_principals(&mut self, draft: ExposedDraft) -> Ruled<()> {
        let mut exposure = self.dossier().exposure();
        let names = tidy_list("names", draft.names)?;
        let one = names.len() == 1;
        exposure.principals =
            names.into_iter().map(|name| ExposedPrincipal { name, count: draft.count.filter(|_| one) }).collect();
        if let (Some(count), false) = (draft.count, one) {
            exposure.principals.push(ExposedPrincipal { name: "in all".into(), count: Some(count) });
        }
        self.put(exposure);
        Ok(())
    }

    /// States, or takes back, that the list of resources or of principals is whole.
    pub fn set_enumeration(&mut self, of_resources: bool, draft: EnumerationDraft) -> Ruled<()> {
        crate::evidence::refuse_agent(self.by(), "state that a list is whole")?;
        let mut exposure = self.dossier().exposure();
        let basis = optional("basis", draft.basis, TEXT_CHARS_MAX)?;
        let statement = basis.map(|basis| Enumeration { stamp: self.stamp(), basis });
        let list_is_empty = if of_resources { exposure.resources.is_empty() } else { exposure.principals.is_empty() };
        if statement.is_some() && list_is_empty {
            return Err(Refusal::field("basis", "The list is still empty: fill it before you state that it is whole."));
        }
        *(if of_resources { &mut exposure.resources_enumerated } else { &mut exposure.principals_enumerated }) =
            statement;
        self.put(exposure);
        Ok(())
    }

    /// Replaces the whole exposure, as the API does.
    pub fn set_exposure(&mut self, draft: ExposureDraft) -> Ruled<()> {
        let mut blank = self.dossier().exposure();
        blank.resources = Vec::new();
        (blank.resources_enumerated, blank.principals_enumerated) = (None, None);
        self.put(blank);
        self.set_window(draft.window)?;
        for (place, resource) in draft.resources.into_iter().enumerate() {
            self.put_resource(resource, None).map_err(|refusal| refusal.under(&format!("resources.{place}")))?;
        }
        self.set_exposed_principals(draft.principals)?;
        for (of_resources, basis) in [(true, draft.resources_enumerated), (false, draft.principals_enumerated)] {
            if basis.is_some() {
                self.set_enumeration(of_resources, EnumerationDraft { basis })?;
            }
        }
        Ok(())
    }
}

fn settle_path(draft: PathDraft, prefix: &str) -> Ruled<Path> {
    let default_id = format!("{}-{}", draft.channel.word(), draft.op.word()).replace('_', "-");
    let id = optional("id", draft.id, LINE_CHARS_MAX)?.unwrap_or(default_id);
    let status = draft.status.unwrap_or(PathStatus::Open);
    let justification =
        bounded(&format!("{prefix}justification"), draft.justification.unwrap_or_default(), TEXT_CHARS_MAX)?;
    if status == PathStatus::Impossible && justification.is_empty() {
        return Err(Refusal::field(
            format!("{prefix}justification"),
            "Say why nobody can come in this way; without a reason the path counts as open.",
        ));
    }
    Ok(Path {
        id: Id::new(short_name(&format!("{prefix}id"), id, "Give the path a short name, such as api.")?),
        op: draft.op,
        channel: draft.channel,
        status,
        justification,
    })
}

fn short_name(field: &str, text: String, missing: &str) -> Ruled<String> {
    let name = required(field, text, 80, missing)?;
    if name.contains(['/', '?', '#', '&', '%']) {
        return Err(Refusal::field(field, "A short name has no / ? # & or % in it: use letters, digits and hyphens."));
    }
    Ok(name)
}
