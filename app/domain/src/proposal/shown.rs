//! What of the acts on each path do the records show to be recorded?
//!
//! What a log records is a fact about one thing and one kind of act, never about a whole file: that reads of one
//! bucket are in it says nothing of another bucket, and sign-ins say nothing of reads. So a path is shown only by a
//! record of just such an act on just that resource, a positive control.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cells::ProposedCell;
use super::mode;
use crate::Id;
use crate::counted::{counted, counted_as};
use crate::exposure::{Exposure, Path, Resource};
use crate::reader::log::{Shown, Summary, mark};
use crate::timeline::Verb;
use crate::vocabulary::{CoverageMode, Op};

/// What of the acts on a path is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PathMode {
    /// The resource.
    pub resource: Id,
    /// The path.
    pub path: Id,
    /// What is recorded.
    pub mode: CoverageMode,
    /// Why, in sentences; it names the records.
    pub reason: String,
}

/// The mode of every open path.
pub(super) fn modes(summary: &Summary, exposure: &Exposure, cells: &[ProposedCell]) -> Vec<PathMode> {
    let log = mode::mode(summary);
    let of = |(resource, path): (&Resource, &Path)| {
        let fits = cells.iter().any(|cell| (&cell.resource, &cell.path) == (&resource.id, &path.id));
        let (mode, reason) = mode_of(summary, &log, resource, path, fits);
        PathMode { resource: resource.id.clone(), path: path.id.clone(), mode, reason }
    };
    exposure.cells().map(of).collect()
}

fn mode_of(
    summary: &Summary,
    (mode, reason): &(CoverageMode, String),
    resource: &Resource,
    path: &Path,
    fits: bool,
) -> (CoverageMode, String) {
    if *mode == CoverageMode::Sampled {
        return (*mode, reason.clone());
    }
    let done = done(path.op);
    if !fits {
        let channel = path.channel.label().to_lowercase();
        let reason = format!("Such a log is not known to record what is done through this channel ({channel}).");
        return (CoverageMode::Sampled, reason);
    }
    let unknown = summary.marked(mark::UNKNOWN);
    if let Some(shown) = control(summary, resource, path) {
        if unknown > 0 {
            let reason = format!(
                "{} of a type that is not understood: any of them may be one of the {done} of {}, so that only the fact that something was done is recorded. See what they say, and attach what shows what such records mean.",
                counted_as(unknown, "record is", "records are"),
                resource.id,
            );
            return (CoverageMode::MetadataOnly, reason);
        }
        let first = format!("such as “{}” in line {}", shown.action, shown.line);
        let what = counted(shown.count, "record");
        let reason = format!("{what} of {} {} {done}, {first}: such acts are recorded.", resource.id, be(shown.count));
        return (CoverageMode::All, reason);
    }
    if *mode != CoverageMode::All {
        return (*mode, reason.clone());
    }
    let elsewhere = match summary.shown_elsewhere {
        0 => String::new(),
        more => format!(" {} of places that are not listed may.", counted(more, "record")),
    };
    let others = others(summary, resource);
    let name = names(summary, resource, path)
        .unwrap_or_else(|| "Name the resource as the log does, with its service or path where it has one".into());
    let reason = format!(
        "None of its {} shows that {} of {} {} recorded.{elsewhere}{others} {name}, or add the configuration that says what is recorded.",
        counted(summary.records, "record"),
        done,
        resource.id,
        "are",
    );
    (summary.format.unshown(), reason)
}

fn be(count: u64) -> &'static str {
    if count == 1 { "is one of" } else { "are of" }
}

/// The first act of this operation on the resource that is recorded.
fn control<'a>(summary: &'a Summary, resource: &Resource, path: &Path) -> Option<&'a Shown> {
    let shown = summary.shown.iter().filter(|shown| verbs(path.op).contains(&shown.verb));
    let shown = shown.filter(|shown| summary.format.shows(path.channel, &shown.action));
    shown.filter(|shown| shown.is_of(resource.id.as_str(), summary.format)).min_by_key(|shown| shown.line)
}

/// How to name the resource so that an act on a thing of its name shows it.
fn names(summary: &Summary, resource: &Resource, path: &Path) -> Option<String> {
    let shown = summary.shown.iter().filter(|shown| verbs(path.op).contains(&shown.verb));
    let named = shown.filter_map(|shown| Some((shown, shown.named(resource.id.as_str(), summary.format)?)));
    let (shown, name) = named.min_by_key(|(shown, _)| shown.line)?;
    Some(format!("If what “{}” in line {} is on is this resource, name it “{name}”", shown.action, shown.line))
}

/// What else was recorded of the resource.
fn others(summary: &Summary, resource: &Resource) -> String {
    let of = summary.shown.iter().filter(|shown| shown.is_of(resource.id.as_str(), summary.format));
    let mut words: Vec<&str> = of.map(|shown| shown.verb.word()).collect();
    words.sort_unstable();
    words.dedup();
    if words.is_empty() { String::new() } else { format!(" What it has of it: {}.", words.join(", ")) }
}

/// The verbs that are acts of an operation.
const fn verbs(op: Op) -> &'static [Verb] {
    match op {
        Op::Read => &[Verb::Read],
        Op::List => &[Verb::List],
        Op::Search => &[Verb::Search],
        Op::Export => &[Verb::Read, Verb::Share],
        Op::Write => &[Verb::Write, Verb::Post],
        Op::Delete => &[Verb::Delete],
        Op::Grant => &[Verb::Grant, Verb::Revoke],
    }
}

const fn done(op: Op) -> &'static str {
    match op {
        Op::Read => "reads",
        Op::List => "lists",
        Op::Search => "searches",
        Op::Export => "exports",
        Op::Write => "writes",
        Op::Delete => "deletions",
        Op::Grant => "grants",
    }
}

/// How much a mode claims.
const fn strength(mode: CoverageMode) -> u8 {
    match mode {
        CoverageMode::All => 4,
        CoverageMode::SuccessOnly => 3,
        CoverageMode::ManagementOnly => 2,
        CoverageMode::MetadataOnly => 1,
        CoverageMode::Sampled => 0,
    }
}

/// The weakest mode of the paths that such a log records. Where there are none, nothing shows that every act is recorded.
pub(super) fn weakest(summary: &Summary, modes: &[PathMode], cells: &[ProposedCell]) -> (CoverageMode, String) {
    let is_cell =
        |mode: &&PathMode| cells.iter().any(|cell| (&cell.resource, &cell.path) == (&mode.resource, &mode.path));
    let (log, reason) = mode::mode(summary);
    let reason = match summary.strangers() {
        (0, _) => reason,
        (count, kinds) => format!(
            "{reason} {} of {} {} not understood: of acts of {} it proves nothing.",
            counted(count, "record"),
            counted(kinds as u64, "type"),
            if count == 1 { "was" } else { "were" },
            if kinds == 1 { "this type" } else { "these types" },
        ),
    };
    match modes.iter().filter(is_cell).min_by_key(|mode| strength(mode.mode)) {
        Some(least) if least.reason == reason => (least.mode, reason),
        Some(least) => (least.mode, format!("{reason} {}", least.reason)),
        None if log != CoverageMode::All => (log, reason),
        None => (
            CoverageMode::Sampled,
            format!(
                "{reason} No open path is one that such a log records, so that nothing shows of any that every act is recorded."
            ),
        ),
    }
}
