//! Trends: how soon incidents are detected and contained, month by month.
//!
//! Lengths are those of the clock alone: what is only reported is a claim, and what is not known is counted as unknown,
//! never as zero. Drafts that were discarded and incidents that were merged into another count nowhere.

mod count;
mod csv;
mod month;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Instant;
use crate::casefile::Dossier;
use crate::metrics::{MetricName, by_clock};
use crate::severity::Sev;
use crate::time::DurationRange;
use crate::timeline::MarkName;
use crate::verdict::Verdict;
use crate::words::words;

pub use count::trends;
pub use csv::trends_csv;
pub use month::Month;

/// So many months are shown, with the present one.
pub const MONTHS: u32 = 12;

/// A time that is known to this is known to the month.
const MONTH_MICROS: i64 = 31 * 24 * 3_600 * 1_000_000;

words! {
    /// How the time to detect compares with the target of its incident.
    Detection is "how the time to detect compares with its target" {
        Within "within" "within the target", Possibly "possibly" "possibly within", Over "over" "over the target",
        Unknown "unknown" "not known",
    }
}

impl Detection {
    /// Compares a length with a target: as certain only what holds for the whole range.
    pub fn of(length: DurationRange, target_seconds: u32) -> Self {
        let target = i64::from(target_seconds) * 1_000_000;
        match (length.min, length.max) {
            (None, None) => Self::Unknown,
            (_, Some(max)) if max <= target => Self::Within,
            (Some(min), _) if min > target => Self::Over,
            _ => Self::Possibly,
        }
    }
}

words! {
    /// Who made an incident.
    FiledBy is "who made an incident" { Rule "rule" "drafted by a rule", People "people" "filed by people" }
}

/// What of one case file counts, as its index card keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// The moment by which it counts in a month.
    pub at: Instant,
    /// How the time to detect compares with the target.
    pub detection: Detection,
    /// The time to detect.
    pub detect: DurationRange,
    /// The time to contain.
    pub contain: DurationRange,
}

impl Figures {
    /// Works it out.
    pub fn of(dossier: &Dossier) -> Self {
        let detect = by_clock(dossier, MetricName::TimeToDetect);
        let target = dossier.incident().map_or(60, |incident| incident.detection_target_seconds);
        Self {
            at: counted_at(dossier),
            detection: Detection::of(detect, target),
            detect,
            contain: by_clock(dossier, MetricName::TimeToContain),
        }
    }
}

/// When an incident began: by the mark of its impact, else of the act, else as first reported, whichever is known to
/// the month. Where none is, the moment it was filed.
fn counted_at(dossier: &Dossier) -> Instant {
    let marked = [MarkName::ImpactStart, MarkName::ActionExecuted].into_iter().filter_map(|mark| dossier.marked(mark));
    let reported = dossier.incident().ok().map(|incident| &incident.occurred);
    let mut times = marked.map(|(_, time)| time).chain(reported);
    let middle = times.find_map(|time| {
        let (first, last) = (time.earliest?.micros(), time.latest?.micros());
        let length = last.saturating_sub(first);
        // The middle: the first moment of March in one zone is February in another.
        (length <= MONTH_MICROS).then(|| Instant::from_micros(first.saturating_add(length / 2)))
    });
    middle.unwrap_or_else(|| dossier.filed_at())
}

/// An incident that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// What its clock says.
    pub figures: Figures,
    /// When it was filed.
    pub filed_at: Instant,
    /// The effective severity, once anybody said anything of it.
    pub severity: Option<Sev>,
    /// What is known of harm.
    pub verdict: Verdict,
    /// Who made it.
    pub filed_by: FiledBy,
    /// Remediations on which work is still expected.
    pub open: u64,
    /// Remediations that somebody else than their owner verified.
    pub verified: u64,
}

/// The last twelve months.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Trends {
    /// The zone by which incidents fall into months: that of the account.
    pub zone: String,
    /// Each month, the present one last.
    pub months: Vec<MonthRow>,
    /// All these months together.
    pub whole: Groups,
    /// Incidents that began before the first of these months.
    pub earlier: u64,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MonthRow {
    /// Which one.
    pub month: Month,
    /// What began in it.
    #[serde(flatten)]
    pub groups: Groups,
}

/// Incidents, all and by who made them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Groups {
    /// All of them.
    pub all: Group,
    /// Those that a rule drafted, adopted or not decided yet.
    pub by_rule: Group,
    /// Those that people filed, by hand or with a program.
    pub by_people: Group,
}

impl Groups {
    /// Those that were made by that; all without it.
    pub fn of(&self, filed_by: Option<FiledBy>) -> &Group {
        match filed_by {
            None => &self.all,
            Some(FiledBy::Rule) => &self.by_rule,
            Some(FiledBy::People) => &self.by_people,
        }
    }
}

/// What some incidents come to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// How many there are.
    pub incidents: u64,
    /// How many of them count in the month in which they were filed: when they began is not known to the month.
    pub dated_by_filing: u64,
    /// By effective severity, the worst first; those that nobody rated last.
    pub severities: Vec<SeverityCount>,
    /// By verdict.
    pub verdicts: Vec<VerdictCount>,
    /// By how the time to detect compares with the target of each.
    pub detection: DetectionCount,
    /// The time to detect.
    pub time_to_detect: Lengths,
    /// The time to contain.
    pub time_to_contain: Lengths,
    /// Remediations on which work is still expected.
    pub remediations_open: u64,
    /// Remediations that somebody verified.
    pub remediations_verified: u64,
}

/// How many incidents have a severity.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SeverityCount {
    /// Which; `null` where nobody rated it.
    pub severity: Option<Sev>,
    /// How many.
    pub incidents: u64,
}

/// How many incidents have a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VerdictCount {
    /// Which.
    pub verdict: Verdict,
    /// How many.
    pub incidents: u64,
}

/// How many incidents were detected within their target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DetectionCount {
    /// For certain.
    pub within: u64,
    /// Their range has the target in it.
    pub possibly: u64,
    /// For certain not.
    pub over: u64,
    /// Nobody knows.
    pub unknown: u64,
}

impl DetectionCount {
    /// How many there are of one kind.
    pub fn of(&self, detection: Detection) -> u64 {
        match detection {
            Detection::Within => self.within,
            Detection::Possibly => self.possibly,
            Detection::Over => self.over,
            Detection::Unknown => self.unknown,
        }
    }
}

/// Lengths of several incidents. Never a mean: one that lasted months would drown the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lengths {
    /// Of how many something is known.
    pub known: u64,
    /// Of how many nothing is.
    pub unknown: u64,
    /// The median of those that are known, as the range in which it lies, in microseconds.
    pub median: Option<DurationRange>,
    /// What nine of ten of them do not exceed.
    pub p90: Option<DurationRange>,
}
