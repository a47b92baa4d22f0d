//! Entries into the exposure: window, resources, paths, principals, and the statements that lists are complete.

use std::collections::BTreeSet;

use super::{
    Enumeration, EnumerationDraft, ExposedDraft, ExposedPrincipal, Exposure, ExposureDraft, IN_ALL, Path, PathDraft,
    Resource, ResourceDraft, WindowDraft,
};
use crate::casefile::{Entry, evidence_links};
use crate::draft::{
    LINE_CHARS_MAX, TEXT_CHARS_MAX, When, few, optional, optional_line, required_line, tidy_list, written,
};
use crate::vocabulary::PathStatus;
use crate::{Id, Refusal, Ruled};

/// So many resources were exposed, and so many access paths has all of it: the verdict looks at every access path with every
/// statement of coverage.
pub(super) const RESOURCES_MAX: usize = 500;
const PATHS_MAX: usize = 2_000;

/// So many bytes say why paths are impossible: the exposure is one record, and every edit writes it anew.
const JUSTIFICATION_BYTES_MAX: usize = 1_000_000;

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
        let start_evidence = evidence_links("start_evidence", draft.start_evidence, self)?;
        let end_evidence = evidence_links("end_evidence", draft.end_evidence, self)?;
        if draft.clock_skew_seconds > 3600 {
            return Err(Refusal::field(
                "clock_skew_seconds",
                "A skew of more than one hour proves nothing: give at most 3600 seconds.",
            ));
        }
        (exposure.start_evidence, exposure.end_evidence) = (start_evidence, end_evidence);
        exposure.clock_skew_seconds = draft.clock_skew_seconds;
        self.put_exposure(exposure);
        Ok(())
    }

    /// Adds a resource, or replaces the one of that name.
    pub fn put_resource(&mut self, draft: ResourceDraft, replaces: Option<&Id>) -> Ruled<Id> {
        let mut exposure = self.dossier().exposure();
        let id = add_resource(&mut exposure, draft, replaces)?;
        self.keep(exposure)?;
        Ok(id)
    }

    /// Writes the exposure down, unless it is larger than it may be.
    pub(crate) fn keep(&mut self, exposure: Exposure) -> Ruled<()> {
        let paths: usize = exposure.resources.iter().map(|resource| resource.paths.len()).sum();
        few("paths", paths, PATHS_MAX)?;
        let ways = exposure.resources.iter().flat_map(|resource| &resource.paths);
        let bytes: usize = ways.map(|path| path.justification.len()).sum();
        if bytes > JUSTIFICATION_BYTES_MAX {
            return Err(Refusal::field(
                "justification",
                format!(
                    "All justifications together may have {JUSTIFICATION_BYTES_MAX} bytes, and these have {bytes}: shorten some."
                ),
            ));
        }
        self.put_exposure(exposure);
        Ok(())
    }

    /// The first exposure is one that says something: a form that was saved empty records none.
    fn put_exposure(&mut self, exposure: Exposure) {
        if !self.dossier().exposures.is_empty() || exposure != Exposure::empty() {
            self.put(exposure);
        }
    }

    /// Takes a resource out.
    pub fn remove_resource(&mut self, id: &Id) -> Ruled<()> {
        let mut exposure = self.dossier().exposure();
        let count = exposure.resources.len();
        exposure.resources.retain(|known| &known.id != id);
        if exposure.resources.len() == count {
            return Err(Refusal::absent("resource of that name"));
        }
        self.put_exposure(exposure);
        Ok(())
    }

    /// Adds an access path to a resource, or replaces the one of that name.
    pub fn put_path(&mut self, resource: &Id, draft: PathDraft) -> Ruled<Id> {
        let mut exposure = self.dossier().exposure();
        let is_named = draft.id.as_deref().is_some_and(|id| !id.trim().is_empty());
        let path = checked_path(draft, "")?;
        let id = path.id.clone();
        let known = exposure
            .resources
            .iter_mut()
            .find(|known| &known.id == resource)
            .ok_or_else(|| Refusal::absent("resource of that name"))?;
        match known.paths.iter_mut().find(|way| way.id == id) {
            // Nobody who adds a path means to replace one, and with it why it is impossible.
            Some(way) if !is_named && *way != path => {
                return Err(Refusal::field(
                    "id",
                    format!(
                        "There is an access path “{id}” already: edit that one, or give this one a short name of its own."
                    ),
                ));
            }
            Some(way) => *way = path,
            None => known.paths.push(path),
        }
        self.keep(exposure)?;
        Ok(id)
    }

    /// Removes an access path from a resource.
    pub fn remove_path(&mut self, resource: &Id, path: &Id) -> Ruled<()> {
        let mut exposure = self.dossier().exposure();
        let known = exposure
            .resources
            .iter_mut()
            .find(|known| &known.id == resource)
            .ok_or_else(|| Refusal::absent("resource of that name"))?;
        known.paths.retain(|way| &way.id != path);
        self.put_exposure(exposure);
        Ok(())
    }

    /// Sets to whom it was exposed.
    pub fn set_exposed_principals(&mut self, draft: ExposedDraft) -> Ruled<()> {
        let mut exposure = self.dossier().exposure();
        let mut known = std::collections::BTreeSet::new();
        let mut names = tidy_list("names", draft.names)?;
        names.retain(|name| known.insert(crate::spelling::alike(name)));
        let one = names.len() == 1;
        exposure.principals =
            names.into_iter().map(|name| ExposedPrincipal { name, count: draft.count.filter(|_| one) }).collect();
        if let (Some(count), false) = (draft.count, one) {
            exposure.principals.push(ExposedPrincipal { name: IN_ALL.into(), count: Some(count) });
        }
        self.put_exposure(exposure);
        Ok(())
    }

    /// States, or withdraws, that the list of resources or of principals is complete.
    pub fn set_enumeration(&mut self, of_resources: bool, draft: EnumerationDraft) -> Ruled<()> {
        crate::access::refuse_agent(self.by(), "confirm that a list is complete")?;
        let mut exposure = self.dossier().exposure();
        let basis = optional("basis", draft.basis, TEXT_CHARS_MAX)?;
        let statement = basis.map(|basis| Enumeration { stamp: self.stamp(), basis });
        let list_is_empty = if of_resources { exposure.resources.is_empty() } else { exposure.principals.is_empty() };
        if statement.is_some() && list_is_empty {
            return Err(Refusal::field(
                "basis",
                "The list is still empty: fill it before you confirm that it is complete.",
            ));
        }
        *(if of_resources { &mut exposure.resources_enumerated } else { &mut exposure.principals_enumerated }) =
            statement;
        self.put_exposure(exposure);
        Ok(())
    }

    /// Replaces the whole exposure, as the API does.
    pub fn set_exposure(&mut self, draft: ExposureDraft) -> Ruled<()> {
        few("resources", draft.resources.len(), RESOURCES_MAX)?;
        let mut exposure = self.dossier().exposure();
        exposure.resources = Vec::new();
        (exposure.resources_enumerated, exposure.principals_enumerated) = (None, None);
        for (place, resource) in draft.resources.into_iter().enumerate() {
            add_resource(&mut exposure, resource, None)
                .map_err(|refusal| refusal.under(&format!("resources.{place}")))?;
        }
        self.keep(exposure)?;
        self.set_window(draft.window)?;
        self.set_exposed_principals(draft.principals)?;
        for (of_resources, basis) in [(true, draft.resources_enumerated), (false, draft.principals_enumerated)] {
            if basis.is_some() {
                self.set_enumeration(of_resources, EnumerationDraft { basis })?;
            }
        }
        Ok(())
    }
}

/// Adds a resource to an exposure, or replaces one of it.
fn add_resource(exposure: &mut Exposure, draft: ResourceDraft, replaces: Option<&Id>) -> Ruled<Id> {
    let id = Id::new(short_name("id", draft.id, "Give the resource a short name, such as repo-a.")?);
    if replaces != Some(&id) && exposure.resources.iter().any(|known| known.id == id) {
        return Err(Refusal::field(
            "id",
            format!("There is a resource “{id}” already: choose another name or edit that one."),
        ));
    }
    few("resources", exposure.resources.len() + usize::from(replaces.is_none()), RESOURCES_MAX)?;
    few("paths", draft.paths.len(), PATHS_MAX)?;
    let paths = draft.paths.into_iter().enumerate();
    let paths = paths.map(|(place, path)| checked_path(path, &format!("paths.{place}.")));
    let paths = paths.collect::<Ruled<Vec<_>>>()?;
    let mut seen = BTreeSet::new();
    if let Some(twice) = paths.iter().find(|path| !seen.insert(&path.id)) {
        return Err(Refusal::field(
            "paths",
            format!("The path “{}” is there twice: give each its own name.", twice.id),
        ));
    }
    let note = optional_line("note", draft.note, LINE_CHARS_MAX)?.unwrap_or_default();
    let resource = Resource { id: id.clone(), class: draft.class, note, paths };
    match replaces.and_then(|old| exposure.resources.iter_mut().find(|known| &known.id == old)) {
        Some(known) => *known = resource,
        None if replaces.is_some() => return Err(Refusal::absent("resource of that name")),
        None => exposure.resources.push(resource),
    }
    Ok(id)
}

fn checked_path(draft: PathDraft, prefix: &str) -> Ruled<Path> {
    let default_id = format!("{}-{}", draft.channel.word(), draft.op.word()).replace('_', "-");
    let id = optional_line(&format!("{prefix}id"), draft.id, LINE_CHARS_MAX)?.unwrap_or(default_id);
    let status = draft.status.unwrap_or(PathStatus::Open);
    let justification =
        written(&format!("{prefix}justification"), draft.justification.unwrap_or_default(), TEXT_CHARS_MAX)?;
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
    let name = required_line(field, text, 80, missing)?;
    if name.contains(['/', '?', '#', '&', '%']) {
        return Err(Refusal::field(field, "A short name has no / ? # & or % in it: use letters, digits and hyphens."));
    }
    Ok(name)
}
