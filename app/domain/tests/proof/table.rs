//! What is counted, and how it is printed.

use std::collections::BTreeMap;

use domain::verdict::{Judgement, Verdict};

use crate::tamper::Tamper;

/// The least share of true no-ops that have to be eligible, in percent.
const ELIGIBLE_PERCENT_MIN: u64 = 95;

/// So many runs are named.
const NAMED_MAX: usize = 8;

/// What came of one format.
#[derive(Debug, Default)]
pub struct Row {
    pub name: &'static str,
    pub harmed: u64,
    /// Runs in which a reviewer saw it.
    pub seen: u64,
    /// Refused, by the first gate that says no.
    pub gates: BTreeMap<String, u64>,
    pub false_no_ops: Vec<(u64, Tamper)>,
    pub whole: u64,
    pub eligible: u64,
    /// Why true no-ops were not eligible, with a run of each.
    pub needless: BTreeMap<String, (u64, u64)>,
}

impl Row {
    pub fn of(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    pub fn harmed(&mut self, run: u64, tamper: Tamper, judgement: &Judgement) {
        self.harmed += 1;
        let adverse =
            matches!(judgement.verdict, Verdict::HarmSuspected | Verdict::AccessConfirmed | Verdict::HarmConfirmed);
        match judgement.verdict {
            Verdict::VerifiedNoOp => self.false_no_ops.push((run, tamper)),
            _ if adverse => self.seen += 1,
            _ => *self.gates.entry(first_gate(judgement)).or_default() += 1,
        }
    }

    pub fn unharmed(&mut self, run: u64, eligible: bool, judgement: &Judgement) {
        self.whole += 1;
        self.eligible += u64::from(eligible);
        if !eligible {
            let failing = judgement.gates.iter().find(|gate| !gate.passes);
            let why = failing
                .map_or_else(|| format!("{:?}", judgement.verdict), |gate| format!("{} {}", gate.gate, gate.detail));
            self.needless.entry(why).or_insert((0, run)).0 += 1;
        }
    }

    /// Whether enough true no-ops are eligible.
    pub fn holds(&self) -> bool {
        self.eligible * 100 >= self.whole * ELIGIBLE_PERCENT_MIN
    }
}

fn first_gate(judgement: &Judgement) -> String {
    judgement
        .gates
        .iter()
        .find(|gate| !gate.passes)
        .map_or_else(|| "unsigned".into(), |gate| gate.gate.word().to_string())
}

/// Prints the table.
pub fn print(rows: &[Row]) {
    println!(
        "{:<17} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>7} {:>8}",
        "format", "harm", "seen", "G5", "G6", "G8", "other", "FALSE", "no harm", "eligible"
    );
    for row in rows {
        let of = |gate: &str| row.gates.get(gate).copied().unwrap_or_default();
        let other: u64 = row
            .gates
            .iter()
            .filter(|(gate, _)| !["G5", "G6", "G8"].contains(&gate.as_str()))
            .map(|(_, count)| count)
            .sum();
        let share = if row.whole == 0 { 0.0 } else { row.eligible as f64 * 100.0 / row.whole as f64 };
        println!(
            "{:<17} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>7} {:>7.1}%",
            row.name,
            row.harmed,
            row.seen,
            of("G5"),
            of("G6"),
            of("G8"),
            other,
            row.false_no_ops.len(),
            row.whole,
            share
        );
    }
    let (harmed, whole): (u64, u64) = rows.iter().fold((0, 0), |sum, row| (sum.0 + row.harmed, sum.1 + row.whole));
    println!("{} formats, {} runs with harm, {} without", rows.len(), harmed, whole);
    for row in rows.iter().filter(|row| !row.false_no_ops.is_empty()) {
        println!("FALSE {}: {:?}", row.name, &row.false_no_ops[..row.false_no_ops.len().min(NAMED_MAX)]);
    }
    for row in rows.iter().filter(|row| !row.needless.is_empty()) {
        for (why, (count, run)) in row.needless.iter().take(NAMED_MAX) {
            println!("needless {}: {count} times, such as in run {run}: {why}", row.name);
        }
    }
}
