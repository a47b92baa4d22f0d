//! One exposure of two that were recorded of the same incident. It says no less than either: the wider window, the
//! stricter class, the open path; and nobody has said of it yet that a list is complete.

use std::collections::BTreeMap;

use super::{Exposure, Path, Resource};
use crate::draft::few;
use crate::spelling::same_name;
use crate::time::{Zone, show_time};
use crate::vocabulary::PathStatus;
use crate::{Id, Key, Ruled, TimeRange};

/// Where the ways of the other incident lead now, by resource and path: they have another name where theirs was taken.
pub(crate) type Ways = BTreeMap<(Id, Id), Id>;

/// The result of uniting two.
pub(crate) struct United {
    pub(crate) exposure: Exposure,
    pub(crate) ways: Ways,
    /// What the two do not agree on, in sentences.
    pub(crate) open: Vec<String>,
}

impl Exposure {
    /// This one and that of another incident, which is named in the sentences. `proves` says that coverage or reviews
    /// come with it.
    pub(crate) fn unite(mut self, other: &Self, proves: bool, of: Key, zone: &Zone) -> Ruled<United> {
        let mut open = Vec::new();
        if other.says_nothing() && !proves {
            return Ok(United { exposure: self, ways: Ways::new(), open });
        }
        if self.says_nothing() {
            (self.start, self.end) = (other.start.clone(), other.end.clone());
            (self.start_evidence, self.end_evidence) = (other.start_evidence.clone(), other.end_evidence.clone());
            self.clock_skew_seconds = other.clock_skew_seconds;
        } else if !other.says_nothing() {
            self.widen(other, of, zone, &mut open);
            // A hole no longer than the skew counts as covered.
            self.clock_skew_seconds = self.clock_skew_seconds.min(other.clock_skew_seconds);
        }
        let mut ways = Ways::new();
        for resource in &other.resources {
            self.take_resource(resource, of, &mut ways, &mut open);
        }
        few("into", self.resources.len(), super::edit::RESOURCES_MAX)?;
        self.take_principals(other);
        let stated = [
            (self.resources_enumerated.take().is_some() || other.resources_enumerated.is_some(), "resources"),
            (self.principals_enumerated.take().is_some() || other.principals_enumerated.is_some(), "principals"),
        ];
        for (_, list) in stated.into_iter().filter(|(stated, _)| *stated) {
            open.push(format!("The list of exposed {list} is of both now: whoever can says anew that it is whole."));
        }
        Ok(United { exposure: self, ways, open })
    }

    /// Whether nothing is recorded but perhaps the skew.
    fn says_nothing(&self) -> bool {
        self.start.is_none() && self.end.is_none() && self.resources.is_empty() && self.principals.is_empty()
    }

    /// The wider of two windows. One that only the other lacks altogether stays; a bound that one of two windows
    /// leaves open is open.
    fn widen(&mut self, other: &Self, of: Key, zone: &Zone, open: &mut Vec<String>) {
        let (was, told) = (self.told(zone), other.told(zone));
        if other.start.is_none() && other.end.is_none() {
            open.push(format!("{of} states no window for what it says was exposed: the one here is {was}."));
            return;
        }
        if self.start.is_none() && self.end.is_none() {
            (self.start, self.end) = (other.start.clone(), other.end.clone());
            (self.start_evidence, self.end_evidence) = (other.start_evidence.clone(), other.end_evidence.clone());
            open.push(format!("The window {told} was stated in {of} only."));
            return;
        }
        if is_wider(other.start.as_ref(), self.start.as_ref(), |start| start.earliest.map(|at| -at.micros())) {
            (self.start, self.start_evidence) = (other.start.clone(), other.start_evidence.clone());
        }
        if is_wider(other.end.as_ref(), self.end.as_ref(), |end| end.latest.map(crate::Instant::micros)) {
            (self.end, self.end_evidence) = (other.end.clone(), other.end_evidence.clone());
        }
        if was != told {
            let now = self.told(zone);
            open.push(format!("The window was {was} here and {told} in {of}: {now} holds until somebody sets it."));
        }
    }

    fn told(&self, zone: &Zone) -> String {
        let bound = |bound: &Option<TimeRange>| bound.as_ref().map_or("unknown".into(), |bound| show_time(bound, zone));
        format!("from {} to {}", bound(&self.start), bound(&self.end))
    }

    fn take_resource(&mut self, resource: &Resource, of: Key, ways: &mut Ways, open: &mut Vec<String>) {
        let Some(known) = self.resources.iter_mut().find(|known| known.id == resource.id) else {
            self.resources.push(resource.clone());
            return;
        };
        if known.class != resource.class {
            let stricter = known.class.max(resource.class);
            let name = &resource.id;
            open.push(format!(
                "“{name}” was {} here and {} in {of}: it is {stricter} now.",
                known.class, resource.class
            ));
            known.class = stricter;
        }
        if known.note.is_empty() {
            known.note.clone_from(&resource.note);
        }
        let mut opened = Vec::new();
        for path in &resource.paths {
            let same = |way: &&mut Path| way.id == path.id && (way.op, way.channel) == (path.op, path.channel);
            if let Some(way) = known.paths.iter_mut().find(same) {
                if way.status != path.status {
                    (way.status, way.justification) = (PathStatus::Open, String::new());
                    opened.push(way.id.to_string());
                }
                continue;
            }
            let taken = known.paths.iter().any(|way| way.id == path.id);
            let id = if taken { Id::new(format!("{} ({of})", path.id)) } else { path.id.clone() };
            if taken {
                ways.insert((resource.id.clone(), path.id.clone()), id.clone());
            }
            known.paths.push(Path { id, ..path.clone() });
        }
        if !opened.is_empty() {
            let (name, paths) = (&resource.id, opened.join(", "));
            open.push(format!(
                "One of the two says that nobody could come to “{name}” by {paths}: open, until somebody says why not."
            ));
        }
    }

    fn take_principals(&mut self, other: &Self) {
        for exposed in &other.principals {
            match self.principals.iter_mut().find(|known| same_name(&known.name, &exposed.name)) {
                Some(known) => known.count = known.count.max(exposed.count),
                None => self.principals.push(exposed.clone()),
            }
        }
    }
}

/// Whether a bound reaches further out than another; one that is not known reaches furthest.
fn is_wider(one: Option<&TimeRange>, other: Option<&TimeRange>, reach: fn(&TimeRange) -> Option<i64>) -> bool {
    match (one.and_then(reach), other.and_then(reach)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one > other,
    }
}
