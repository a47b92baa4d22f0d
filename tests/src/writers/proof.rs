//! Where every edit has gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::{Answer, Edit, Target, name};

/// What came of all edits.
#[derive(Debug, Default)]
pub struct Tally {
    /// Edits that were answered with success.
    pub acknowledged: usize,
    /// Those of them that were made on an older version, and merged.
    pub merged: usize,
    /// Edits that were answered with both sides.
    pub conflicts: usize,
    /// Edits whose node died before it answered.
    pub unanswered: usize,
    /// Edits that were turned away because the database did not answer, with the word that nothing was stored.
    pub turned_away: usize,
    /// Lines of the log.
    pub changes: usize,
    /// How long the writing took.
    pub took: Duration,
    /// Followers that did not hear of the last change.
    pub behind: usize,
    /// Acknowledged edits that are not in the log, each with what is wrong.
    pub missing: Vec<String>,
    /// Whatever else must not happen: an edit that took another one's text away, an answer that shows no sides.
    pub wrong: Vec<String>,
}

impl Tally {
    /// Whether every edit is accounted for.
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.wrong.is_empty() && self.behind == 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sent = self.acknowledged + self.conflicts + self.unanswered + self.turned_away;
        let per_second = sent as f64 / self.took.as_secs_f64().max(0.001);
        write!(
            f,
            "{sent} edits in {:.1} s ({per_second:.0}/s): acknowledged {} (merged {}), conflicts {}, unanswered {}, turned away {}, missing {}",
            self.took.as_secs_f64(),
            self.acknowledged,
            self.merged,
            self.conflicts,
            self.unanswered,
            self.turned_away,
            self.missing.len()
        )?;
        write!(
            f,
            "; {} lines of the log, wrong {}, followers left behind {}",
            self.changes,
            self.wrong.len(),
            self.behind
        )?;
        for line in self.missing.iter().chain(&self.wrong).take(20) {
            write!(f, "\n  {line}")?;
        }
        Ok(())
    }
}

/// Looks for every edit in the log.
pub(super) fn search(edits: &[Edit], changes: &[Value]) -> Tally {
    let mut tally = Tally { changes: changes.len(), ..Tally::default() };
    for (place, change) in changes.iter().enumerate() {
        if change["version"].as_u64() != Some(place as u64 + 1) {
            tally.wrong.push(format!("line {} of the log has version {}", place + 1, change["version"]));
        }
    }
    let made = made_by(changes);
    for edit in edits {
        let found = made.get(edit.mark.as_str()).copied();
        match (&edit.answer, found) {
            (Answer::Acknowledged, Some(change)) => {
                tally.acknowledged += 1;
                tally.merged += usize::from(before(edit, change) != edit.saw);
                tally.wrong.extend(spoilt(edit, change));
            }
            (Answer::Acknowledged, None) => {
                tally.acknowledged += 1;
                tally.missing.push(format!("{} on {:?} was acknowledged and is nowhere", edit.mark, edit.target));
            }
            (Answer::Conflict(both), None) => {
                tally.conflicts += 1;
                tally.wrong.extend(one_sided(edit, both));
            }
            (Answer::Conflict(_), Some(change)) => {
                tally.conflicts += 1;
                tally.wrong.push(format!("{} was refused, and stands in change {}", edit.mark, change["version"]));
            }
            // Whether it was stored before the node died nobody can know; but not by half.
            (Answer::None, found) => {
                tally.unanswered += 1;
                tally.wrong.extend(found.and_then(|change| spoilt(edit, change)));
            }
            (Answer::NotNow, None) => tally.turned_away += 1,
            (Answer::NotNow, Some(change)) => {
                tally.turned_away += 1;
                let at = &change["version"];
                tally.wrong.push(format!("{} was said not to be stored, and stands in change {at}", edit.mark));
            }
            (Answer::Other(status, body), _) => {
                tally.wrong.push(format!("{} on {:?} was answered with {status}: {body}", edit.mark, edit.target));
            }
        }
    }
    tally
}

/// The change that brought each mark in.
fn made_by(changes: &[Value]) -> BTreeMap<String, &Value> {
    let mut made = BTreeMap::new();
    for change in changes {
        let old = marks(&change["before"]);
        for mark in marks(&change["after"]).difference(&old) {
            made.entry(mark.clone()).or_insert(change);
        }
    }
    made
}

/// The words of the fields that are edited.
fn marks(record: &Value) -> BTreeSet<String> {
    let texts = ["body", "resource"].into_iter().filter_map(|field| record[field].as_str());
    texts.flat_map(str::split_whitespace).map(str::to_string).collect()
}

fn field(edit: &Edit) -> &'static str {
    if edit.target == Target::Resource { "resource" } else { "body" }
}

fn before<'a>(edit: &Edit, change: &'a Value) -> &'a str {
    change["before"][field(edit)].as_str().unwrap_or_default()
}

/// What an edit did besides what it says.
fn spoilt(edit: &Edit, change: &Value) -> Option<String> {
    let (before, after) = (before(edit, change), change["after"][field(edit)].as_str().unwrap_or_default());
    let at = &change["version"];
    if change["actor"]["name"] != name(edit.writer).as_str() {
        return Some(format!("{} stands in change {at} as somebody else’s: {}", edit.mark, change["actor"]));
    }
    if edit.target == Target::Line {
        let own = format!("{}:", name(edit.writer));
        let others =
            |text: &'_ str| text.lines().filter(|line| !line.starts_with(&own)).map(str::to_string).collect::<Vec<_>>();
        return (others(before) != others(after))
            .then(|| format!("{} changed somebody else’s line in change {at}", edit.mark));
    }
    let other = if edit.target == Target::Resource { "body" } else { "resource" };
    if !change["before"].is_null() && change["before"][other] != change["after"][other] {
        return Some(format!("{} changed {other} as well in change {at}", edit.mark));
    }
    (before != edit.saw)
        .then(|| format!("{} took away “{before}” in change {at}, which its writer never saw", edit.mark))
}

/// What a conflict does not show of its two sides.
fn one_sided(edit: &Edit, both: &Value) -> Option<String> {
    let side = |name: &str| both[name][field(edit)].as_str().unwrap_or_default().to_string();
    let shows = side("mine").contains(&edit.mark) && !side("theirs").is_empty() && !side("theirs").contains(&edit.mark);
    let says_where = both["conflicting"].as_array().is_some_and(|fields| fields.iter().any(|name| name == field(edit)));
    let base = edit.target == Target::First || side("base") == edit.saw;
    (!shows || !says_where || !base)
        .then(|| format!("{} on {:?} was refused without both sides: {both}", edit.mark, edit.target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn edit(mark: &str, saw: &str, answer: Answer) -> Edit {
        Edit { mark: mark.into(), writer: 0, target: Target::Body, saw: saw.into(), answer }
    }

    /// A search that finds nothing wrong may be one that does not look.
    #[test]
    fn what_is_lost_is_found() {
        let change = |version: u64, before: &str, after: &str| json!({ "version": version, "actor": { "name": name(0) }, "before": { "body": before }, "after": { "body": after } });
        let log = [change(1, "a", "m1"), change(2, "m1", "m2")];
        let whole = search(&[edit("m1", "a", Answer::Acknowledged), edit("m2", "m1", Answer::Acknowledged)], &log);
        assert!(whole.is_whole(), "{whole}");
        let missing = search(&[edit("m3", "m2", Answer::Acknowledged)], &log);
        assert_eq!(missing.missing.len(), 1, "{missing}");
        let unseen = search(&[edit("m2", "a", Answer::Acknowledged)], &log);
        assert_eq!(unseen.wrong.len(), 1, "m1 was taken away unseen: {unseen}");
        let stored = search(&[edit("m2", "a", Answer::Conflict(json!({})))], &log);
        assert_eq!(stored.wrong.len(), 1, "refused, and stored all the same: {stored}");
        let silent = search(&[edit("m3", "a", Answer::Conflict(json!({ "mine": { "body": "m3" } })))], &log);
        assert_eq!(silent.wrong.len(), 1, "only one side is shown: {silent}");
        let denied = search(&[edit("m2", "m1", Answer::NotNow)], &log);
        assert_eq!(denied.wrong.len(), 1, "said not to be stored, and stored: {denied}");
        let gap = search(&[], &log[1..]);
        assert_eq!(gap.wrong.len(), 1, "a line is not there: {gap}");
    }
}
